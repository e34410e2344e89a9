import type { ListedTask, TaskDetails } from '@datagym/client';
import {
	apartFromDrawn,
	type Classifications,
	countLostAnswers,
	hasValues,
	type ImportedLabel,
	type LabeledImage,
	type LabelObject,
	mergedAnswers,
	readTask,
	type TaskWork,
	taskWork,
	writeImportElement,
} from '@datagym/labels';
import type { Run } from '../../runner/runContext';
import { detailsOf } from '../../taskDetails';
import type { Changes, Prediction } from '../preparing/report';
import { missingLabels } from './sameLabels';
import { authorsAreOne, isUntouched, refuseWorkOfPeople } from './taskGuard';

/**
 * How labels are sent: `replace` deletes all that is there, in one transaction; `first` adds labels where no import has been
 * before, which leaves a trace; `add` adds labels to others.
 */
export type Way = 'replace' | 'first' | 'add';

/** What is sent for one image, and what becomes of what is there. */
export interface Shipment {
	readonly prediction: Prediction;
	/** What the import takes of it. */
	readonly image: LabeledImage;
	/** What it cannot take: segmentations, which are made label by label afterward. */
	readonly drawn: readonly LabelObject[];
	readonly way: Way;
	/** Earlier labels that are deleted afterward, one by one, since what is beside them stays. */
	readonly deleted: readonly ImportedLabel[];
	readonly changes: Changes;
}

/**
 * Decides how an image is imported so that nothing of people's work is lost that the user has not given up. The task is read only
 * where that matters: when earlier imports are to be found, when answers could overwrite those of people, or to count.
 *
 * @param current the task as it is by now, for servers whose labels do not tell it.
 * @throws InputError if people have begun the task meanwhile, or if the server does not tell what earlier imports made, DataGymError
 * if it cannot be read.
 */
export async function planShipment(
	run: Run,
	prediction: Prediction,
	current: (task: ListedTask) => Promise<ListedTask> = async (task) => await Promise.resolve(task),
): Promise<Shipment> {
	const { image, drawn } = apartFromDrawn(prediction.image);
	return { ...(await planImport(run, prediction, image, current)), drawn };
}

type ImportPlan = Omit<Shipment, 'drawn'>;

async function planImport(
	run: Run,
	prediction: Prediction,
	image: LabeledImage,
	current: (task: ListedTask) => Promise<ListedTask>,
): Promise<ImportPlan> {
	const { task, existing, countsExisting } = prediction;
	const isImportedBefore = existing === 'replace' && task?.hasPredictions === true;
	const mayOverwrite = existing !== 'replaceAll' && hasValues(image.classifications);
	if (task !== undefined && (countsExisting || isImportedBefore || mayOverwrite))
		return await planByContent(run, prediction, image, await current(task));
	const isAll = existing === 'replaceAll';
	return {
		prediction,
		image,
		way: isAll ? 'replace' : existing === 'replace' ? 'first' : 'add',
		deleted: [],
		changes: isAll
			? { removedLabels: null, removedAnswers: null, keptLabels: 0, keptAnswers: 0 }
			: { removedLabels: 0, removedAnswers: 0, keptLabels: null, keptAnswers: null },
	};
}

