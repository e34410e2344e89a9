import type { INodeExecutionData } from 'n8n-workflow';
import type { DataGymApi } from '@datagym/client';
import { finish } from '@datagym/shared/turns';
import { milestoneItem } from './emitMilestones';
import { FINISHED_STATES, type Milestone, type TriggerEvent } from './events';
import { taskRecordsOf } from './memory/taskRecords';
import { judge } from './milestones';
import { progressOf, type Progress } from './progress';
import { Sighting } from './sighting';
import { DatasetLists } from './sources/datasetImages';
import type { ProjectSource } from './sources/projectSource';
import { TaskLister } from './taskLister';
import { TaskRules } from './taskRules';

interface Measured {
	readonly project: ProjectSource;
	readonly progress: Progress;
}

/** How far the projects are. */
export async function progressIn(
	api: DataGymApi,
	projects: readonly ProjectSource[],
	events: readonly TriggerEvent[],
): Promise<readonly Measured[]> {
	const lists = new DatasetLists(api);
	const measured: Measured[] = [];
	for (const project of projects) {
		const sighting = new Sighting(await finish(taskRecordsOf([])), events.includes('datasetFinished'));
		const rules = new TaskRules([], [], true);
		await project.listFinished(FINISHED_STATES, new TaskLister(sighting, { rules, mostPending: 0 }));
		await finish(sighting.close());
		const size = await project.size(events.includes('datasetFinished') ? lists : undefined);
		measured.push({ project, progress: await finish(progressOf(sighting, size)) });
	}
	return measured;
}

/** Items as they come when all images of these projects are finished, those that are finished by now first. */
export function milestoneExamples(
	event: Milestone,
	measured: readonly Measured[],
	every: number,
): readonly INodeExecutionData[] {
	return [...measured]
		.sort((a, b) => a.progress.remaining - b.progress.remaining)
		.flatMap(({ project, progress }) => {
			const then = event === 'everyNFinished' ? atNext(progress, every) : completed(progress);
			const { due } = judge(then, { reached: 0, project: NEVER, datasets: {} }, [event], every);
			return due.map((milestone) => milestoneItem(project, then, milestone));
		});
}

const NEVER = { images: 0, times: 0 };

/** Where not so many are finished yet, as it is when they are. */
function atNext(progress: Progress, every: number): Progress {
	const finished = Math.max(progress.finished, every);
	return { ...progress, finished, remaining: Math.max(0, progress.images - finished) };
}

function completed(progress: Progress): Progress {
	const datasets = progress.datasets.map((dataset) => ({ ...dataset, finished: dataset.images }));
	return { ...progress, finished: progress.images, remaining: 0, datasets };
}
