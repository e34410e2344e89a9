import { N8N_VERSION } from '../n8n/install';
import { machine, median, writeSection } from '../bench/measuring';
import { until } from '../processes';
import type { Executions } from './executions';
import type { Plan } from './plan';
import type { Sample, Sampler } from './samples';
import { OUTSTANDING, type Sender } from './sender';
import type { Outcome, Verdict } from './verdict';

const MEGABYTE = 1_000_000;

/** What a part of the photographs cost. */
interface Part {
	name: string;
	before: Sample;
	after: Sample;
	/** Who died meanwhile. */
	deaths: string;
}

/** Looks at everything when the queue is full, and again after each part of the photographs. */
export async function sampleParts(
	plan: Plan,
	sender: Sender,
	sampler: Sampler,
	progress: (line: string) => void,
): Promise<Sample[]> {
	const { photographs, part } = plan;
	const samples: Sample[] = [];
	for (let sent = OUTSTANDING; sent <= photographs; sent += part) {
		await until('more photographs were sent', 3_600_000, () => sender.sent.size >= sent);
		samples.push(await sampler.take());
		const last = partsOf(samples, plan).at(-1);
		if (last) progress(describe(last));
	}
	return samples;
}

/** Sends a part of the photographs through one execution. */
export async function runBatch(
	photographs: number,
	sender: Sender,
	executions: Executions,
	sampler: Sampler,
): Promise<Part> {
	const before = await sampler.take();
	await sender.sendBatch(photographs);
	// n8n saves what came of them at the end.
	await until(
		'the batch came out and is over',
		900_000,
		async () => sender.arrivedBefore() === photographs && (await executions.areOver()),
	);
	return { name: 'in one execution', before, after: await sampler.take(), deaths: '' };
}

/** A part in one line. */
export function describe(part: Part): string {
	const costs = COLUMNS.map(([title, value]) => `${title}: ${value(part)}`).join(', ');
	return `${costs}; ${routesOf(part)
		.map(([route, times]) => `${times} ${route}`)
		.join(', ')}`;
}

/** The parts between the samples. */
export function partsOf(samples: readonly Sample[], { deaths, part }: Plan): Part[] {
	return samples.slice(1).map((after, index) => ({
		name: `${whole(index * part)} to ${whole((index + 1) * part)}`,
		before: samples[index]!,
		after,
		deaths: deaths
			.filter((death) => Math.floor(death.after / part) === index)
			.map((death) =>
				death.of === 'worker' ? 'a worker' : `Redis, ${death.keepsData ? 'back with' : 'back without'} its data`,
			)
			.join(', '),
	}));
}

/** Columns of the table of costs, and what each shows of a part. */
const COLUMNS: ReadonlyArray<readonly [title: string, value: (part: Part) => string]> = [
	['Photographs', ({ name }) => name],
	['Died', ({ deaths }) => deaths],
	['Time (s)', (part) => whole(grown(part, 'milliseconds') / 1_000)],
	['Executions', (part) => whole(grown(part, 'executions'))],
	['Requests to DataGym', (part) => whole(requestsOf(part))],
	['Uploaded (MB)', (part) => tenth(grown(part, 'uploaded') / MEGABYTE)],
	['Processor: main (s)', (part) => tenth(processorSeconds(part, isMain))],
	['workers (s)', (part) => tenth(processorSeconds(part, isWorker))],
	['PostgreSQL (s)', (part) => tenth(processorSeconds(part, (name) => name === 'PostgreSQL'))],
	['Redis (s)', (part) => tenth(processorSeconds(part, (name) => name === 'Redis'))],
	['Database (MB)', (part) => tenth(grown(part, 'database') / MEGABYTE)],
	['of it execution data (MB)', (part) => tenth(grown(part, 'executionData') / MEGABYTE)],
	['Files (MB)', (part) => tenth(grown(part, 'files') / MEGABYTE)],
	['Redis (MB)', ({ after }) => tenth(after.redis / MEGABYTE)],
	['Main (MiB)', ({ after }) => whole(Math.max(...memoryOf(after, isMain)))],
	['Largest worker (MiB)', ({ after }) => whole(Math.max(...memoryOf(after, isWorker)))],
	['Main’s event loop: median (ms)', ({ after }) => whole(after.loop.median)],
	['99 % (ms)', ({ after }) => whole(after.loop.p99)],
	['longest (ms)', ({ after }) => whole(after.loop.longest)],
];

const isMain = (name: string) => name.startsWith('main');
const isWorker = (name: string) => name.startsWith('worker');

const grown = (
	{ before, after }: Part,
	what: 'milliseconds' | 'executions' | 'uploaded' | 'database' | 'executionData' | 'files',
) => after[what] - before[what];

