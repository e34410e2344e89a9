import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import type { Engine } from '../support/n8n/engine';
import { jpeg } from '../support/images';
import type { FaultedOperation, NodeOperation } from './operation';
import { labelsOf, leftOf, livingImages, type Scene } from './scene';

type Rest = Omit<NodeOperation, 'kind' | 'resource' | 'operation'>;

const at = (resource: string, operation: string, rest: Rest): NodeOperation => ({
	kind: 'node',
	resource,
	operation,
	...rest,
});

/** A resource locator as the editor saves it. */
const byId = (value: string) => ({ __rl: true, mode: 'id', value });

const project = (scene: Scene) => ({ projectId: byId(scene.project.id) });
const dataset = (scene: Scene) => ({ datasetId: byId(scene.dataset.id) });
const image = (scene: Scene) => ({ imageId: byId(scene.finished.medium.id) });
const finishedTask = (scene: Scene) => ({ taskId: scene.finished.id });
const waitingTask = (scene: Scene) => ({ taskId: scene.waiting.id });
const carOf = (scene: Scene) => labelsOf(scene.waiting, 'car')[0]!;

const all = (parameters: (scene: Scene) => INodeParameters) => (scene: Scene) => ({
	...parameters(scene),
	returnAll: true,
});

const oneFile = async (engine: Engine): Promise<INodeExecutionData[]> => [
	{
		json: {},
		binary: {
			data: await engine.storeBinary({
				bytes: await jpeg({ width: 640, height: 480 }),
				fileName: 'new.jpg',
				mimeType: 'image/jpeg',
			}),
		},
	},
];

const uploaded = (scene: Scene) =>
	livingImages(scene.dataset).filter(({ name }) => /^new( \(\d+\))?\.jpg$/.test(name)).length;
const linked = (scene: Scene) => livingImages(scene.dataset).filter(({ url }) => url !== null).length;
const created = (scene: Scene) =>
	[...scene.server.store.datasets.values()].filter(
		({ owner, name, deleted }) => owner === scene.owner && name === 'New one' && !deleted,
	).length;

const datasets: readonly NodeOperation[] = [
	at('dataset', 'create', { parameters: () => ({ name: 'New one' }), effect: created }),
	at('dataset', 'create', {
		variant: 'fail if it exists',
		parameters: () => ({ name: 'New one', ifExists: 'fail' }),
		effect: created,
	}),
	at('dataset', 'get', { parameters: dataset }),
	at('dataset', 'getAll', { parameters: all(() => ({})) }),
];

const spare = (scene: Scene) => ({ ...project(scene), datasetId: byId(scene.spare.id) });

const projects: readonly NodeOperation[] = [
	at('project', 'addDataset', { parameters: spare, effect: ({ spareImage }) => spareImage.tasks.size }),
	at('project', 'addDataset', {
		variant: 'fail if connected',
		parameters: (scene) => ({ ...spare(scene), ifConnected: 'fail' }),
		effect: ({ spareImage }) => spareImage.tasks.size,
	}),
	at('project', 'get', { parameters: project }),
	at('project', 'getAll', { parameters: all(() => ({})) }),
	at('project', 'getStatistics', { parameters: project }),
	at('project', 'getStatistics', {
		variant: 'from task details',
		parameters: (scene) => ({ ...project(scene), labelSource: 'tasks' }),
	}),
	at('project', 'removeDataset', {
		parameters: (scene) => ({ ...project(scene), ...dataset(scene) }),
		effect: (scene) => Number(!scene.project.datasets.has(scene.dataset)),
	}),
	at('project', 'removeDataset', {
		variant: 'fail if not connected',
		parameters: (scene) => ({ ...project(scene), ...dataset(scene), ifNotConnected: 'fail' }),
		effect: (scene) => Number(!scene.project.datasets.has(scene.dataset)),
	}),
];

const deleted = (scene: Scene) => Number(scene.finished.medium.deleted);

