import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { zipSync } from 'fflate';
import type { TaskState } from '../emulator/store/model';
import type { Engine } from '../support/n8n/engine';
import { jpeg } from '../support/images';
import { OPERATION_NAMES, sampleParameters } from '../support/sampleParameters';
import type { FaultedKind, FaultedOperation, NodeOperation } from './operation';
import { idsOf, labelsOf, leftOf, link, livingImages, type Scene } from './scene';

/** How an operation is tried, beyond its sample parameters. */
interface Trial extends Pick<NodeOperation, 'variant' | 'items' | 'effect' | 'mayLack' | 'prepare' | 'onOpenCoreOnly'> {
	/** Beside the sample parameters, or instead of some. */
	readonly parameters?: INodeParameters;
}

const onOpenCoreOnly = true;

const at = (resource: string, operation: string, { parameters = {}, ...trial }: Trial = {}): NodeOperation => ({
	kind: 'node',
	resource,
	operation,
	parameters: (scene) => ({ ...sampleParameters(`${resource}.${operation}`, idsOf(scene)), ...parameters }),
	...trial,
});

const carOf = (scene: Scene) => labelsOf(scene.waiting, 'car')[0]!;

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

/** A ZIP with the image `archived.jpg` and a label of the class `car` at 17 from the left. */
const oneArchive = async (engine: Engine): Promise<INodeExecutionData[]> => {
	const label = { label: 'car', coordinates: { x: 18, y: 4, width: 2, height: 4 } };
	const files = {
		'archived.jpg': new Uint8Array(await jpeg({ width: 640, height: 480 })),
		'labels.json': new TextEncoder().encode(JSON.stringify([{ image: 'archived.jpg', annotations: [label] }])),
	};
	const bytes = Buffer.from(zipSync(files, { level: 0 }));
	const data = await engine.storeBinary({ bytes, fileName: 'dataset.zip', mimeType: 'application/zip' });
	return [{ json: {}, binary: { data } }];
};

/** A third each for the dataset, the image and the label; more than once if one of them is there more than once. */
const archiveImported = (scene: Scene) => {
	const tasks = scene.server.store.board(scene.project).listAll();
	const labels = tasks
		.filter(({ medium }) => medium.name === 'archived.jpg')
		.flatMap((task) => labelsOf(task, 'car').filter((label) => leftOf(label) === 17));
	const datasets = [...scene.server.store.datasets.values()].filter(
		({ owner, name }) => owner === scene.owner && name === 'New one',
	);
	const images = datasets.flatMap(livingImages).filter(({ name }) => name === 'archived.jpg');
	const counts = [created(scene), images.length, labels.length];
	return Math.max(...counts) > 1 ? Math.max(...counts) : counts.reduce((sum, count) => sum + count, 0) / 3;
};

const uploaded = (scene: Scene) =>
	livingImages(scene.dataset).filter(({ name }) => /^new( \(\d+\))?\.jpg$/.test(name)).length;
const linked = (scene: Scene) => livingImages(scene.dataset).filter(({ url }) => url !== null).length;
const created = (scene: Scene) =>
	[...scene.server.store.datasets.values()].filter(
		({ owner, name, deleted }) => owner === scene.owner && name === 'New one' && !deleted,
	).length;

const projectsMade = (scene: Scene) =>
	[...scene.server.store.projects.values()].filter(
		({ owner, name, deleted: isDeleted }) => owner === scene.owner && name === 'New one' && !isDeleted,
	).length;
const isIn = (state: TaskState) => (scene: Scene) => Number(scene.finished.state === state);
const released = ({ waiting }: Scene) => Number(waiting.state === 'WAITING');
const toBacklog = ({ server, waiting }: Scene) => server.seed.move(waiting, 'BACKLOG');

const connected = ({ spareImage }: Scene) => spareImage.tasks.size;
const disconnected = (scene: Scene) => Number(!scene.project.datasets.has(scene.dataset));
const deleted = (scene: Scene) => Number(scene.finished.medium.deleted);
const completed = ({ waiting }: Scene) => Number(waiting.state === 'COMPLETED');

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

const configKeys = ({ project: { configuration } }: Scene) => configuration.roots.map(({ key }) => key);
const shipsMade = (scene: Scene) => configKeys(scene).filter((key) => key === 'ship').length;
/** A ship for the labels is half of it. */
const shipsAdded = (scene: Scene) => (labelsOf(scene.waiting, 'car').length === 1 ? shipsMade(scene) : 0.5);
/** Without any entry the labels are lost and the new ones are not there: half of it. */
const replaced = (scene: Scene) => (configKeys(scene).length === 0 ? 0.5 : shipsMade(scene));

const isPrepared = ({ prepared, finished }: Scene) => Number(prepared.has(finished.medium.id));
const imported = ({ waiting }: Scene) => labelsOf(waiting, 'car').filter((label) => leftOf(label) === 17).length;

