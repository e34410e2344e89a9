import type { ListedImage } from '@datagym/client';
import { type DatasetOfImage, type LabelClass, type LabeledImage, readTask } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { LongMap } from '@datagym/shared/longMap';
import { finishedLabels } from '../../finishedLabels';
import { getTasks, statusOf } from '../../projectTasks';
import type { Run } from '../../runner/runContext';
import { mapTaskDetails } from '../../taskDetails';
import type { Parameters } from './fields';

/** A project's images as far as they are searched. */
export interface SearchedProject {
	readonly projectId: string;
	readonly projectName: string;
	readonly images: readonly LabeledImage[];
	readonly classes: readonly LabelClass[];
	/** By image ID. */
	readonly datasets: Pick<ReadonlyMap<string, DatasetOfImage>, 'get'>;
	/** Labels that could not be read. */
	readonly unread: number;
	/** Where the labels are from: a server of the documented generation has the export only. */
	readonly source: Parameters['source'];
}

const PURPOSE = 'Issues can be found in images only, but this is a video project';

/** @throws InputError for a video project. */
export async function readProject(run: Run, parameters: Parameters): Promise<SearchedProject> {
	const { projectId } = parameters;
	const { name: projectName, mediaType, datasets } = await run.api.projects.get(projectId);
	if (mediaType === 'VIDEO') throw new InputError(PURPOSE, 'Choose an image project.');
	const source = (await run.api.has('tasks')) ? parameters.source : 'export';
	const labels = source === 'tasks' ? await fromTasks(run, parameters) : await fromExport(run, parameters, datasets);
	return { projectId, projectName, source, ...labels };
}

type Labels = Pick<SearchedProject, 'images' | 'classes' | 'datasets' | 'unread'>;

async function fromTasks(run: Run, { projectId, states }: Parameters): Promise<Labels> {
	const tasks = await getTasks(run, projectId, states);
	const datasets = new Map<string, DatasetOfImage>();
	const readings = await mapTaskDetails(run, tasks, (details, { labeler }) => {
		const { image, classes, problems, datasetId, datasetName = '' } = readTask(details);
		if (datasetId !== undefined) datasets.set(image.imageId, { datasetId, datasetName });
		return { image: labeler === undefined ? image : { ...image, labeler }, classes, problems };
	});
	return {
		images: readings.map(({ image }) => image),
		classes: readings[0]?.classes ?? [],
		datasets,
		unread: readings.reduce((sum, { problems }) => sum + problems.length, 0),
	};
}

async function fromExport(
	run: Run,
	{ projectId, states }: Parameters,
	projectDatasets: ReadonlyArray<{ readonly datasetId: string; readonly name: string }>,
): Promise<Labels> {
	const [labels, taskIds, datasets] = await Promise.all([
		finishedLabels(run, { projectId, isExact: false, includesSkipped: true, purpose: PURPOSE }),
		taskIdsOf(run, projectId, states),
		datasetsOf(run, projectDatasets),
	]);
	const statuses = new Set(states.map(statusOf));
	const images = labels.images
		.filter(({ status = '' }) => statuses.has(status))
		.map((image) => {
			const taskId = taskIds.get(image.imageId);
			return taskId === undefined ? image : { ...image, taskId };
		});
	return { images, classes: labels.classes, datasets, unread: labels.problems.length };
}

/** Tasks by image, which the export does not tell. */
async function taskIdsOf(
	run: Run,
	projectId: string,
	states: Parameters['states'],
): Promise<ReadonlyMap<string, string>> {
	if (!(await run.api.has('tasks'))) return new Map();
	return new Map((await getTasks(run, projectId, states)).map(({ imageId, taskId }) => [imageId, taskId]));
}

/** Datasets by image, which the export does not tell either. */
async function datasetsOf(
	run: Run,
	datasets: ReadonlyArray<{ readonly datasetId: string; readonly name: string }>,
): Promise<SearchedProject['datasets']> {
	const places = new LongMap<DatasetOfImage>();
	await Promise.all(
		datasets.map(async ({ datasetId, name: datasetName }) => {
			const dataset = { datasetId, datasetName };
			const add = ({ imageId }: ListedImage) => places.set(imageId, dataset);
			await run.limit(async () => await run.api.datasets.foldImages(datasetId, () => ({ add, end: () => undefined })));
		}),
	);
	return places;
}
