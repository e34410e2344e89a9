import { type LabelClass, LabelCounts, type LabeledImage, Sample } from '@datagym/labels';
import { exportElements } from '@datagym/shared/exportElements';
import { InputError } from '@datagym/shared/errors';
import { withLifeSigns } from '../../runner/progress';
import { getLabelConfig, getTasks } from '../../projectTasks';
import type { Run } from '../../runner/run';
import { readTasks } from '../../taskDetails';
import { taskStates } from '../../taskStates';

export interface Wanted {
	readonly projectId: string;
	/** In lower case, as the export has them. */
	readonly statuses: readonly string[];
	readonly choice: 'first' | 'random';
	readonly most: number;
}

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
export async function imagesOfExport({ api, n8n }: Run, wanted: Wanted): Promise<ProjectImages> {
	const counts = new LabelCounts();
	const sample = new Sample<ExportedImage>(wanted.most, wanted.choice === 'random');
	let classes: readonly LabelClass[] = [];
	const read = async () => {
		for await (const element of exportElements(api, wanted.projectId)) {
			if (element.kind === 'video')
				throw new InputError('The project holds videos, and a preview is made of images', 'Choose an image project.');
			if (element.kind === 'classes') classes = element.classes;
			if (element.kind !== 'image' || !wanted.statuses.includes(element.image.status ?? '')) continue;
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
	await withLifeSigns(n8n, () => `the server is writing the export of the project ${wanted.projectId}`, read());
	const chosen = sample.list();
	const config =
		chosen.length > 0 && (await api.generation()) === 'media' ? await getLabelConfig(api, wanted.projectId) : undefined;
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
export async function imagesOfTasks(run: Run, wanted: Wanted): Promise<ProjectImages> {
	if ((await run.api.generation()) === 'image') {
		throw new InputError(
			'This DataGym server has no tasks to read exact coordinates from',
			'Choose “Whole Pixels” under “Coordinates”.',
		);
	}
	const tasks = await getTasks(
		run,
		wanted.projectId,
		taskStates(wanted.statuses.map((status) => status.toUpperCase())),
	);
	const sample = new Sample<(typeof tasks)[number]>(wanted.most, wanted.choice === 'random');
	const byStatus = new Map<string, number>();
	for (const task of tasks) {
		sample.add(task);
		const status = task.state.toLowerCase();
		byStatus.set(status, (byStatus.get(status) ?? 0) + 1);
	}
	const readings = await readTasks(run, sample.list());
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
