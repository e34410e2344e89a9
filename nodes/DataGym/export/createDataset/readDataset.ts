import type { TaskState } from '@datagym/client';
import { type LabelClass, type LabeledImage, type LabelProblem, readTask } from '@datagym/labels';
import { exportElements } from '@datagym/shared/exportElements';
import { InputError } from '@datagym/shared/errors';
import { getLabelConfig } from '../../projectLabelConfig';
import { getTasks } from '../../projectTasks';
import type { Run } from '../../runner/run';
import { mapTaskDetails } from '../../taskDetails';
import type { Wishes } from './wishes';

export interface ProjectLabels {
	readonly images: readonly LabeledImage[];
	readonly classes: readonly LabelClass[];
	/** Labels that could not be read, such as those whose negative coordinates the export has lost. */
	readonly problems: readonly LabelProblem[];
}

/** The finished images that the user wants, with their labels. */
export async function readProjectLabels(run: Run, wishes: Wishes): Promise<ProjectLabels> {
	const { images, classes, problems } = wishes.isExact ? await fromTasks(run, wishes) : await fromExport(run, wishes);
	const isWanted = (image: LabeledImage) =>
		(wishes.includesSkipped || image.status !== 'skipped') &&
		(wishes.includesEmpty || image.objects.length > 0 || wishes.classificationKey !== '');
	// The server gives them in no order; a dataset that is made again shall be the same.
	return { images: images.filter(isWanted).sort(byNameThenId), classes, problems };
}

function byNameThenId(a: LabeledImage, b: LabeledImage): number {
	return compare(a.imageName, b.imageName) || compare(a.imageId, b.imageId);
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

async function fromExport({ api }: Run, { projectId }: Wishes): Promise<ProjectLabels> {
	const images: LabeledImage[] = [];
	const problems: LabelProblem[] = [];
	let classes: readonly LabelClass[] = [];
	for await (const element of exportElements(api, projectId)) {
		if (element.kind === 'classes') classes = element.classes;
		if (element.kind === 'image') images.push(element.image);
		if (element.kind === 'video')
			throw new InputError('The project holds videos, and datasets are made of images', 'Choose an image project.');
		problems.push(...element.problems);
	}
	const config =
		images.length > 0 && (await api.generation()) === 'media' ? await getLabelConfig(api, projectId) : undefined;
	return { images, classes: config?.classes ?? classes, problems };
}

async function fromTasks(run: Run, { projectId, includesSkipped }: Wishes): Promise<ProjectLabels> {
	if ((await run.api.generation()) === 'image') {
		throw new InputError(
			'This DataGym server has no tasks to read exact coordinates from',
			'Choose “Export” under “Label Source”.',
		);
	}
	const states: readonly TaskState[] = includesSkipped
		? ['COMPLETED', 'REVIEWED', 'SKIPPED']
		: ['COMPLETED', 'REVIEWED'];
	const tasks = await getTasks(run, projectId, states);
	const readings = await mapTaskDetails(run, tasks, readTask);
	return {
		images: readings.map(({ image }) => image),
		classes: readings[0]?.classes ?? [],
		problems: readings.flatMap(({ problems }) => problems),
	};
}