const images: readonly NodeOperation[] = [
	at('image', 'addUrls', {
		parameters: (scene) => ({ ...dataset(scene), imageUrl: 'http://127.0.0.1:9/link.jpg' }),
		effect: linked,
	}),
	at('image', 'delete', { parameters: image, effect: deleted }),
	at('image', 'delete', {
		variant: 'fail if deleted',
		parameters: (scene) => ({ ...image(scene), ifDeleted: 'fail' }),
		effect: deleted,
	}),
	at('image', 'download', { parameters: image }),
	at('image', 'getAll', { parameters: all(dataset) }),
	...['skip', 'rename', 'fail'].map((ifExists) =>
		at('image', 'upload', {
			variant: `${ifExists} if it exists`,
			parameters: (scene) => ({ ...dataset(scene), ifExists }),
			items: oneFile,
			effect: uploaded,
			mayLack: ['width', 'height'],
		}),
	),
];

const tasks: readonly NodeOperation[] = [
	at('task', 'complete', { parameters: waitingTask, effect: ({ waiting }) => Number(waiting.state === 'COMPLETED') }),
	at('task', 'complete', {
		variant: 'fail if completed',
		parameters: (scene) => ({ ...waitingTask(scene), ifCompleted: 'fail' }),
		effect: ({ waiting }) => Number(waiting.state === 'COMPLETED'),
	}),
	at('task', 'get', { parameters: finishedTask }),
	at('task', 'getAll', { parameters: all(project) }),
	at('task', 'skip', { parameters: waitingTask, effect: ({ waiting }) => Number(waiting.state === 'SKIPPED') }),
];

/** A label without its place or its answer is half a label. */
const vansMade = ({ waiting }: Scene) =>
	labelsOf(waiting, 'van').reduce((sum, van) => {
		const [owner] = van.children;
		return (
			sum + (leftOf(van) === 5 && owner?.content.type === 'SELECT' && owner.content.selectKey === 'firm' ? 1 : 0.5)
		);
	}, 0);

/** Both the place and the answer, or half. */
const carMoved = (scene: Scene) => {
	const [color] = carOf(scene).children;
	return (
		(Number(leftOf(carOf(scene)) === 9) +
			Number(color?.content.type === 'SELECT' && color.content.selectKey === 'blue')) /
		2
	);
};

const labels: readonly NodeOperation[] = [
	at('label', 'changeClass', {
		parameters: (scene) => ({ ...waitingTask(scene), labelId: carOf(scene).id, classKey: 'van' }),
		effect: ({ waiting }) => (labelsOf(waiting, 'van').length + 1 - labelsOf(waiting, 'car').length) / 2,
	}),
	at('label', 'create', {
		parameters: (scene) => ({
			...waitingTask(scene),
			classKey: 'van',
			geometry: '{"x": 5, "y": 6, "w": 7, "h": 8}',
			classifications: '{"owner": "firm"}',
		}),
		effect: vansMade,
	}),
	at('label', 'delete', {
		parameters: (scene) => ({ ...waitingTask(scene), labelId: carOf(scene).id }),
		effect: ({ waiting }) => 1 - labelsOf(waiting, 'car').length,
	}),
	at('label', 'getAll', { parameters: finishedTask }),
	at('label', 'update', {
		parameters: (scene) => ({
			...waitingTask(scene),
			labelId: carOf(scene).id,
			geometry: '{"x": 9, "y": 6, "w": 7, "h": 8}',
			classifications: '{"color": "blue"}',
		}),
		effect: carMoved,
	}),
];

const ENTRIES = JSON.stringify([
	{ entryKey: 'ship', entryValue: 'Ship', type: 'rectangle', color: '#ff0000', shortcut: '1', children: [] },
]);
const configKeys = ({ project: { configuration } }: Scene) => configuration.roots.map(({ key }) => key);
/** Without any entry the labels are lost and the new ones are not there: half of it. */
const replaced = (scene: Scene) =>
	configKeys(scene).length === 0 ? 0.5 : configKeys(scene).filter((key) => key === 'ship').length;

const labelConfigs: readonly NodeOperation[] = [
	at('labelConfig', 'clear', { parameters: project, effect: (scene) => Number(configKeys(scene).length === 0) }),
	at('labelConfig', 'get', { parameters: project }),
	at('labelConfig', 'upload', {
		prepare: ({ project: { configuration } }) => void configuration.roots.splice(0),
		parameters: (scene) => ({ ...project(scene), entriesJson: ENTRIES }),
		effect: (scene) => configKeys(scene).filter((key) => key === 'ship').length,
	}),
	at('labelConfig', 'upload', {
		variant: 'replace',
		parameters: (scene) => ({ ...project(scene), entriesJson: ENTRIES, replaceExisting: true }),
		effect: replaced,
	}),
];

