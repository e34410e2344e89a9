import { type Fold, type ListedTask, type Task, TASK_STATES, type TaskState } from '@datagym/client';
import { hasValues, type LabeledImage } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { FINISHED_STATES, STARTED_STATES, UNTOUCHED_STATES } from '../../projectTasks';
import type { Run } from '../../runner/runContext';
import type { NamedImage } from '../images/imageNames';
import type { ExistingLabels } from '../preparing/report';
import { isSearchWorthwhile, searchTasks } from '../images/taskSearch';

const REMEDY =
	'Turn on "Allow Started and Finished Tasks" in the options to import into tasks that people have begun or finished.';

/** Of an import that may go into such tasks, but does not delete what people made. */
const AGAIN = 'Import the image again, which keeps what people made.';

/**
 * @param isGuarded whether the user has not allowed such tasks.
 * @throws InputError if the task is one that people have begun or finished.
 */
export function refuseWorkOfPeople(
	{ imageName, imageId }: NamedImage,
	state: string | undefined,
	isGuarded = true,
): void {
	const isIn = (states: readonly string[]) => state !== undefined && states.includes(state);
	const name = imageName || imageId;
	if (isIn(FINISHED_STATES))
		throw new InputError(
			`The task of the image "${name}" is finished, so its labels were not changed`,
			isGuarded ? REMEDY : AGAIN,
		);
	if (isIn(STARTED_STATES))
		throw new InputError(
			`People have begun the task of the image "${name}", so its labels were not changed`,
			isGuarded ? REMEDY : AGAIN,
		);
}

/** Whether people have neither begun nor finished a task in this state. */
export function isUntouched(state: string): boolean {
	return UNTOUCHED_STATES.some((untouched) => untouched === state);
}

/** Whether people have begun or finished a task in this state. */
export function isTaken(state: string): boolean {
	return [...STARTED_STATES, ...FINISHED_STATES].some((taken) => taken === state);
}

/** @throws InputError if what is asked for needs to know who made the labels, on servers that do not tell. */
export function refuseUnknownAuthors(
	{ imageName, imageId, classifications }: LabeledImage,
	existing: ExistingLabels,
): void {
	const overwrites = existing === 'replace' || (existing === 'add' && hasValues(classifications));
	if (!overwrites) return;
	throw new InputError(
		`The labels of the image "${imageName || imageId}" were not changed, because this server does not provide their authors`,
		'Set "Existing Labels" to "Keep and Add", without classifications of the image, or to "Replace Everything".',
	);
}

/**
 * The error of an import that is to replace earlier ones, on a server where everybody is one user: to add to them would double labels,
 * and to delete them could delete what people drew.
 */
export function authorsAreOne({ imageName, imageId }: NamedImage, isGuarded: boolean): InputError {
	return new InputError(
		`The labels of the image "${imageName || imageId}" were not replaced, because the open core does not provide their authors`,
		isGuarded
			? 'Set "Existing Labels" to "Replace Everything", which leaves tasks alone that people have begun or finished, or to "Keep and Add".'
			: 'Set "Existing Labels" to "Keep and Add", or to "Replace Everything" with "Allow Started and Finished Tasks" turned off.',
	);
}

/** @returns the error of an import that failed for the moment, if people have taken the task since. */
export function takenMeanwhile({ imageName, imageId }: NamedImage, isGuarded: boolean): InputError {
	return new InputError(
		`The import into the image "${imageName || imageId}" was not tried again, because people have taken its task meanwhile`,
		`Check in DataGym whether its labels were imported. ${isGuarded ? REMEDY : AGAIN}`,
	);
}

/** Milliseconds; for so long, a finished task is not looked for again: from beginning to end, people need longer for one. */
export const FRESH_MS = 20_000;

/** Knows which tasks of some images people have taken since an import began, so that nothing is deleted that they are drawing. */
export class TakenTasks {
	private readonly finished = new Map<string, string>();
	private readonly images: ReadonlySet<string>;
	private listedAt = -Infinity;

	/** @param images as the server's list names them; those of which it is not known yet that it has them, without a name. */
	constructor(
		private readonly run: Run,
		private readonly projectId: string,
		private readonly named: readonly NamedImage[],
	) {
		this.images = new Set(named.map(({ imageId }) => imageId));
	}

	/**
	 * States by image, of tasks that people have begun or, if that is asked for, finished. Only a task that is found counts as not taken
	 * where images are searched for, so that nothing depends on what the server's search overlooks.
	 *
	 * @param of those that are searched for if any are.
	 */
	async states(withFinished: boolean, of: ReadonlySet<string> = this.images): Promise<ReadonlyMap<string, string>> {
		const found = await this.search(of);
		if (found !== undefined) return new Map(found.map(({ imageId, state }) => [imageId, state]));
		const isOld = Date.now() - this.listedAt > FRESH_MS;
		const started = await this.list(STARTED_STATES);
		if (withFinished && isOld) {
			const now = Date.now();
			for (const [imageId, state] of await this.list(FINISHED_STATES)) this.finished.set(imageId, state);
			this.listedAt = now;
		}
		return new Map([...this.finished, ...started]);
	}

	/** Whether an import has been into the tasks of all these images before. */
	async haveImports(imageIds: readonly string[]): Promise<boolean> {
		const tasks =
			(await this.search(new Set(imageIds))) ?? (await this.run.api.tasks.listStates(this.projectId, TASK_STATES));
		const imported = new Set(tasks.flatMap((task) => (task.hasPredictions ? [task.imageId] : [])));
		return imageIds.every((imageId) => imported.has(imageId));
	}

	private async search(of: ReadonlySet<string>): Promise<readonly ListedTask[] | undefined> {
		const named = this.named.filter(({ imageId }) => of.has(imageId));
		if (!(await isSearchWorthwhile(this.run, this.projectId, named))) return undefined;
		return await searchTasks(this.run, this.projectId, named);
	}

	/** Takes no place in `limit`, since it is also asked between two tries of an import, which holds one. */
	private async list(states: readonly TaskState[]): Promise<ReadonlyMap<string, string>> {
		const lists = await this.run.api.tasks.foldStates(this.projectId, states, () => this.ofImages());
		return new Map(lists.flatMap((tasks) => [...tasks]));
	}

	private ofImages(): Fold<Task, ReadonlyMap<string, string>> {
		const found = new Map<string, string>();
		return {
			add: ({ imageId, state }) => void (this.images.has(imageId) && found.set(imageId, state)),
			end: () => found,
		};
	}
}
