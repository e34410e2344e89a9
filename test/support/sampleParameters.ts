import type { INodeParameters } from 'n8n-workflow';
import { resources } from '@datagym/nodes/DataGym/resources';
import { byId } from './workflow';

/** IDs of things on some server, for parameters that are about them. */
export interface SampleIds {
	readonly project: string;
	/** With finished images of the same names or IDs. */
	readonly otherProject: string;
	/** Connected to the project. */
	readonly dataset: string;
	/** Connected to no project. */
	readonly otherDataset: string;
	/** An image of the dataset. */
	readonly image: string;
	/** A completed task of the project. */
	readonly finishedTask: string;
	/** A task that is to be labeled, its image, and its label of the class `car`. */
	readonly openTask: string;
	readonly openImage: string;
	readonly label: string;
	readonly videoTask: string;
}

const project = (ids: SampleIds) => ({ projectId: byId(ids.project) });
const dataset = (ids: SampleIds) => ({ datasetId: byId(ids.dataset) });
const image = (ids: SampleIds) => ({ imageId: byId(ids.image) });
const openTask = (ids: SampleIds) => ({ taskId: ids.openTask });
const label = (ids: SampleIds) => ({ ...openTask(ids), labelId: ids.label });
const points = { positivePoints: '[{"x": 12.5, "y": 8}]', numPoints: 4 };
const all = { returnAll: true };

/** Of a dataset with one image. */
const SAMPLE_MANIFEST = JSON.stringify({
	version: 2,
	projectId: 'fleet',
	settings: {},
	classes: { car: 0 },
	images: { a: { labels: 'h4lg2Jd9_s1a', split: 'train', counts: { car: 2 }, files: { 'train/a.jpg': '' } } },
	files: [],
});

/**
 * For each operation, `resource.operation`, the parameters that a real call needs, of a project with the classes car (with a select
 * “color”: red, blue), van (with a select “owner”: firm, person) and sky (a segmentation). The faults, the table of versions and
 * the tests of the editor and of AI tools call the operations with them.
 */
export const SAMPLE_PARAMETERS: Readonly<Record<string, (ids: SampleIds) => INodeParameters>> = {
	'aiSegmentation.calculate': (ids) => ({ ...image(ids), ...points }),
	'aiSegmentation.finish': image,
	'aiSegmentation.prepare': image,
	'aiSegmentation.segment': (ids) => ({ ...image(ids), ...points }),
	'dataset.create': () => ({ name: 'New one' }),
	'dataset.delete': (ids) => ({ ...dataset(ids), deleteLabels: true }),
	'dataset.get': dataset,
	'dataset.getAll': () => all,
	'dataset.import': (ids) => ({ ...project(ids), datasetName: 'New one' }),
	'export.compareVersions': () => ({ earlierVersion: '{}', laterVersion: SAMPLE_MANIFEST }),
	'export.createDataset': (ids) => ({
		...project(ids),
		format: 'yoloDetect',
		// The split of an image follows from its ID, which is another on each server.
		options: { trainShare: 100, valShare: 0 },
	}),
	'export.downloadBitmap': (ids) => ({ taskId: ids.finishedTask, classKey: 'sky' }),
	'export.downloadMasks': project,
	'export.getLabels': project,
	'export.getVideoTask': (ids) => ({ taskId: ids.videoTask }),
	'export.preview': (ids) => ({ ...project(ids), choice: 'first' }),
	'image.addUrls': (ids) => ({ ...dataset(ids), imageUrl: 'http://127.0.0.1:9/link.jpg' }),
	'image.delete': image,
	'image.download': image,
	// The project is for a search in one.
	'image.findDuplicates': (ids) => ({ ...dataset(ids), ...project(ids) }),
	'image.getAll': (ids) => ({ ...dataset(ids), ...all }),
	'image.upload': dataset,
	'label.changeClass': (ids) => ({ ...label(ids), classKey: 'van' }),
	'label.create': (ids) => ({
		...openTask(ids),
		classKey: 'van',
		geometry: '{"x": 5, "y": 6, "w": 7, "h": 8}',
		classifications: '{"owner": "firm"}',
	}),
	'label.delete': label,
	'label.getAll': (ids) => ({ taskId: ids.finishedTask }),
	'label.update': (ids) => ({
		...label(ids),
		geometry: '{"x": 9, "y": 6, "w": 7, "h": 8}',
		classifications: '{"color": "blue"}',
	}),
	'labelConfig.clear': project,
	'labelConfig.get': project,
	'labelConfig.upload': (ids) => ({
		...project(ids),
		entriesJson: JSON.stringify([
			{ entryKey: 'ship', entryValue: 'Ship', type: 'rectangle', color: '#ff0000', shortcut: '1', children: [] },
		]),
	}),
	'prediction.import': (ids) => ({
		...project(ids),
		format: 'dataGym',
		predictions: JSON.stringify([
			{ internal_media_ID: ids.openImage, labels: { car: [{ rectangle: [{ x: 17, y: 2, w: 3, h: 4 }] }] } },
		]),
	}),
	'project.addDataset': (ids) => ({ ...project(ids), datasetId: byId(ids.otherDataset) }),
	'project.create': () => ({ name: 'New one' }),
	'project.delete': (ids) => ({ ...project(ids), deleteLabels: true }),
	'project.get': project,
	'project.getAll': () => all,
	'project.getStatistics': project,
	'project.removeDataset': (ids) => ({ ...project(ids), ...dataset(ids) }),
	'project.update': (ids) => ({ ...project(ids), updateFields: { description: 'Changed' } }),
	'quality.comparePredictions': (ids) => ({
		...project(ids),
		format: 'dataGym',
		predictions: JSON.stringify([
			{ internal_media_ID: ids.image, labels: { car: [{ rectangle: [{ x: 17, y: 2, w: 3, h: 4 }] }] } },
		]),
	}),
	'quality.compareProjects': (ids) => ({ ...project(ids), secondProjectId: byId(ids.otherProject) }),
	'quality.findIssues': project,
	'task.complete': openTask,
	'task.get': (ids) => ({ taskId: ids.finishedTask }),
	'task.getAll': (ids) => ({ ...project(ids), ...all }),
	'task.release': project,
	'task.reopen': (ids) => ({ taskId: ids.finishedTask }),
	'task.review': (ids) => ({ taskId: ids.finishedTask }),
	'task.skip': openTask,
};

/** Every operation of the DataGym node, as the table names it. */
export const OPERATION_NAMES: readonly string[] = resources.flatMap(({ value, operations }) =>
	operations.map((operation) => `${value}.${operation.value}`),
);

/** The parameters for a call of an operation. */
export function sampleParameters(name: string, ids: SampleIds): INodeParameters {
	const sample = SAMPLE_PARAMETERS[name];
	if (sample === undefined) throw new Error(lacking(name));
	return sample(ids);
}

export const lacking = (name: string) =>
	`SAMPLE_PARAMETERS in test/support/sampleParameters.ts lacks '${name}': add a row with the parameters that a call of it needs.`;
