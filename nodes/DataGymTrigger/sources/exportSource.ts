import type { DataGymApi } from '@datagym/client';
import { type LabelClass, type LabeledImage, type LabelProblem, readExport } from '@datagym/labels';
import { isFinished, type FinishedState } from '../events';
import type { ProjectSource, ListedTask, TaskSummary, TaskLabels } from './projectSource';
import { taskHash } from '../memory/hashes';
import { projectSize } from './projectSize';

const HINT =
	'This server has no task list, so each poll reads the whole export of the project, which is slow in large projects. Poll less often, or update the server.';

/** Reads everything from the export, which is all that servers of the documented generation offer (docs/contract.md#the-api-of-2020). */
export function exportSource(api: DataGymApi, projectId: string): ProjectSource {
	const read = new Map<string, TaskLabels>();
	let isWithoutHeader = false;
	const listFinished = async (states: readonly FinishedState[]) => {
		const listed: ListedTask[] = [];
		const elements = await api.exports.elements(projectId);
		isWithoutHeader = elements.length === 0;
		for (const { image, classes, problems } of images(elements)) {
			const state = (image.status ?? '').toUpperCase();
			if (!isFinished(state) || !states.includes(state) || image.imageId === '') continue;
			read.set(image.imageId, { image, classes, problems });
			listed.push(listedTask(image, state));
		}
		return listed;
	};
	return {
		projectId,
		identity: 'image',
		hint: HINT,
		listsAll: false,
		listFinished,
		locate: async (missing) => {
			// Each export has a header (docs/contract.md#export). Without one, a starting server has answered, of which nothing follows.
			const tasks = isWithoutHeader ? [] : await listImages(api, projectId);
			return { tasks: tasks.filter(({ hash }) => missing.has(hash)), isEmpty: tasks.length === 0 };
		},
		examples: async (state, most) => {
			const found = isFinished(state) ? await listFinished([state]) : [];
			return found.slice(0, most).map(({ describe }) => describe());
		},
		size: async (needsImages) => await projectSize(api, projectId, needsImages),
		readLabels: async ({ imageId }) => read.get(imageId),
	};
}

interface ExportedImage {
	readonly image: LabeledImage;
	readonly classes: readonly LabelClass[];
	readonly problems: readonly LabelProblem[];
}

function* images(elements: readonly unknown[]): Generator<ExportedImage, void, undefined> {
	let classes: readonly LabelClass[] = [];
	for (const element of readExport(elements)) {
		if (element.kind === 'classes') classes = element.classes;
		if (element.kind === 'image' || element.kind === 'video')
			yield { image: element.image, classes, problems: element.problems };
	}
}

function listedTask(image: LabeledImage, state: FinishedState): ListedTask {
	const { imageId, imageName, labeler } = image;
	const describe = (): TaskSummary => ({
		imageId,
		imageName,
		status: state.toLowerCase(),
		...(labeler === undefined ? {} : { labeler }),
	});
	return { hash: taskHash(imageId), state, describe };
}

/** An image that is still in a dataset of the project, but not in the export any more, was sent back. */
async function listImages(api: DataGymApi, projectId: string): Promise<readonly ListedTask[]> {
	const { datasets } = await api.projects.get(projectId);
	const listed: ListedTask[] = [];
	for (const { datasetId } of datasets) {
		for (const { imageId, imageName } of (await api.datasets.get(datasetId)).images) {
			const describe = (): TaskSummary => ({ imageId, imageName, status: 'unfinished' });
			listed.push({ hash: taskHash(imageId), state: 'UNFINISHED', describe });
		}
	}
	return listed;
}
