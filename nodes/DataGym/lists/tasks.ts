import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { TASK_STATES, type TaskRow } from '@datagym/client';
import { toNodeError } from '@datagym/shared/errors';
import { keptLists, type Lists } from '@datagym/shared/keptLists';
import { type Choice, isFound, listProjects } from '@datagym/shared/lists';
import { foundIn, LongEntries, type LongGroup } from '@datagym/shared/longList';
import { pageUrl } from '@datagym/shared/pages';
import { finish } from '@datagym/shared/turns';
import { statusOf } from '../projectTasks';

const PAGE = 100;
/** How many projects are asked for one page: there may be 10,000, and none of them has what is searched for. */
const MOST_PROJECTS = 50;
const AT_ONCE = 10;

/**
 * The tasks of all projects, project by project, since no operation on a task has a field for its project. A search begins with the
 * projects that it names. It finds image names, project names, statuses and IDs; a status is not shown, since n8n saves what is.
 *
 * @param paginationToken the project to go on with, by its place in the list, and its next task.
 */
export async function searchTasks(
	this: ILoadOptionsFunctions,
	filter = '',
	paginationToken = '0 0',
): Promise<INodeListSearchResult> {
	try {
		const lists = await keptLists(this);
		const projects = namedFirst(await listProjects(lists), filter);
		let [place = 0, next = 0] = paginationToken.split(' ').map(Number);
		const last = Math.min(projects.length, place + MOST_PROJECTS);
		const results: Choice[] = [];
		while (place < last && results.length < PAGE) {
			const asked = projects.slice(place, Math.min(last, place + AT_ONCE));
			for (const tasks of await Promise.all(asked.map(async (project) => await tasksOf(lists, project)))) {
				const search = { filter, start: next, most: PAGE - results.length, keywordOf: statusOf };
				const { found, hasMore } = await finish(foundIn(tasks.groups, search));
				for (const { name, value } of found) results.push({ name, value, url: pageUrl(tasks.baseUrl, 'task', value) });
				[place, next] = hasMore ? [place, next + found.length] : [place + 1, 0];
				if (results.length === PAGE) break;
			}
		}
		return { results, ...(place < projects.length && { paginationToken: `${place} ${next}` }) };
	} catch (error) {
		throw toNodeError(this.getNode(), error);
	}
}

function namedFirst(projects: readonly Choice[], filter: string): readonly Choice[] {
	if (filter.trim() === '') return projects;
	const named = projects.filter((project) => isFound(project, filter));
	return [...named, ...projects.filter((project) => !named.includes(project))];
}

interface TasksOfProject {
	readonly baseUrl: string;
	readonly groups: readonly LongGroup[];
}

async function tasksOf(lists: Lists, { name, value: projectId }: Choice): Promise<TasksOfProject> {
	return await lists(`tasks of ${projectId}`, async ({ baseUrl, tasks }) => {
		const states = tasks.listsAllStates ? [undefined] : TASK_STATES;
		const all = await Promise.all(states.map(async (state) => await tasks.foldRows(projectId, state, taskEntries)));
		return { baseUrl, groups: all.map((entries) => ({ name, entries })) };
	});
}

function taskEntries() {
	const entries = new LongEntries();
	return {
		add: ({ mediaName, taskId, labelTaskState }: TaskRow) =>
			entries.add({
				name: typeof mediaName === 'string' ? mediaName : '',
				value: taskId,
				detail: labelTaskState,
			}),
		end: () => entries.end(),
	};
}
