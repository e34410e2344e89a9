import type { IDataObject } from 'n8n-workflow';
import type { Task } from '@datagym/client';
import { labelsRecord, withAuthors } from '../../labelRecords';
import type { Output } from '../../runner/operation';
import { getTasks } from '../../projectTasks';
import type { Run } from '../../runner/run';
import { readTasks, type ReadTask } from '../../taskDetails';
import { taskStates } from '../../taskStates';
import { ending, isWanted, withWantedClasses, type Wanted } from './wanted';

/** Labels from the details of each task that is wanted, by image name. */
export async function labelsFromTasks(run: Run, wanted: Wanted): Promise<readonly Output[]> {
	const states = taskStates([...wanted.statuses].map((status) => status.toUpperCase()));
	const tasks = (await getTasks(run, wanted.projectId, states))
		.filter((task) => isWanted(wanted, { ...task, status: task.state.toLowerCase() }))
		.sort(byImageName);
	// Which classes a task has is known only when it is read.
	const isAllRead = wanted.classKeys.size > 0;
	const readings = await readTasks(run, isAllRead ? tasks : tasks.slice(0, wanted.most));
	return readings.flatMap((reading) => outputOf(reading, wanted)).slice(0, wanted.most);
}

function outputOf(reading: ReadTask, wanted: Wanted): readonly Output[] {
	const image = withWantedClasses(wanted, reading.image);
	if (image === undefined) return [];
	const { imageId, imageName } = image;
	const record = wanted.isSimple
		? simpleRecord({ ...reading, image })
		: { imageId, imageName, ...(reading.details as object as IDataObject) };
	return [{ json: { ...record, ...ending(wanted, reading.classes) } }];
}

function simpleRecord({ image, task, details, labels, problems }: ReadTask): IDataObject {
	const { imageId, imageName, status, width, height } = image;
	const objects = withAuthors(image.objects, labels.values);
	return {
		imageId,
		imageName,
		status: status ?? '',
		labeler: task.labeler ?? null,
		taskId: task.taskId,
		datasetId: details.datasetId ?? '',
		datasetName: details.datasetName ?? '',
		...(width === undefined ? {} : { width, height }),
		...labelsRecord({ ...image, objects }, problems),
	};
}

function byImageName(a: Task, b: Task): number {
	return a.imageName.localeCompare(b.imageName);
}
