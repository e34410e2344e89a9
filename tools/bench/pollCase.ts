import { startEngine, type Engine, type SavedCredential, type WorkflowFile } from '@datagym/test/support/n8n/engine';
import { chain, manualTrigger, node } from '@datagym/test/support/workflow';
import { JsonElements } from '@datagym/client';
import { type LongestHold, watchLoop } from './loopWatch';
import { answerOnce, median } from './measuring';
import type { ServerReady } from './server';

export type CaseName =
	| 'first poll'
	| 'empty project'
	| 'list alone'
	| 'idle poll'
	| 'first poll, reopened'
	| 'idle poll, reopened'
	| 'first poll, milestones'
	| 'idle poll, milestones'
	| '100 new, milestones'
	| '3 new, task only'
	| '100 new, task only'
	| '100 new, labels'
	| 'everything new, labels'
	| 'first poll, everything'
	| 'second poll, everything'
	| 'naive export';

/** What one case costs, measured in a process of its own. */
export interface Measured extends LongestHold {
	/** Milliseconds, the median of the runs. */
	readonly time: number;
	/** Milliseconds of processor time, the median of the runs: other programs on the machine disturb it less. */
	readonly processor: number;
	readonly items: number;
	/** The workflow's static data afterward, as the JSON that n8n writes. */
	readonly staticData: string;
	/** MiB above what the process took before, at most. */
	readonly peakMemory: number;
	/** MiB of JavaScript heap that stay in use afterward. */
	readonly keptHeap: number;
	/** How often the case ran; each run costs the same requests. */
	readonly runs: number;
}

export interface CaseOrder extends ServerReady {
	readonly name: CaseName;
	/** JSON of the workflow's static data from before. */
	readonly staticData: string;
	/** How often what is repeated runs. */
	readonly runs: number;
}

const MIB = 2 ** 20;
/** What takes little and leaves everything as it was. */
const REPEATED: readonly CaseName[] = [
	'empty project',
	'list alone',
	'idle poll',
	'idle poll, reopened',
	'idle poll, milestones',
	'3 new, task only',
	'100 new, task only',
	'100 new, milestones',
];

async function measure({ name, staticData, runs: repeated, ...server }: CaseOrder): Promise<Measured> {
	const engine = await startEngine();
	const credential = await engine.saveCredential('dataGymApi', {
		baseUrl: server.url,
		token: server.token,
		apiGeneration: 'media',
	});
	const once = prepare(name, engine, credential, server, staticData);
	// What is loaded and compiled at the first poll of a process is not what this is about.
	await prepare('empty project', engine, credential, server, '{}')();
	globalThis.gc?.();
	const before = process.memoryUsage();
	const times: number[] = [];
	const processorTimes: number[] = [];
	let result = { items: 0, staticData: '' };
	const runs = REPEATED.includes(name) ? repeated : 1;
	const delays: LongestHold[] = [];
	for (let run = 0; run < runs; run++) {
		const begun = performance.now();
		const used = process.cpuUsage();
		const loop = watchLoop();
		result = await once();
		delays.push(loop.stop());
		times.push(performance.now() - begun);
		const { user, system } = process.cpuUsage(used);
		processorTimes.push((user + system) / 1000);
	}
	const peakMemory = process.resourceUsage().maxRSS / 1024 - before.rss / MIB;
	globalThis.gc?.();
	const keptHeap = (process.memoryUsage().heapUsed - before.heapUsed) / MIB;
	await engine.stop();
	return {
		time: median(times),
		processor: median(processorTimes),
		items: result.items,
		staticData: result.staticData,
		peakMemory,
		keptHeap,
		runs,
		longestBlock: median(delays.map(({ longestBlock }) => longestBlock)),
		longestStop: median(delays.map(({ longestStop }) => longestStop)),
	};
}

type Once = () => Promise<{ items: number; staticData: string }>;

function prepare(
	name: CaseName,
	engine: Engine,
	credential: SavedCredential,
	server: ServerReady,
	staticData: string,
): Once {
	switch (name) {
		case 'list alone':
			return async () => ({ items: await listAlone(server), staticData });
		case 'naive export':
			return async () => {
				const run = await engine.runWorkflow(naiveWorkflow(server), { credentials: [credential] });
				if (run.error) throw new Error(run.error.message);
				return { items: run.itemsOf('Export').length, staticData };
			};
		default:
			return async () => {
				const workflow = { ...triggerWorkflow(name, server), staticData: JSON.parse(staticData) };
				const poll = await engine.pollOnce(workflow, { credentials: [credential] });
				return { items: poll.items?.length ?? 0, staticData: poll.staticData };
			};
	}
}

/** What no poll can do without: fetching and parsing the lists of the states that matter, piece by piece, keeping nothing. */
async function listAlone({ url, token, projectId }: ServerReady): Promise<number> {
	let rows = 0;
	for (const state of ['COMPLETED', 'REVIEWED']) {
		const answer = await fetch(`${url}/api/v1/task/${projectId}/list?state=${state}`, {
			headers: { Authorization: `Token ${token}` },
		});
		const elements = new JsonElements();
		for await (const chunk of answer.body ?? []) rows += elements.push(chunk).length;
		elements.end();
	}
	return rows;
}

function triggerWorkflow(name: CaseName, { projectId, emptyProjectId }: ServerReady): WorkflowFile {
	const everything = name === 'everything new, labels';
	const fromTheStart = everything || name.endsWith('everything');
	const parameters = {
		pollTimes: { item: [{ mode: 'everyMinute' }] },
		projectIds: [name === 'empty project' ? emptyProjectId : projectId],
		events: eventsOf(name),
		output: name.endsWith('labels') ? 'labels' : 'task',
		options: { maxItems: everything ? 1_000_000 : 500, ...(fromTheStart && { firstActivation: 'everything' }) },
	};
	return chain(node('Trigger', 'n8n-nodes-datagym.dataGymTrigger', parameters));
}

/** Reopened reads the lists that milestones read. */
function eventsOf(name: CaseName): string[] {
	if (name.endsWith('milestones')) return ['completed', 'everyNFinished', 'datasetFinished', 'projectFinished'];
	return name.endsWith('reopened') ? ['completed', 'reopened'] : ['completed'];
}

/** What one builds without this trigger: an HTTP Request node that fetches the whole export each time. */
function naiveWorkflow({ url, projectId }: ServerReady): WorkflowFile {
	const parameters = {
		url: `${url}/api/v1/export/${projectId}`,
		authentication: 'predefinedCredentialType',
		nodeCredentialType: 'dataGymApi',
		options: { network: { settings: { timeout: 600_000 } } },
	};
	return chain(manualTrigger, node('Export', 'n8n-nodes-base.httpRequest', parameters, { typeVersion: 4.2 }));
}

answerOnce(measure);