const points = { positivePoints: '[{"x": 12.5, "y": 8}]', numPoints: 4 };
const isPrepared = ({ prepared, finished }: Scene) => Number(prepared.has(finished.medium.id));

const aiSegmentations: readonly NodeOperation[] = [
	at('aiSegmentation', 'calculate', { parameters: (scene) => ({ ...image(scene), ...points }) }),
	at('aiSegmentation', 'finish', {
		prepare: ({ prepared, finished }) => void prepared.add(finished.medium.id),
		parameters: image,
		effect: (scene) => 1 - isPrepared(scene),
	}),
	at('aiSegmentation', 'prepare', { parameters: image, effect: isPrepared }),
	// It reads; but what it prepares and does not finish stays behind.
	at('aiSegmentation', 'segment', {
		parameters: (scene) => ({ ...image(scene), ...points }),
		effect: (scene) => (isPrepared(scene) === 1 ? 0.5 : undefined),
	}),
];

const imported = ({ waiting }: Scene) => labelsOf(waiting, 'car').filter((label) => leftOf(label) === 17).length;
const prediction = (existingLabels: string) => (scene: Scene) => ({
	...project(scene),
	format: 'dataGym',
	existingLabels,
	predictions: JSON.stringify([
		{ internal_media_ID: scene.waiting.medium.id, labels: { car: [{ rectangle: [{ x: 17, y: 2, w: 3, h: 4 }] }] } },
	]),
});

const predictions: readonly NodeOperation[] = [
	at('prediction', 'import', { variant: 'replace', parameters: prediction('replace'), effect: imported }),
	at('prediction', 'import', { variant: 'add', parameters: prediction('add'), effect: imported }),
];

/** The side of an image follows from its ID, which is another in each scene. */
const oneSide = { trainShare: 100, valShare: 0 };

const exports_: readonly NodeOperation[] = [
	at('export', 'createDataset', {
		parameters: (scene) => ({ ...project(scene), format: 'yoloDetect', options: oneSide }),
	}),
	at('export', 'createDataset', {
		variant: 'files, exact',
		parameters: (scene) => ({
			...project(scene),
			format: 'coco',
			output: 'files',
			labelSource: 'tasks',
			options: oneSide,
		}),
	}),
	at('export', 'downloadBitmap', { parameters: (scene) => ({ ...finishedTask(scene), classKey: 'sky' }) }),
	at('export', 'downloadMasks', { parameters: project }),
	at('export', 'getLabels', { parameters: project }),
	at('export', 'getLabels', { variant: 'exact', parameters: (scene) => ({ ...project(scene), labelSource: 'tasks' }) }),
	at('export', 'getVideoTask', { parameters: ({ videoTask }) => ({ taskId: videoTask.id }) }),
	at('export', 'preview', { parameters: (scene) => ({ ...project(scene), choice: 'first' }) }),
];

const others: readonly FaultedOperation[] = [
	{ kind: 'poll', name: 'Trigger: poll', parameters: { output: 'task' } },
	{ kind: 'poll', name: 'Trigger: poll with labels and images', parameters: { output: 'labels', includeImage: true } },
	{
		kind: 'poll',
		name: 'Trigger: poll for changed labels',
		parameters: { output: 'task', events: ['completed', 'labelsChanged'] },
	},
	{ kind: 'credential', name: 'Credential: test' },
	{ kind: 'searchList', name: 'Editor: projects', method: 'searchProjects' },
	{ kind: 'searchList', name: 'Editor: datasets', method: 'searchDatasets' },
	{ kind: 'searchList', name: 'Editor: images', method: 'searchImages' },
	{ kind: 'loadOptions', name: 'Editor: the trigger’s projects', method: 'getProjects' },
	{ kind: 'loadOptions', name: 'Editor: the trigger’s datasets', method: 'getDatasets' },
];

export const OPERATIONS: readonly FaultedOperation[] = [
	...aiSegmentations,
	...datasets,
	...exports_,
	...images,
	...labels,
	...labelConfigs,
	...predictions,
	...projects,
	...tasks,
	...others,
];