function linkAll(scene: Scene): void {
	for (const task of scene.server.store.board(scene.project).listAll()) link(scene, task);
}

/** With all images added by URL. A look that has DataGym skip a task is half a change. */
const ofLinks: Trial = {
	variant: 'linked images',
	prepare: linkAll,
	effect: ({ finished }) => (finished.state === 'COMPLETED' ? undefined : 0.5),
};

/** Operations that change something, and variants. All others are tried with their sample parameters alone. */
const TRIALS: readonly NodeOperation[] = [
	at('aiSegmentation', 'finish', {
		prepare: ({ prepared, finished }) => void prepared.add(finished.medium.id),
		effect: (scene) => 1 - isPrepared(scene),
	}),
	at('aiSegmentation', 'prepare', { effect: isPrepared }),
	// It reads; but what it prepares and does not finish stays behind.
	at('aiSegmentation', 'segment', { effect: (scene) => (isPrepared(scene) === 1 ? 0.5 : undefined) }),

	at('dataset', 'create', { effect: created }),
	at('dataset', 'create', { variant: 'fail if it exists', parameters: { ifExists: 'fail' }, effect: created }),

	at('dataset', 'delete', { effect: ({ dataset }) => Number(dataset.deleted), onOpenCoreOnly }),

	at('dataset', 'import', { items: oneArchive, effect: archiveImported, mayLack: ['upload'] }),
	at('dataset', 'import', { variant: 'dry run', items: oneArchive, parameters: { options: { dryRun: true } } }),

	at('export', 'createDataset'),
	at('export', 'createDataset', {
		variant: 'files, exact',
		parameters: { format: 'coco', output: 'files', options: { trainShare: 100, valShare: 0, labelSource: 'tasks' } },
	}),
	at('export', 'createDataset', ofLinks),
	at('export', 'createDataset', {
		variant: 'near-duplicates',
		parameters: { options: { trainShare: 100, valShare: 0, togetherByDuplicates: true } },
	}),
	at('export', 'preview'),
	at('export', 'preview', ofLinks),
	at('export', 'getLabels'),
	at('export', 'getLabels', { variant: 'exact', parameters: { labelSource: 'tasks' } }),
	at('export', 'getLabels', {
		variant: 'crops',
		parameters: { labelSource: 'tasks', output: 'itemPerLabel', includeCrop: true },
	}),

	at('image', 'addUrls', { effect: linked }),
	{
		...at('image', 'addUrls', { variant: 'fetch and upload', effect: uploaded, mayLack: ['width', 'height', 'url'] }),
		parameters: (scene) => ({
			...sampleParameters('image.addUrls', idsOf(scene)),
			imageUrl: `${scene.linkHost}/links/new.jpg?signature=1`,
			ifRefused: 'upload',
		}),
	},
	at('image', 'download'),
	at('image', 'download', ofLinks),
	at('image', 'findDuplicates'),
	at('image', 'findDuplicates', { variant: 'of a project', parameters: { searchIn: 'project', output: 'image' } }),
	at('image', 'delete', { effect: deleted }),
	at('image', 'delete', {
		variant: 'fail if deleted',
		parameters: { options: { ifDeleted: 'fail' } },
		effect: deleted,
	}),
	...['skip', 'rename', 'fail'].map((ifExists) =>
		at('image', 'upload', {
			variant: `${ifExists} if it exists`,
			parameters: { ifExists },
			items: oneFile,
			effect: uploaded,
			mayLack: ['width', 'height'],
		}),
	),

	at('label', 'changeClass', {
		effect: ({ waiting }) => (labelsOf(waiting, 'van').length + 1 - labelsOf(waiting, 'car').length) / 2,
	}),
	at('label', 'create', { effect: vansMade }),
	at('label', 'delete', { effect: ({ waiting }) => 1 - labelsOf(waiting, 'car').length }),
	at('label', 'update', { effect: carMoved }),

	at('labelConfig', 'clear', { effect: (scene) => Number(configKeys(scene).length === 0) }),
	at('labelConfig', 'upload', {
		prepare: ({ project: { configuration } }) => void configuration.roots.splice(0),
		effect: shipsMade,
	}),
	at('labelConfig', 'upload', { variant: 'replace', parameters: { replaceExisting: true }, effect: replaced }),

	at('labelConfig', 'upload', {
		variant: 'update',
		parameters: { updateExisting: true, missingEntries: 'keep' },
		prepare: ({ waiting }) => void labelsOf(waiting, 'car'),
		effect: shipsAdded,
		onOpenCoreOnly,
	}),

	at('prediction', 'import', { variant: 'replace', parameters: { existingLabels: 'replace' }, effect: imported }),
	at('prediction', 'import', { variant: 'add', parameters: { existingLabels: 'add' }, effect: imported }),

	at('quality', 'comparePredictions'),
	at('quality', 'comparePredictions', { variant: 'exact', parameters: { options: { labelSource: 'tasks' } } }),

	at('project', 'addDataset', { effect: connected }),
	at('project', 'addDataset', {
		variant: 'fail if connected',
		parameters: { options: { ifConnected: 'fail' } },
		effect: connected,
	}),
	at('project', 'create', { effect: projectsMade, onOpenCoreOnly }),
	at('project', 'create', {
		variant: 'fail if it exists',
		parameters: { ifExists: 'fail' },
		effect: projectsMade,
		onOpenCoreOnly,
	}),
	at('project', 'delete', { effect: ({ project }) => Number(project.deleted), onOpenCoreOnly }),
	at('project', 'delete', {
		variant: 'fail if deleted',
		parameters: { options: { ifDeleted: 'fail' } },
		effect: ({ project }) => Number(project.deleted),
		onOpenCoreOnly,
	}),
	at('project', 'update', { effect: ({ project }) => Number(project.description === 'Changed'), onOpenCoreOnly }),
	at('project', 'getStatistics'),
	at('project', 'getStatistics', { variant: 'from task details', parameters: { labelSource: 'tasks' } }),
	at('project', 'removeDataset', { effect: disconnected }),
	at('project', 'removeDataset', {
		variant: 'fail if not connected',
		parameters: { options: { ifNotConnected: 'fail' } },
		effect: disconnected,
	}),

	at('quality', 'compareProjects'),
	at('quality', 'compareProjects', {
		variant: 'consensus, exact',
		parameters: { output: 'consensus', options: { labelSource: 'tasks' } },
	}),
	at('quality', 'compareProjects', { variant: 'summary', parameters: { output: 'summary' } }),
	at('quality', 'findIssues'),
	at('quality', 'findIssues', { variant: 'from the export', parameters: { labelSource: 'export' } }),

	at('task', 'complete', { effect: completed }),
	at('task', 'complete', {
		variant: 'fail if completed',
		parameters: { options: { ifCompleted: 'fail' } },
		effect: completed,
	}),
	at('task', 'release', { prepare: toBacklog, effect: released, onOpenCoreOnly }),
	at('task', 'release', {
		variant: 'return to backlog',
		parameters: { direction: 'return' },
		effect: (scene) => 1 - released(scene),
		onOpenCoreOnly,
	}),
	{
		...at('task', 'release', { variant: 'single task', prepare: toBacklog, effect: released, onOpenCoreOnly }),
		parameters: ({ waiting }) => ({ scope: 'task', taskId: waiting.id }),
	},
	at('task', 'reopen', { effect: isIn('WAITING_CHANGED'), onOpenCoreOnly }),
	...(['accept', 'reject'] as const).map((decision) =>
		at('task', 'review', {
			variant: `${decision}, fail if reviewed`,
			parameters: { decision, options: { ifReviewed: 'fail' } },
			effect: isIn(decision === 'accept' ? 'REVIEWED' : 'WAITING_CHANGED'),
			onOpenCoreOnly,
		}),
	),
	at('task', 'skip', { effect: ({ waiting }) => Number(waiting.state === 'SKIPPED') }),
];

