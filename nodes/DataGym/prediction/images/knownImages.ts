import { type ListedTask, TASK_STATES } from '@datagym/client';
import type { KnownTasks } from '@datagym/shared/labelConfig';
import { LongMap } from '@datagym/shared/longMap';
import { finish, paced } from '@datagym/shared/turns';
import { getTasks } from '../../projectTasks';
import type { Run } from '../../runner/runContext';
import { ImageNames, type NamedImage } from './imageNames';
import { isSearchWorthwhile, searchTasks } from './taskSearch';

/** Images of the project that have been read. */
export interface KnownImages {
	readonly tasks: Pick<LongMap<ListedTask>, 'get'>;
	/** The first task of each state. */
	readonly byState: KnownTasks['byState'];
	readonly names: ImageNames;
	/** Names of which all images have been searched for; undefined if all images of the project are known. */
	readonly completeNames?: ReadonlySet<string>;
}

export async function allImages(run: Run, projectId: string): Promise<KnownImages> {
	return await knownImages(await getTasks(run, projectId, TASK_STATES));
}

/** @returns undefined if they are not all found, or if listing all is as cheap. */
export async function expectedOnly(
	run: Run,
	projectId: string,
	expected: readonly NamedImage[],
): Promise<KnownImages | undefined> {
	if (!(await isSearchWorthwhile(run, projectId, expected))) return undefined;
	const tasks = await searchTasks(run, projectId, expected);
	const completeNames = new Set(expected.flatMap(({ imageId, imageName }) => (imageId === '' ? [imageName] : [])));
	return tasks && { ...(await knownImages(tasks)), completeNames };
}

async function knownImages(listed: readonly ListedTask[]): Promise<KnownImages> {
	const tasks = new LongMap<ListedTask>();
	const byState = new Map<string, ListedTask>();
	for await (const task of paced(listed)) {
		tasks.set(task.imageId, task);
		if (!byState.has(task.state)) byState.set(task.state, task);
	}
	return { tasks, byState, names: await finish(ImageNames.of(listed)) };
}