async function planByContent(
	run: Run,
	prediction: Prediction,
	image: LabeledImage,
	task: ListedTask,
): Promise<ImportPlan> {
	const { existing, mayChangePeoplesTasks } = prediction;
	const details = await run.limit(async () => await detailsOf(run, task));
	const state = details.labelTaskState;
	if (!mayChangePeoplesTasks) refuseWorkOfPeople(image, state);
	const { present, work } = readWork(run, details, task.taskId, prediction.completesDrawing);
	const { classifications } = present;
	const importedLabels = countLabels(work.imported);
	const all = importedLabels + work.otherLabels;
	if (existing === 'replaceAll') {
		const removedAnswers = countLostAnswers(classifications, image.classifications);
		const changes = { removedLabels: all, removedAnswers, keptLabels: 0, keptAnswers: 0 };
		return { prediction, image, way: 'replace', deleted: [], changes };
	}
	const isReplacing = existing === 'replace' && task.hasPredictions;
	const isAnyonesWork = work.otherLabels > 0 || work.peoplesAnswers.size > 0;
	if (isReplacing && isAnyonesWork && !(await run.api.has('labelAuthors')))
		return planWithoutAuthors(prediction, image, { present, work });
	const answers = withoutKeys(image.classifications, work.peoplesAnswers);
	const merged = mergedAnswers(work.importedAnswers, answers);
	const kept = {
		removedAnswers: countLostAnswers(work.importedAnswers, merged),
		keptAnswers: work.peoplesAnswers.size,
	};
	if (isReplacing) {
		const removing = { ...kept, removedLabels: importedLabels, keptLabels: work.otherLabels };
		const whole = { ...image, classifications: merged };
		return isImportsOnly(work, state) && canBeSent(whole)
			? { prediction, image: whole, way: 'replace', deleted: [], changes: removing }
			: {
					prediction,
					image: { ...image, classifications: answers },
					way: 'add',
					deleted: work.imported,
					changes: removing,
				};
	}
	return {
		prediction,
		image: { ...image, classifications: answers },
		way: existing === 'replace' ? 'first' : 'add',
		deleted: [],
		changes: { ...kept, removedLabels: 0, keptLabels: all },
	};
}

/**
 * Where everybody is one user, what an earlier import made can be what people drew, but for segmentations, which bear a mark. A
 * second run with the same result adds nothing; what would have to go for another result stays, and so does the image.
 *
 * @throws InputError
 */
function planWithoutAuthors(prediction: Prediction, image: LabeledImage, { present, work }: ReadWork): ImportPlan {
	const unknown = present.objects.filter(({ geometry }) => geometry.type !== 'segmentation');
	const missing = missingLabels(image.objects, unknown);
	const answers = mergedAnswers(present.classifications, image.classifications);
	if (missing === undefined || countLostAnswers(present.classifications, answers) > 0)
		throw authorsAreOne(image, !prediction.mayChangePeoplesTasks);
	const removedLabels = countLabels(work.imported);
	return {
		prediction,
		image: { ...image, objects: missing },
		way: 'add',
		deleted: work.imported,
		changes: { removedLabels, removedAnswers: 0, keptLabels: work.otherLabels, keptAnswers: 0 },
	};
}

interface ReadWork {
	readonly present: LabeledImage;
	readonly work: TaskWork;
}

/** @throws DataGymError if who made the labels cannot be read. */
function readWork(run: Run, details: TaskDetails, taskId: string, completesDrawing = false): ReadWork {
	const { image, identified } = readTask(details);
	if (identified === undefined) throw run.api.tasks.unreadableLabels(taskId);
	return {
		present: image,
		work: taskWork(identified.values, completesDrawing && isUntouched(details.labelTaskState)),
	};
}

/** Those of the labels that nobody has touched since they were looked at. */
export async function stillUntouched(
	run: Run,
	task: ListedTask,
	labels: readonly ImportedLabel[],
): Promise<readonly ImportedLabel[]> {
	const details = await run.limit(async () => await detailsOf(run, task));
	const now = new Set(readWork(run, details, task.taskId, true).work.imported.map(({ valueId }) => valueId));
	return labels.filter(({ valueId }) => now.has(valueId));
}

export function countLabels(labels: readonly ImportedLabel[]): number {
	return labels.reduce((sum, { count }) => sum + count, 0);
}

/** Whether all of the image can be deleted at once, and nobody can be at work on it. */
function isImportsOnly({ otherLabels, peoplesAnswers }: TaskWork, state: string): boolean {
	return otherLabels === 0 && peoplesAnswers.size === 0 && isUntouched(state);
}

/** Not everything that a task can hold can be imported. */
function canBeSent(image: LabeledImage): boolean {
	return writeImportElement(image, { keepData: false }).problems.length === 0;
}

function withoutKeys(classifications: Classifications, keys: ReadonlySet<string>): Classifications {
	if (keys.size === 0) return classifications;
	return Object.fromEntries(Object.entries(classifications).filter(([key]) => !keys.has(key)));
}
