import type { TaskState } from '@datagym/client';
import { type LabelClass, type LabeledImage, type LabelProblem, readTask } from '@datagym/labels';
import { exportElements } from '@datagym/shared/exportElements';
import { InputError } from '@datagym/shared/errors';
import { paced } from '@datagym/shared/turns';
import { getLabelConfig } from '@datagym/shared/labelConfig';
import { getTasks } from './projectTasks';
import type { Run } from './runner/runContext';
import { mapTaskDetails } from './taskDetails';

/** The finished images of a project, in the order in which the server gives them, which is none. */
export interface FinishedLabels {
	readonly images: readonly LabeledImage[];
	readonly classes: readonly LabelClass[];
	/** Labels that could not be read, such as those whose negative coordinates the export has lost. */
	readonly problems: readonly LabelProblem[];
}

export interface FinishedChoice {
	readonly projectId: string;
	/** Whether labels are read from task details (a request each, exact) instead of from the export (one request, whole pixels). */
	readonly isExact: boolean;
	/** The export has skipped images whether or not they are wanted. */
	readonly includesSkipped: boolean;
	/** What cannot be done with a video project, as a sentence without its stop. */
	readonly purpose: string;
}

/** @throws InputError for a video project, and for task details of a server that has none. */
export async function finishedLabels(run: Run, choice: FinishedChoice): Promise<FinishedLabels> {
	const { kept, ...labels } = await readFinished(run, choice, (image) => image);
	return { images: kept, ...labels };
}

type Kept<Value> = Omit<FinishedLabels, 'images'> & { readonly kept: readonly Value[] };

/**
 * What is kept of each finished image, in the order of the images.
 *
 * @throws InputError for a video project, and for task details of a server that has none.
 */
export async function readFinished<Value>(
	run: Run,
	choice: FinishedChoice,
	keep: (image: LabeledImage) => Value,
): Promise<Kept<Value>> {
	return choice.isExact ? await fromTasks(run, choice, keep) : await fromExport(run, choice, keep);
}

async function fromExport<Value>(
	{ api }: Run,
	{ projectId, purpose }: FinishedChoice,
	keep: (image: LabeledImage) => Value,
): Promise<Kept<Value>> {
	const kept: Value[] = [];
	const problems: LabelProblem[] = [];
	let classes: readonly LabelClass[] = [];
	for await (const element of paced(exportElements(api, projectId))) {
		if (element.kind === 'classes') classes = element.classes;
		if (element.kind === 'image') kept.push(keep(element.image));
		if (element.kind === 'video') throw notOfImages(purpose);
		problems.push(...element.problems);
	}
	const config = kept.length > 0 && (await api.has('tasks')) ? await getLabelConfig(api, projectId) : undefined;
	return { kept, classes: config?.classes ?? classes, problems };
}

async function fromTasks<Value>(
	run: Run,
	{ projectId, includesSkipped, purpose }: FinishedChoice,
	keep: (image: LabeledImage) => Value,
): Promise<Kept<Value>> {
	if (!(await run.api.has('tasks')))
		throw new InputError('This DataGym server has no task details', 'Set "Label Source" to "Export".');
	const { mediaType } = await run.limit(async () => await run.api.projects.get(projectId));
	if (mediaType === 'VIDEO') throw notOfImages(purpose);
	const states: readonly TaskState[] = includesSkipped
		? ['COMPLETED', 'REVIEWED', 'SKIPPED']
		: ['COMPLETED', 'REVIEWED'];
	const tasks = await getTasks(run, projectId, states);
	let known: readonly LabelClass[] = [];
	const readings = await mapTaskDetails(run, tasks, (details, task) => {
		const { image, classes, problems } = readTask(details);
		if (task === tasks[0]) known = classes;
		return { kept: keep(image), problems };
	});
	return {
		kept: readings.map(({ kept }) => kept),
		classes: known,
		problems: readings.flatMap(({ problems }) => problems),
	};
}

function notOfImages(purpose: string): InputError {
	return new InputError(purpose, 'Choose an image project.');
}
