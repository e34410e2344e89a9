import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { TASK_STATES } from '@datagym/client';
import { toNodeError } from '@datagym/shared/errors';
import { type Choice, isFound, keptLists, listProjects, type Lists, shown, sorted } from '@datagym/shared/lists';
import { pageUrl } from '@datagym/shared/pages';
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
				const found = tasks.filter((task) => isFound(task, filter)).slice(next);
				const page = found.slice(0, PAGE - results.length);
				results.push(...page.map(shown));
				[place, next] = page.length < found.length ? [place, next + page.length] : [place + 1, 0];
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

async function tasksOf(lists: Lists, project: Choice): Promise<readonly Choice[]> {
	return await lists(`tasks of ${project.value}`, async (api) =>
		sorted(
			(await api.tasks.listStates(project.value, TASK_STATES)).map(({ taskId, imageName, state }) => ({
				name: `${imageName} (${project.name})`,
				value: taskId,
				url: pageUrl(api.baseUrl, 'task', taskId),
				keyword: statusOf(state),
			})),
		),
	);
}