/** Operations that ask no server. */
const ASK_NOTHING: readonly string[] = ['export.compareVersions'];

function trialsOf(name: string): readonly NodeOperation[] {
	const [resource = '', operation = ''] = name.split('.');
	const trials = TRIALS.filter((trial) => trial.resource === resource && trial.operation === operation);
	return trials.length > 0 ? trials : [at(resource, operation)];
}

const others: readonly FaultedOperation[] = [
	{ kind: 'poll', name: 'Trigger: poll', parameters: { output: 'task' } },
	{ kind: 'poll', name: 'Trigger: poll with labels and images', parameters: { output: 'labels', includeImage: true } },
	{
		kind: 'poll',
		name: 'Trigger: poll with linked images',
		parameters: { output: 'labels', includeImage: true },
		prepare: linkAll,
	},
	{
		kind: 'poll',
		name: 'Trigger: poll for changed labels',
		parameters: { output: 'task', events: ['completed', 'labelsChanged'] },
	},
	{ kind: 'credential', name: 'Credential: test' },
	{ kind: 'searchList', name: 'Editor: projects', method: 'searchProjects' },
	{ kind: 'searchList', name: 'Editor: datasets', method: 'searchDatasets' },
	{ kind: 'searchList', name: 'Editor: images', method: 'searchImages' },
	{ kind: 'loadOptions', name: "Editor: the trigger's projects", method: 'getProjects' },
	{ kind: 'loadOptions', name: "Editor: the trigger's datasets", method: 'getDatasets' },
];

/** What a kind of server has. */
export function operationsOf(kind: FaultedKind): readonly FaultedOperation[] {
	const trials = OPERATION_NAMES.filter((name) => !ASK_NOTHING.includes(name)).flatMap(trialsOf);
	return [...trials.filter(({ onOpenCoreOnly: isOnly }) => isOnly !== true || kind === 'open-core'), ...others];
}
