import type { DataGymApi, Fold, ListedImage } from '@datagym/client';
import { ExportReader, type LabelClass, type LabeledImage, type LabelProblem } from '@datagym/labels';
import { isFinished, type FinishedState } from '../events';
import type { TaskLister } from '../taskLister';
import { projectSize } from './projectSize';
import type { RowReader, TaskSummary } from './listedTask';
import type { ProjectSource, TaskLabels } from './projectSource';

const HINT =
	'This server has no task list, so each poll reads the whole export of the project, which is slow in large projects. Poll less often, or update the server.';

/** Reads everything from the export, which is all that servers of the documented generation offer (docs/contract.md#the-api-of-2020). */
export function exportSource(api: DataGymApi, projectId: string): ProjectSource {
	const read = new Map<string, TaskLabels>();
	const reader = rowReader(read);
	let isWithoutHeader = false;
	const listFinished = async (states: readonly FinishedState[], lister: TaskLister) => {
		const listed = await api.exports.fold(projectId, () => {
			const fold = lister.begin(reader);
			return imageFold(states, { add: (image) => fold.add(image), end: () => fold.end() });
		});
		isWithoutHeader = listed.isEmpty;
		await lister.take(listed.value);
	};
	return {
		projectId,
		identity: 'image',
		hint: HINT,
		listsAll: false,
		listsApart: false,
		listFinished,
		locate: async (lister) => {
			// Each export has a header (docs/contract.md#export). Without one, a starting server has answered, of which nothing follows.
			if (!isWithoutHeader) await listImages(api, projectId, lister);
		},
		examples: async (state, most, passes = () => true) => {
			if (!isFinished(state)) return [];
			const { value } = await api.exports.fold(projectId, () => {
				const found: TaskSummary[] = [];
				const add = (image: FinishedImage) => {
					if (found.length >= most) return;
					if (passes(summary(image))) found.push(reader.describe(image));
				};
				return imageFold([state], { add, end: () => found });
			});
			return value;
		},
		size: async (lists) => await projectSize(api, projectId, lists),
		readLabels: async ({ imageId }) => read.get(imageId),
	};
}

interface FinishedImage {
	readonly image: LabeledImage;
	readonly state: FinishedState;
	readonly classes: readonly LabelClass[];
	readonly problems: readonly LabelProblem[];
}

/** Hands the images of an export that are in one of the states to a fold. */
function imageFold<Value>(
	states: readonly FinishedState[],
	images: Fold<FinishedImage, Value>,
): Fold<unknown, { readonly isEmpty: boolean; readonly value: Value }> {
	const reader = new ExportReader();
	let classes: readonly LabelClass[] = [];
	let isEmpty = true;
	return {
		add: (value) => {
			isEmpty = false;
			const element = reader.read(value);
			if (element.kind === 'classes') classes = element.classes;
			if (element.kind !== 'image' && element.kind !== 'video') return;
			const { image, problems } = element;
			const state = (image.status ?? '').toUpperCase();
			if (!isFinished(state) || !states.includes(state) || image.imageId === '') return;
			images.add({ image, state, classes, problems });
		},
		end: () => ({ isEmpty, value: images.end() }),
	};
}

function summary({ image: { imageId, imageName, labeler }, state }: FinishedImage): TaskSummary {
	return { imageId, imageName, status: state.toLowerCase(), ...(labeler === undefined ? {} : { labeler }) };
}

/** @param read takes the labels of the images that are described: only those can be asked for. */
function rowReader(read: Map<string, TaskLabels>): RowReader<FinishedImage> {
	return {
		id: ({ image }) => image.imageId,
		state: ({ state }) => state,
		imageId: ({ image }) => image.imageId,
		imageName: ({ image }) => image.imageName,
		sortId: ({ image }) => image.imageId,
		summary,
		describe: (row) => {
			const { image, classes, problems } = row;
			read.set(image.imageId, { image, classes, problems });
			return summary(row);
		},
	};
}

/** An image that is still in a dataset of the project, but not in the export any more, was sent back. */
async function listImages(api: DataGymApi, projectId: string, lister: TaskLister): Promise<void> {
	const { datasets } = await api.projects.get(projectId);
	for (const { datasetId } of datasets)
		await lister.take(await api.datasets.foldImages(datasetId, () => lister.begin(IMAGES)));
}

const IMAGES: RowReader<ListedImage> = {
	id: ({ imageId }) => imageId,
	state: () => 'UNFINISHED',
	imageId: ({ imageId }) => imageId,
	imageName: ({ imageName }) => imageName,
	sortId: ({ imageId }) => imageId,
	summary: unfinished,
	describe: unfinished,
};

function unfinished({ imageId, imageName }: ListedImage): TaskSummary {
	return { imageId, imageName, status: 'unfinished' };
}
