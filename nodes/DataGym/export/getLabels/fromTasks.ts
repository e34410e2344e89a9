import type { IDataObject } from 'n8n-workflow';
import { labelsRecord } from '@datagym/shared/labelRecords';
import type { Output } from '../../runner/operation';
import { getTasks, statusOf, taskStates } from '../../projectTasks';
import { byImage } from '../../records';
import type { Run } from '../../runner/runContext';
import { detailsOf, rawDetailsOf, readTaskDetails, type TaskWithDetails } from '../../taskDetails';
import { checkClassKeys, ending, isWanted, withWantedClasses, type Parameters } from './parameters';

/** Labels from the details of each task that is parameters, by image name. */
export async function labelsFromTasks(run: Run, parameters: Parameters): Promise<readonly Output[]> {
	const states = taskStates([...parameters.statuses]);
	const tasks = (await getTasks(run, parameters.projectId, states))
		.filter((task) => isWanted(parameters, { ...task, status: statusOf(task.state) }))
		.sort(byImage);
	// Which classes a task has is known only when it is read.
	const isAllRead = parameters.classKeys.size > 0;
	const readings = await readTaskDetails(
		run,
		isAllRead ? tasks : tasks.slice(0, parameters.most),
		// The raw response is promised as the server writes it.
		parameters.isSimple ? detailsOf : rawDetailsOf,
	);
	const [first] = readings;
	if (first !== undefined) checkClassKeys(parameters, first.classes);
	return readings.flatMap((reading) => outputOf(reading, parameters)).slice(0, parameters.most);
}

function outputOf(reading: TaskWithDetails, parameters: Parameters): readonly Output[] {
	const image = withWantedClasses(parameters, reading.image);
	if (image === undefined) return [];
	const { imageId, imageName } = image;
	const record = parameters.isSimple
		? simpleRecord({ ...reading, image })
		: { imageId, imageName, ...(reading.details as object as IDataObject) };
	return [{ json: { ...record, ...ending(parameters, reading.classes) } }];
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
