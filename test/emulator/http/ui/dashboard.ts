import {
	TASK_STATES,
	type Dataset,
	type MediaSourceType,
	type Medium,
	type Project,
	type Task,
} from '../../store/model';
import type { Store } from '../../store/store';
import { allValues, isClassification } from '../../store/values';
import { living } from '../../store/views';
import { type Call, type Route, json, plain } from '../endpoint';
import { projectForPeople } from './views';

export const dashboardRoutes: Route[] = [
	plain('ui', 'GET', '/api/project/:id/dashboard', (call) => json(dashboard(call.store, projectOf(call)))),
	plain('ui', 'GET', '/api/project/:id/dashboard/geometryCounts', (call) => {
		const geometryCounts = countLabels(call.store, projectOf(call));
		const geometryCountTotal = geometryCounts.reduce((total, { lcEntryValueCount }) => total + lcEntryValueCount, 0);
		return json({ geometryCountTotal, geometryCounts });
	}),
	// The server has switched it off: nothing, even where there are labels [ui 296].
	plain('ui', 'GET', '/api/project/:id/dashboard/geometryCountsByDay', (call) => {
		projectOf(call);
		return json({ labelCountTotal: 0, labelCounts: [] });
	}),
];

function projectOf(call: Call): Project {
	return call.store.project(call.param('id'));
}

/** The project with its counts; tasks of deleted images are not among them [ui 293]. */
function dashboard(store: Store, project: Project) {
	const board = store.board(project);
	const byState = TASK_STATES.map((state) => [state, board.list(state)] as const);
	const tasks = byState.flatMap(([, list]) => list);
	const datasets = [...project.datasets].map(mediaStatus);
	return {
		...projectForPeople(store, project),
		exportable: false,
		countTasks: tasks.length,
		countDatasets: project.datasets.size,
		approvedReviewPerformance: sum(tasks, ({ approvals }) => approvals),
		declinedReviewPerformance: sum(tasks, ({ rejections }) => rejections),
		countInvalidImages: sum(datasets, ({ invalidMediaCount }) => invalidMediaCount),
		hasLabelConfiguration: project.configuration.roots.length > 0,
		currentPlan: 'TEAM_PRO',
		taskStatus: Object.fromEntries(byState.map(([state, list]) => [state, list.length])),
		taskMediaDetail: bySource(tasks.map(({ medium }: Task) => medium)),
		datasetMediaStatuses: datasets,
	};
}

/** How many images of a dataset cannot be read. */
function mediaStatus(dataset: Dataset) {
	const invalid = living(dataset.media).filter(({ valid }) => !valid);
	return { datasetName: dataset.name, invalidMediaCount: invalid.length, mediaStatus: bySource(invalid) };
}

function bySource(media: readonly Medium[]): Record<MediaSourceType, number> {
	const counts = { LOCAL: 0, SHAREABLE_LINK: 0, AWS_S3: 0 };
	for (const { sourceType } of media) counts[sourceType]++;
	return counts;
}

/** Labels of geometries by the class's title; segmentations are left out [ui 295]. */
function countLabels(store: Store, project: Project) {
	const counts = new Map<string, number>();
	for (const task of store.board(project).all())
		for (const { entry } of allValues(task))
			if (!isClassification(entry.type) && entry.type !== 'IMAGE_SEGMENTATION')
				counts.set(entry.value, (counts.get(entry.value) ?? 0) + 1);
	return [...counts].map(([lcEntryValue, lcEntryValueCount]) => ({ lcEntryValue, lcEntryValueCount }));
}

function sum<T>(things: readonly T[], count: (thing: T) => number): number {
	return things.reduce((total, thing) => total + count(thing), 0);
}
