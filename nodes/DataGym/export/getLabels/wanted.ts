import type { IDataObject } from 'n8n-workflow';
import type { LabelClass, LabeledImage, LabelObject } from '@datagym/labels';
import { classesRecord } from '../../labelRecords';
import type { ItemInput } from '../../runner/itemInput';
import type { Run } from '../../runner/run';
import { LABELLED_STATES, taskStates } from '../../taskStates';

/** Which images and labels the user wants, and in which form. */
export interface Wanted {
	readonly projectId: string;
	/** In lower case, as the export has them. */
	readonly statuses: ReadonlySet<string>;
	/** Of images; all if missing. */
	readonly imageIds?: ReadonlySet<string>;
	/** Of images or tasks that shall not come again. */
	readonly knownIds: ReadonlySet<string>;
	readonly classKeys: ReadonlySet<string>;
	readonly most: number;
	readonly isSimple: boolean;
	readonly withClasses: boolean;
}

export async function wantedLabels(item: ItemInput, run: Run): Promise<Wanted> {
	const statuses = taskStates(item.optionList('status'), LABELLED_STATES);
	const datasetIds = item.optionList('datasetIds');
	return {
		projectId: item.id('projectId', 'Project'),
		statuses: new Set(statuses.map((state) => state.toLowerCase())),
		...(datasetIds.length === 0 ? {} : { imageIds: await imagesOf(run, datasetIds) }),
		knownIds: new Set(item.optionList('knownIds')),
		classKeys: new Set(item.optionList('classKeys')),
		most: item.flag('returnAll') ? Infinity : Math.max(1, item.number('limit', 50)),
		isSimple: item.flag('simplify'),
		withClasses: item.option('includeClasses') !== false,
	};
}

/** The tasks and the export tell no dataset, but the dataset its images. */
async function imagesOf({ api, limit }: Run, datasetIds: readonly string[]): Promise<ReadonlySet<string>> {
	const datasets = await Promise.all(datasetIds.map((id) => limit(async () => await api.getDataset(id))));
	return new Set(datasets.flatMap(({ images }) => images.map(({ imageId }) => imageId)));
}

export function isWanted(
	{ statuses, imageIds, knownIds }: Wanted,
	image: { readonly imageId: string; readonly taskId?: string; readonly status: string },
): boolean {
	return (
		statuses.has(image.status) &&
		(imageIds?.has(image.imageId) ?? true) &&
		!knownIds.has(image.imageId) &&
		!knownIds.has(image.taskId ?? '')
	);
}

/** The image with the labels of the wanted classes (and those that such labels lie in); undefined if there are none. */
export function withWantedClasses({ classKeys }: Wanted, image: LabeledImage): LabeledImage | undefined {
	if (classKeys.size === 0) return image;
	const isOfClass = ({ className, children }: LabelObject): boolean =>
		classKeys.has(className) || children.some(isOfClass);
	const objects = image.objects.filter(isOfClass);
	return objects.length === 0 ? undefined : { ...image, objects };
}

/** What every item carries at its end. */
export function ending({ projectId, withClasses }: Wanted, classes: readonly LabelClass[]): IDataObject {
	return { projectId, ...(withClasses ? { classes: classesRecord(classes) } : {}) };
}
