import type { IDataObject, INodeParameters, INodeProperties, INodeType } from 'n8n-workflow';
import pLimit from 'p-limit';
import { TRIGGER } from '@datagym/tools/release/outputSchema';
import type { GenerationName } from '../emulator/generation';
import { FaultHarness, type Bench } from '../faults/harness';
import type { NodeOperation } from '../faults/operation';
import { operationsOf } from '../faults/operations';
import { idsOf, type Scene } from '../faults/scene';
import type { Engine } from './n8n/engine';
import { OPERATION_NAMES, sampleParameters } from './sampleParameters';
import { chain, node } from './workflow';

const KINDS: readonly GenerationName[] = ['current', 'open-core', '2020'];
const AT_ONCE = 3;

/** Ways of calling an operation whose items have fields that the others lack. */
const MORE: Readonly<Record<string, Pick<NodeOperation, 'prepare'> & { readonly parameters?: INodeParameters }>> = {
	'export.compareVersions': { parameters: { earlierVersion: manifest('train', 1), laterVersion: manifest('val', 2) } },
	'image.findDuplicates': { parameters: { searchIn: 'project' } },
	// A label on top of another one.
	'quality.findIssues': {
		prepare: ({ server, finished }) =>
			server.seed.label(finished, {
				labels: { car: [1, 2].map(() => ({ rectangle: [{ x: 1, y: 2, w: 30, h: 20 }], classifications: {} })) },
			}),
	},
};

/** Of a dataset with one image. */
function manifest(split: string, cars: number): string {
	const files = { [`${split}/a.jpg`]: '' };
	const images = { a: { labels: `h4lg2Jd9_s1${cars}`, split, counts: { car: cars }, files } };
	return JSON.stringify({ version: 2, projectId: 'fleet', settings: {}, classes: { car: 0 }, images, files: [] });
}

/**
 * The JSON of the items of each operation and of the trigger: from n8n's engine, on emulators of all kinds, with the variants
 * that are tried with faults, as long as they leave *Output* at its default. Stops the engine.
 *
 * @throws Error that names the operations that gave no item anywhere, with the last reason.
 */
export async function realOutputs(engine: Engine): Promise<ReadonlyMap<string, readonly IDataObject[]>> {
	const found = new Map<string, IDataObject[]>([...OPERATION_NAMES, TRIGGER].map((name) => [name, []]));
	const reasons = new Map<string, string>();
	const limit = pLimit(AT_ONCE);
	const harnesses: FaultHarness[] = [];
	for (const kind of KINDS) {
		const harness = await FaultHarness.open(kind, undefined, engine);
		harnesses.push(harness);
		const inBench = async (work: (bench: Bench) => Promise<IDataObject[]>) =>
			await limit(async () => {
				const bench = await harness.openBench();
				Object.assign(bench.scene.finished, { labeler: 'Somebody', reviewComment: 'Some comment' });
				return await work(bench).finally(async () => await bench.close());
			});
		const runs = waysOn(kind).map(async (operation) => ({
			name: `${operation.resource}.${operation.operation}`,
			items: await inBench(async (bench) => {
				if (!hasDefaultOutput(engine, operation, bench.scene)) return [];
				const run = await harness.execute(bench, operation);
				reasons.set(`${operation.resource}.${operation.operation}`, run.error?.message ?? 'no item');
				return run.error === undefined ? run.itemsOf('DataGym').map(({ json }) => json) : [];
			}),
		}));
		const polls = inBench(async (bench) => await pollOnce(engine, bench)).then((items) => ({ name: TRIGGER, items }));
		for (const { name, items } of await Promise.all([...runs, polls])) found.get(name)?.push(...items);
	}
	for (const harness of harnesses) await harness.close();
	const lacking = [...found].filter(([, items]) => items.length === 0).map(([name]) => name);
	if (lacking.length > 0)
		throw new Error(`No output of ${lacking.map((name) => `${name} (${reasons.get(name) ?? ''})`).join(', ')}`);
	return found;
}

/** A call with the sample parameters, the variants, and what the faults leave out. */
function waysOn(kind: GenerationName): readonly NodeOperation[] {
	const tried = operationsOf(kind === 'open-core' ? kind : 'current').filter((one) => one.kind === 'node');
	const others = OPERATION_NAMES.filter(
		(name) => name in MORE || !tried.some(({ resource, operation }) => `${resource}.${operation}` === name),
	).map((name): NodeOperation => {
		const [resource = '', operation = ''] = name.split('.');
		const { parameters: own, prepare } = MORE[name] ?? {};
		const parameters = (scene: Scene) => ({ ...sampleParameters(name, idsOf(scene)), ...own });
		return { kind: 'node', resource, operation, parameters, ...(prepare === undefined ? {} : { prepare }) };
	});
	return [...tried, ...others];
}

/** Whether the items are those that a new node gives; a dry run gives others. */
function hasDefaultOutput(engine: Engine, { resource, operation, parameters }: NodeOperation, scene: Scene): boolean {
	const { output, options } = parameters(scene);
	const { description } = engine.packages.getByName('n8n-nodes-datagym.dataGym') as INodeType;
	const field = description.properties.find(
		(property) => property.name === 'output' && isOf(property, resource, operation),
	);
	const isDry = typeof options === 'object' && options !== null && 'dryRun' in options;
	return !isDry && (output === undefined || output === field?.default);
}

function isOf({ displayOptions }: INodeProperties, resource: string, operation: string): boolean {
	const { resource: resources = [], operation: operations = [] } = displayOptions?.show ?? {};
	return resources.includes(resource) && operations.includes(operation);
}

/** What the trigger shows in the editor, as a new one is set. */
async function pollOnce(engine: Engine, { scene, credential }: Bench): Promise<IDataObject[]> {
	const trigger = node('Trigger', 'n8n-nodes-datagym.dataGymTrigger', { projectIds: [scene.project.id] });
	const { items } = await engine.pollOnce(chain(trigger), { credentials: [credential], mode: 'manual' });
	return (items ?? []).map(({ json }) => json);
}
