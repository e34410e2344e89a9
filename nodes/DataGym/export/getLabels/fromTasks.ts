import type { IDataObject } from 'n8n-workflow';
import type { ListedTask } from '@datagym/client';
import { FirstItems, type LabelClass, type LabeledImage } from '@datagym/labels';
import { labelsRecord } from '@datagym/shared/labelRecords';
import { finish, paced } from '@datagym/shared/turns';
import type { Output } from '../../runner/operation';
import { getTasks, statusOf, taskStates } from '../../projectTasks';
import { byImage } from '../../records';
import type { Run } from '../../runner/runContext';
import { detailsOf, rawDetailsOf, readTaskDetails, type TaskWithDetails } from '../../taskDetails';
import { checkClassKeys, ending, isWanted, withWantedClasses, type Parameters } from './parameters';
import { outputsOfRows, type RowsOfImage, wantedRows } from './perLabel';

/** Tasks that are read together at least, while it is not known how many of them are wanted. */
const BATCH = 32;
/** Whose labels are held as the server wrote them, until they are items. */
const MOST_TOGETHER = 500;

/** Labels from the details of each wanted task, by image name. */
export async function labelsFromTasks(run: Run, parameters: Parameters): Promise<readonly Output[]> {
	if (!parameters.isPerLabel) return (await readWanted(run, parameters, outputOf)).found;
	const { found, classes } = await readWanted(run, parameters, rowsOf);
	return await outputsOfRows(run, parameters, found, classes);
}

interface Wanted<Value> {
	readonly found: readonly Value[];
	readonly classes: readonly LabelClass[];
	/** Those whose status, dataset and ID are wanted. */
	readonly taskCount: number;
	/** Whether there are tasks that have not been read. */
	readonly hasMore: boolean;
}

/**
 * What is made of the first wanted tasks by image name. Which classes a task has is known only when it is read, so tasks are read
 * until there are as many as the user wants.
 */
export async function readWanted<Value>(
	run: Run,
	parameters: Parameters,
	make: (reading: TaskWithDetails, parameters: Parameters) => Value | undefined,
): Promise<Wanted<Value>> {
	const { projectId, statuses, classKeys, isPerLabel, isSimple, most, skip } = parameters;
	const first = new FirstItems<ListedTask>(Infinity, byImage);
	for await (const task of paced(await getTasks(run, projectId, taskStates([...statuses]))))
		if (isWanted(parameters, { ...task, status: statusOf(task.state) })) first.add(task);
	const tasks = await finish(first.list());
	const isEachWanted = classKeys.size === 0 && !isPerLabel;
	const found: Value[] = [];
	let classes: readonly LabelClass[] | undefined;
	let next = skip;
	while (next < tasks.length && found.length < most) {
		const missing = most - found.length;
		const batch: readonly ListedTask[] = tasks.slice(
			next,
			next + Math.min(MOST_TOGETHER, isEachWanted ? missing : Math.max(missing, BATCH)),
		);
		next += batch.length;
		// The raw response is promised as the server writes it.
		const readings = await readTaskDetails(run, batch, isSimple || isPerLabel ? detailsOf : rawDetailsOf);
		if (classes === undefined) checkClassKeys(parameters, (classes = readings[0]?.classes ?? []));
		found.push(...readings.flatMap((reading) => make(reading, parameters) ?? []));
	}
	return {
		found: found.slice(0, most),
		classes: classes ?? [],
		taskCount: tasks.length,
		hasMore: next < tasks.length || found.length > most,
	};
}

function outputOf(reading: TaskWithDetails, parameters: Parameters): Output | undefined {
	const record = recordOf(reading, parameters, (_, raw, simple) => (parameters.isSimple ? simple() : raw()));
	return record && { json: { ...record, ...ending(parameters, reading.classes) } };
}

/** One form of what is wanted of a task; undefined if nothing is. */
export function recordOf(
	reading: TaskWithDetails,
	parameters: Parameters,
	choose: (image: LabeledImage, raw: () => IDataObject, simple: () => IDataObject) => IDataObject,
): IDataObject | undefined {
	const image = withWantedClasses(parameters, reading.image);
	if (image === undefined) return undefined;
	const { imageId, imageName } = image;
	return choose(
		image,
		() => ({ imageId, imageName, ...(reading.details as object as IDataObject) }),
		() => simpleRecord({ ...reading, image }),
	);
}

function simpleRecord({ image, task, problems, ...reading }: TaskWithDetails): IDataObject {
	const { imageId, imageName, status, storedSize } = image;
	return {
		imageId,
		imageName,
		status: status ?? '',
		labeler: task.labeler ?? null,
		taskId: task.taskId,
		datasetId: reading.datasetId ?? '',
		datasetName: reading.datasetName ?? '',
		...storedSize,
		...labelsRecord(image, problems, reading.identified?.values),
	};
}

function rowsOf(
	{ image, task, problems, identified }: TaskWithDetails,
	parameters: Parameters,
): RowsOfImage | undefined {
	const wanted = withWantedClasses(parameters, image);
	return (
		wanted && wantedRows(parameters, { image: wanted, problems, values: identified?.values }, { taskId: task.taskId })
	);
}
