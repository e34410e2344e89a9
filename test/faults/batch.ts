import type { IDataObject, INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { equalityKey } from '../emulator/store/names';
import type { Emulator } from '../emulator/start';
import { addDataset } from '../emulator/store/datasets';
import type { Dataset, Task } from '../emulator/store/model';
import { jpeg } from '../support/images';
import { chain, manualTrigger, node } from '../support/workflow';
import { chanceOf } from './chance';
import { FAULTS, type Fault } from './faults';
import { TELLS_OPEN } from './judge';
import type { Bench, FaultHarness } from './harness';
import { SECRET, labelsOf, leftOf, livingImages } from './scene';

/** Many items in one run, while some of the requests are broken at random. */
interface Batch {
	readonly name: string;
	readonly resource: string;
	readonly operation: string;
	readonly items: readonly INodeExecutionData[];
	readonly parameters: INodeParameters;
	/** The requests that may be broken. */
	readonly kind: string;
	/** Of these requests. */
	readonly share: number;
	/** How often the item's work is done in the server. */
	readonly timesDone: (index: number) => number;
}

export interface BatchReport {
	readonly name: string;
	readonly onError: NonNullable<INode['onError']>;
	readonly retryFor: number;
	readonly items: number;
	readonly broken: number;
	readonly failed: number;
	readonly mistakes: readonly string[];
}

/** Those that neither last nor take minutes. */
const RANDOM_FAULTS: readonly Fault[] = FAULTS.filter(
	({ lasts, name, expects, isHeavy }) =>
		lasts !== true && isHeavy !== true && expects !== 'bear' && !/silent|restarts/.test(name),
);

export async function tryBatches(harness: FaultHarness, seed: number): Promise<readonly BatchReport[]> {
	const reports: BatchReport[] = [];
	for (const make of [uploads, predictions, links]) {
		for (const [onError, retryFor] of [
			['continueRegularOutput', 0],
			['continueErrorOutput', 30],
		] as const) {
			const bench = await harness.openBench();
			reports.push(await tryBatch(harness, bench, await make(harness, bench), { onError, retryFor, seed }));
			await bench.close();
		}
	}
	return reports;
}

interface Circumstances extends Pick<BatchReport, 'onError' | 'retryFor'> {
	readonly seed: number;
}

async function tryBatch(
	harness: FaultHarness,
	bench: Bench,
	batch: Batch,
	{ onError, retryFor, seed }: Circumstances,
): Promise<BatchReport> {
	breakAtRandom(bench, batch, chanceOf(seed));
	const first = await run(harness, bench, batch, { onError, retryFor });
	const broken = bench.proxy.struck;
	await bench.proxy.recover();
	const firstMistakes = mistakesOf(batch, first);
	const second = await run(harness, bench, batch, { onError, retryFor });
	const left = batch.items.filter((_, index) => batch.timesDone(index) !== 1).length;
	const mistakes = [
		...firstMistakes,
		...(second.some(({ error }) => error !== undefined) ? ['the second run has failures'] : []),
		...(left > 0 ? [`${left} items are not done once after the second run`] : []),
	];
	return {
		name: batch.name,
		onError,
		retryFor,
		items: batch.items.length,
		broken,
		failed: first.filter(({ error }) => error !== undefined).length,
		mistakes,
	};
}

function breakAtRandom({ proxy }: Bench, { kind, share }: Batch, chance: () => number): void {
	proxy.choose = (request) => {
		if (request.kind !== kind || chance() >= share) return undefined;
		return RANDOM_FAULTS[Math.floor(chance() * RANDOM_FAULTS.length)]!.strike;
	};
}

interface ItemResult {
	readonly index: number;
	readonly error?: string;
}

async function run(
	{ engine }: FaultHarness,
	{ credential }: Bench,
	{ resource, operation, items, parameters }: Batch,
	{ onError, retryFor }: Omit<Circumstances, 'seed'>,
): Promise<readonly ItemResult[]> {
	const dataGym = node(
		'DataGym',
		'n8n-nodes-datagym.dataGym',
		{
			resource,
			operation,
			...parameters,
			options: { ...(parameters.options as IDataObject), network: { settings: { retryFor } } },
		},
		{ onError },
	);
	const result = await engine.runWorkflow(chain(manualTrigger, dataGym), {
		credentials: [credential],
		input: [...items],
		mode: 'trigger',
	});
	if (result.error !== undefined) throw new Error(`The run failed as a whole: ${result.error.message}`);
	if (result.text.includes(SECRET)) throw new Error('The token is seen in the execution');
	return [...result.itemsOf('DataGym', 0), ...result.itemsOf('DataGym', 1)].map((item) => ({
		index: indexOf(item),
		...errorOf(item),
	}));
}

function indexOf({ pairedItem }: INodeExecutionData): number {
	return typeof pairedItem === 'object' && !Array.isArray(pairedItem) ? pairedItem.item : -1;
}

function errorOf({ json }: INodeExecutionData): { error?: string } {
	return json.error === undefined ? {} : { error: `${String(json.error)} ${String(json.details)}` };
}

/** Each item has one result; what is called done is done once; what failed is not done, or the error says that nobody knows. */
function mistakesOf({ items, timesDone }: Batch, results: readonly ItemResult[]): string[] {
	const byIndex = new Map(results.map((result) => [result.index, result]));
	return items.flatMap((_, index) => {
		const result = byIndex.get(index);
		const times = timesDone(index);
		if (result === undefined) return [`item ${index} has no result`];
		if (times > 1) return [`item ${index} is done ${times} times`];
		if (result.error === undefined) return times === 1 ? [] : [`item ${index} is called done and is not`];
		return times === 0 || TELLS_OPEN.test(result.error)
			? []
			: [`item ${index} is done, but is marked as failed: ${result.error}`];
	});
}

const numbered = (count: number) => Array.from({ length: count }, (_, index) => index);

async function uploads({ engine }: FaultHarness, { scene: { server, dataset } }: Bench): Promise<Batch> {
	const bytes = await jpeg();
	const name = (index: number) => `image ${index}.jpg`;
	const items = await Promise.all(
		numbered(1000).map(async (index) => ({
			json: {},
			binary: { data: await engine.storeBinary({ bytes, fileName: name(index), mimeType: 'image/jpeg' }) },
		})),
	);
	return {
		name: 'image.upload',
		resource: 'image',
		operation: 'upload',
		items,
		parameters: { datasetId: byId(dataset.id), ifExists: 'skip' },
		kind: `POST ${ofImages(server)}/:id/file`,
		share: 0.05,
		timesDone: (index) => dataset.names.get(equalityKey(name(index))) ?? 0,
	};
}

async function predictions(_: FaultHarness, { scene: { server, project, dataset } }: Bench): Promise<Batch> {
	const tasks: readonly Task[] = server.seed.tasks(project, dataset, {
		count: 300,
		name: (index) => `photo ${index}.jpg`,
	});
	return {
		name: 'prediction.import',
		resource: 'prediction',
		operation: 'import',
		items: tasks.map(({ medium }) => ({
			json: { internal_media_ID: medium.id, labels: { car: [{ rectangle: [{ x: 17, y: 2, w: 3, h: 4 }] }] } },
		})),
		parameters: { projectId: byId(project.id), options: { batchSize: 5 } },
		kind: 'POST project/:id/prediction',
		share: 0.2,
		timesDone: (index) => labelsOf(tasks[index]!, 'car').filter((label) => leftOf(label) === 17).length,
	};
}

async function links(_: FaultHarness, { scene: { server, owner } }: Bench): Promise<Batch> {
	const datasets: readonly Dataset[] = numbered(60).map((index) =>
		addDataset(server.store, { name: `Links ${index}`, owner }),
	);
	const items = numbered(300).map((index) => ({
		json: { dataset: datasets[index % datasets.length]!.id, url: `http://127.0.0.1:9/image_${index}.jpg` },
	}));
	return {
		name: 'image.addUrls',
		resource: 'image',
		operation: 'addUrls',
		items,
		parameters: { datasetId: byId('={{ $json.dataset }}'), imageUrl: '={{ $json.url }}' },
		kind: `POST ${ofImages(server)}/:id/url`,
		share: 0.2,
		timesDone: (index) =>
			livingImages(datasets[index % datasets.length]!).filter(({ url }) => url === items[index]!.json.url).length,
	};
}

/** Where images are added, in the paths of the server's API. */
const ofImages = ({ generation }: Emulator) => (generation === 'open-core' ? 'dataset' : 'media');

const byId = (value: string) => ({ __rl: true, mode: 'id', value });
