import { type LabelClass, LabelCounts, type LabeledImage, Sample } from '@datagym/labels';
import { exportElements } from '@datagym/shared/exportElements';
import { InputError } from '@datagym/shared/errors';
import { getLabelConfig } from '@datagym/shared/labelConfig';
import { finish, paced } from '@datagym/shared/turns';
import { getTasks, statusOf, taskStates } from '../../projectTasks';
import { withProgress } from '../../runner/progress';
import type { Run } from '../../runner/runContext';
import { readTaskDetails } from '../../taskDetails';
import type { Parameters } from './parameters';

/** The images to show, and numbers about all. */
export interface ProjectImages {
	readonly images: readonly LabeledImage[];
	readonly classes: readonly LabelClass[];
	readonly total: number;
	readonly counts: LabelCounts;
	readonly byStatus: ReadonlyMap<string, number>;
	/** Labels of the images to show that could not be read. */
	readonly unread: number;
}

/** Reads the export while it comes and keeps no more than the images to show, whose labels and all others are counted. */
export async function imagesOfExport({ api, n8n }: Run, parameters: Parameters): Promise<ProjectImages> {
	const counts = new LabelCounts();
	const sample = new Sample<ExportedImage>(parameters.most, parameters.choice === 'random');
	let classes: readonly LabelClass[] = [];
	const read = async () => {
		for await (const element of exportElements(api, parameters.projectId)) {
			if (element.kind === 'video')
				throw new InputError(
					'The preview supports images only, but this is a video project',
					'Choose an image project.',
				);
			if (element.kind === 'classes') classes = element.classes;
			if (element.kind !== 'image' || !parameters.statuses.includes(element.image.status ?? '')) continue;
			counts.add(element.image);
			const { imageId, imageName } = element.image;
			sample.add({
				imageId,
				imageName,
				image: element.image,
				unread: element.problems.filter(({ severity }) => severity === 'error').length,
			});
		}
	};
	await withProgress(n8n, () => `waiting for the export of the project ${parameters.projectId}`, read());
	const chosen = await finish(sample.list());
	const config =
		chosen.length > 0 && (await api.has('tasks')) ? await getLabelConfig(api, parameters.projectId) : undefined;
	return {
		images: chosen.map(({ image }) => image),
		classes: config?.classes ?? classes,
		total: counts.images,
		counts,
		byStatus: counts.byStatus,
		unread: chosen.reduce((sum, { unread }) => sum + unread, 0),
	};
}

interface ExportedImage {
	readonly imageId: string;
	readonly imageName: string;
	readonly image: LabeledImage;
	readonly unread: number;
}

/** Reads the details of the tasks to show only, since each is a request. */
export async function imagesOfTasks(run: Run, parameters: Parameters): Promise<ProjectImages> {
	if (!(await run.api.has('tasks'))) {
		throw new InputError('This DataGym server has no task details', 'Set "Label Source" to "Export".');
	}
	const tasks = await getTasks(run, parameters.projectId, taskStates(parameters.statuses));
	const sample = new Sample<(typeof tasks)[number]>(parameters.most, parameters.choice === 'random');
	const byStatus = new Map<string, number>();
	for await (const task of paced(tasks)) {
		sample.add(task);
		const status = statusOf(task.state);
		byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
	}
	const readings = await readTaskDetails(run, await finish(sample.list()));
	const counts = new LabelCounts();
	for (const { image } of readings) counts.add(image);
	return {
		images: readings.map(({ image }) => image),
		classes: readings[0]?.classes ?? [],
		total: tasks.length,
		counts,
		byStatus,
		unread: readings.reduce(
			(sum, { problems }) => sum + problems.filter(({ severity }) => severity === 'error').length,
			0,
		),
	};
}