/** How often DataGym was asked each route, the most frequent first. */
function routesOf({ before, after }: Part): Array<[route: string, times: number]> {
	const times = [...after.requests].map(([route, count]): [string, number] => [
		route,
		count - (before.requests.get(route) ?? 0),
	]);
	return times.filter(([, count]) => count > 0).sort(([, one], [, other]) => other - one);
}

const requestsOf = (part: Part) => routesOf(part).reduce((sum, [, count]) => sum + count, 0);

/** Of processes that are still alive; one that began meanwhile counts from its beginning. */
function processorSeconds({ before, after }: Part, isIt: (name: string) => boolean): number {
	const times = [...after.processorMilliseconds].filter(([name]) => isIt(name));
	return (
		times.reduce((sum, [name, time]) => {
			const earlier = before.processorMilliseconds.get(name) ?? 0;
			// A process that died and came back under its name begins at 0.
			return sum + (time >= earlier ? time - earlier : time);
		}, 0) / 1_000
	);
}

const memoryOf = ({ memory }: Sample, isIt: (name: string) => boolean) =>
	[...memory].flatMap(([name, mebibytes]) => (isIt(name) ? mebibytes : []));

const whole = (value: number) => Math.round(value).toLocaleString('en-US');
const tenth = (value: number) => value.toLocaleString('en-US', { maximumFractionDigits: 1, minimumFractionDigits: 1 });

/** Writes the section of the benchmarks' results. */
export async function writeCosts(
	plan: Plan,
	parts: readonly Part[],
	batch: Part,
	{ interrupted }: Verdict,
	{ interruptions, fixture, executions, watchId }: Outcome,
): Promise<void> {
	const titles = COLUMNS.map(([title]) => title);
	const quiet = parts.filter(({ deaths }) => deaths === '');
	const { staticData, watched } = parts.at(-1)!.after;
	await writeSection('queue', [
		'## n8n in queue mode',
		'',
		`${machine()} n8n ${N8N_VERSION}: main and ${plan.workers} workers with 10 executions each, PostgreSQL (without fsync), Redis and the stand-in for DataGym, which answers ${LATENCY}, all on this machine. Each execution takes a photograph from a webhook, uploads it, asks a model, imports its prediction, downloads the photograph and hands it on. The first ${OUTSTANDING} fill the queue and are not counted. Memory, Redis and the static data are as they are at the end of a part; the rest is what the part added.`,
		'',
		`| ${titles.join(' | ')} |`,
		`|---|---|${'---:|'.repeat(titles.length - 2)}`,
		...[...parts, batch].map((part) => `| ${COLUMNS.map(([, value]) => value(part)).join(' | ')} |`),
		'',
		`- ${whole(plan.photographs)} photographs and ${whole(fixture.finished.length)} finished images of the trigger in ${whole(executions.length)} executions, of which ${executions.filter((each) => each.workflowId === watchId).length} are the trigger’s. The trigger remembers ${whole(staticData)} bytes after ${whole(watched)} finished images.`,
		...interruptions.map((interruption) => {
			const ended = Map.groupBy(
				interrupted.filter(({ cause }) => cause === interruption),
				({ status }) => status,
			);
			const told = [...ended].map(([status, group]) => `${group.length} ended as ${status}`).join(', ');
			const rest = told === '' ? 'All' : `${told}, and all others`;
			return `- Death of ${interruption.victim}, with ${interruption.unfinished.length} executions not over: ${rest} came to their end, once.`;
		}),
		...[quiet.at(-1)!, batch].map(
			(each) =>
				`- Requests to DataGym, photographs ${each.name}: ${routesOf(each)
					.map(([route, times]) => `${whole(times)} \`${route}\``)
					.join(', ')}.`,
		),
		`- A million images a month, reckoned from the parts in which nobody died: one execution an image ${million(quiet, plan.part)}; ${whole(plan.part)} images an execution ${million([batch], plan.part)}.`,
	]);
}

const LATENCY = '120 ms late';

/** What a million images cost if each part costs as much as these; in the middle, where the parts differ. */
function million(parts: readonly Part[], images: number): string {
	const times = MEGABYTE / images;
	const of = (value: (part: Part) => number) => median(parts.map(value)) * times;
	const gigabytes = (value: number) => `${tenth(value / 1e9)} GB`;
	return [
		`${tenth(of((part) => requestsOf(part)) / 1e6)} million requests`,
		`${gigabytes(of((part) => grown(part, 'uploaded')))} uploaded`,
		`${gigabytes(of((part) => grown(part, 'files')))} of files`,
		`${gigabytes(of((part) => grown(part, 'database')))} in the database`,
		`${whole(of((part) => grown(part, 'executions')))} rows of executions`,
		`${tenth(of((part) => processorSeconds(part, () => true)) / 3_600)} hours on a processor`,
	].join(', ');
}
