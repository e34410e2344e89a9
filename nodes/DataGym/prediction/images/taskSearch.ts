import { isSearchable, type ListedTask, TASK_STATES } from '@datagym/client';
import { UNTOUCHED_STATES } from '../../projectTasks';
import type { Run } from '../../runner/runContext';
import type { NamedImage } from './imageNames';

/** Each is up to eight requests, and the server looks through the names of all images for each. */
export const MOST_SEARCHES = 20;
/**
 * Of a project with fewer images for each that is searched for, the server lists all tasks as soon (docs/contract.md#timing-and-limits); a
 * name alone is looked for in all states.
 */
const [IMAGES_PER_SEARCH, SEARCHES_PER_NAME] = [500, 4];

const OTHER_STATES = TASK_STATES.filter((state) => !UNTOUCHED_STATES.includes(state));

/** Whether the tasks of these images of a project can be found one by one, and sooner than by listing all. */
export async function isSearchWorthwhile(run: Run, projectId: string, images: readonly NamedImage[]): Promise<boolean> {
	if (images.length > MOST_SEARCHES || !images.every(({ imageName }) => isSearchable(imageName))) return false;
	if (images.length <= 1) return images.length === 1;
	// Whoever cannot read that lists the tasks, which tells the reason.
	const projects = await run.share('projects', async ({ api }) => await api.projects.list()).catch(() => []);
	const datasets = projects.find((project) => project.projectId === projectId)?.datasets ?? [];
	const searches = images.reduce((sum, { imageId }) => sum + (imageId === '' ? SEARCHES_PER_NAME : 1), 0);
	return datasets.reduce((sum, { imageCount }) => sum + imageCount, 0) >= searches * IMAGES_PER_SEARCH;
}

/**
 * The tasks of some images, each found by its name. An image has one task (docs/contract.md#tasks), so where its ID is known, it is first
 * looked for where most are that predictions are for; for a name alone, all are found that have its words. Takes no place in `limit`.
 *
 * @returns undefined if one of them is not found so, which does not say that the project does not have it.
 */
export async function searchTasks(
	{ api }: Run,
	projectId: string,
	images: readonly NamedImage[],
): Promise<readonly ListedTask[] | undefined> {
	const searchFor = async (image: NamedImage): Promise<readonly ListedTask[] | undefined> => {
		for (const states of image.imageId === '' || api.tasks.listsAllStates
			? [TASK_STATES]
			: [UNTOUCHED_STATES, OTHER_STATES]) {
			const tasks = await api.tasks.search(projectId, states, image.imageName);
			if (tasks === undefined) return undefined;
			const found = tasks.filter((task) => isMeant(task, image));
			if (found.length > 0) return found;
		}
		return undefined;
	};
	const found = await Promise.all(images.map(searchFor));
	const all = found.flatMap((tasks) => tasks ?? []);
	return found.includes(undefined) ? undefined : [...new Map(all.map((task) => [task.taskId, task])).values()];
}

function isMeant(task: ListedTask, image: NamedImage): boolean {
	return image.imageId === '' || task.imageId === image.imageId;
}
