import type { IDataObject } from 'n8n-workflow';
import { isDataGymError, TASK_STATES } from '@datagym/client';
import { type Conversion, hasValues } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { predictionOf } from '../../prediction/importAll';
import { prepareFound } from '../../prediction/preparing/prepare';
import { ProjectImages } from '../../prediction/images/projectImages';
import { isRejection, nothingLeft, orRejection, type Prediction, reportOf } from '../../prediction/preparing/report';
import { sendInBatches } from '../../prediction/sending/send';
import { FRESH_MS } from '../../prediction/sending/taskGuard';
import { getTasks } from '../../projectTasks';
import type { ItemInput } from '../../runner/itemInput';
import type { Run } from '../../runner/runContext';
import { withKeys } from './configuration';
import type { ImportPlan } from './plan';
import type { ReadLabels } from './readLabels';
import type { UploadedImage } from './uploadImages';

/** Images whose labels are prepared at once. */
const CHUNK = 500;
const BATCH = 50;

/** What became of the labels of an image. */
export type LabelVerdict =
	| { readonly status: 'imported'; readonly report: IDataObject; readonly conversions: readonly Conversion[] }
	| { readonly status: 'noLabels' }
	| { readonly status: 'failed'; readonly error: unknown };

/** Labels of an image that is in DataGym. */
interface PlacedLabels extends ReadLabels {
	readonly path: string;
	readonly imageId: string;
	readonly imageName: string;
	/** Epoch milliseconds when this run has uploaded the image; undefined if it was there before. */
	readonly uploadedAt: number | undefined;
}

/** What is known once the project has a task. */
interface Setting {
	readonly plan: ImportPlan;
	images: ProjectImages;
}

/**
 * Imports labels as Prediction: Import does, while further images are uploaded. Labels that cannot be imported do not stop the others.
 */
export class LabelImport {
	private readonly verdicts = new Map<string, LabelVerdict>();
	private readonly waiting: PlacedLabels[] = [];
	private setting: Promise<Setting> | undefined;
	private working: Promise<void> | undefined;
	private failure: { readonly error: unknown } | undefined;

	/** @param settle makes the label configuration ready; called once, when the first image is there, which a token needs to read it. */
	constructor(
		private readonly item: ItemInput,
		private readonly run: Run,
		private readonly projectId: string,
		private readonly settle: () => Promise<ImportPlan>,
	) {}

	/** How many images have their labels. */
	get count(): number {
		return this.verdicts.size;
	}

	/**
	 * Takes an image that is there now, and returns before its labels are.
	 *
	 * @throws what stops all images, such as a server that is not there.
	 */
	async add(path: string, { status, imageId, imageName }: UploadedImage): Promise<void> {
		const uploadedAt = status === 'uploaded' ? Date.now() : undefined;
		this.setting ??= this.prepare();
		const { plan } = await this.setting;
		if (this.failure !== undefined) throw this.failure.error;
		const labels = plan.reading.labels.get(path);
		if (labels === undefined) return;
		const { image, fault } = labels;
		if (fault !== undefined)
			this.verdicts.set(path, {
				status: 'failed',
				error: new InputError(fault, 'Correct the label file, or the image.'),
			});
		else if (image.objects.length === 0 && !hasValues(image.classifications))
			this.verdicts.set(path, { status: 'noLabels' });
		else this.waiting.push({ ...labels, path, imageId, imageName, uploadedAt });
		if (this.waiting.length >= BATCH) this.working ??= this.work(BATCH);
	}

	/** Waits for what is being sent. */
	async pause(): Promise<void> {
		await this.working;
	}

	/**
	 * Imports what is left.
	 *
	 * @returns what became of the labels, by the path of the image.
	 * @throws what stops all of them.
	 */
	async finish(): Promise<ReadonlyMap<string, LabelVerdict>> {
		await this.pause();
		await this.work(1);
		if (this.failure !== undefined) throw this.failure.error;
		return await this.withTasks();
	}

	private async prepare(): Promise<Setting> {
		const plan = await this.settle();
		return { plan, images: await ProjectImages.of(this.run, this.projectId, true) };
	}

	/** Imports as long as at least so many images wait. */
	private async work(atLeast: number): Promise<void> {
		try {
			while (this.failure === undefined && this.waiting.length >= atLeast)
				await this.importChunk(this.waiting.splice(0, CHUNK));
		} catch (error) {
			this.failure = { error };
		} finally {
			this.working = undefined;
		}
	}

	private async importChunk(chunk: readonly PlacedLabels[]): Promise<void> {
		const setting = await this.setting;
		if (setting === undefined) return;
		if (needsTasks(chunk, setting.images)) setting.images = await ProjectImages.of(this.run, this.projectId, true);
		const pathOf = new Map(chunk.map(({ imageId, path }) => [imageId, path]));
		const judge = (imageId: string, verdict: LabelVerdict) => this.verdicts.set(pathOf.get(imageId) ?? '', verdict);
		const ready: Prediction[] = [];
		for (const group of byFormat(chunk))
			for (const entry of await this.preparedOf(group, setting))
				if (isRejection(entry)) judge(entry.image.imageId, { status: 'failed', error: entry.error });
				else ready.push(entry);
		const results = await sendInBatches(this.run, this.projectId, ready, BATCH, false);
		for (const entry of ready) {
			const result = results.get(entry.image.imageId);
			if (result === undefined) continue;
			if ('changes' in result)
				judge(entry.image.imageId, {
					status: 'imported',
					report: reportOf(this.projectId, entry, false, result.changes),
					conversions: entry.report,
				});
			else if (isOfOneImage(result.error)) judge(entry.image.imageId, { status: 'failed', error: result.error });
			else throw result.error;
		}
	}

	private async preparedOf(group: readonly PlacedLabels[], { plan, images }: Setting) {
		const [first] = group;
		if (first === undefined) return [];
		const { format, unit } = first;
		const found = group.map(({ image, imageId, imageName, problems }) => ({
			image: withKeys({ ...image, imageId, imageName }, plan.configuration.renamed),
			problems,
			isStrict: format.reads.isStrict,
		}));
		const input = { found, unread: [], format, detected: format.name, unit, source: 'The labels' };
		const prepared = await prepareFound(this.item, input, images, 'import');
		return await Promise.all(
			prepared.map(async (each) =>
				isRejection(each)
					? each
					: await orRejection(each.image, () =>
							sendable({ ...predictionOf(this.item, images, each), completesDrawing: true }),
						),
			),
		);
	}

	/** The verdicts with the tasks of images whose labels were sent before anybody had asked for their task. */
	private async withTasks(): Promise<ReadonlyMap<string, LabelVerdict>> {
		const isMissing = (verdict: LabelVerdict) => verdict.status === 'imported' && verdict.report.taskId === undefined;
		if (![...this.verdicts.values()].some(isMissing)) return this.verdicts;
		const tasks = await getTasks(this.run, this.projectId, TASK_STATES);
		const taskOf = new Map(tasks.map(({ imageId, taskId }) => [imageId, taskId]));
		for (const [path, verdict] of this.verdicts) {
			if (verdict.status !== 'imported' || !isMissing(verdict)) continue;
			const { projectId, imageId, imageName, ...rest } = verdict.report;
			const taskId = taskOf.get(String(imageId));
			const report = { projectId, imageId, imageName, ...(taskId !== undefined && { taskId }), ...rest };
			this.verdicts.set(path, { ...verdict, report });
		}
		return this.verdicts;
	}
}

/**
 * Whether the tasks have to be listed. Not those of images that were uploaded a moment ago: nobody has imported anything into them or
 * begun them, and listing all tasks for each chunk would take time with the square of the images. Segmentations are drawn in their task.
 */
function needsTasks(chunk: readonly PlacedLabels[], images: ProjectImages): boolean {
	const mayDraw = images.drawsSegmentations && images.classes?.some(({ type }) => type === 'segmentation') === true;
	const isFresh = ({ uploadedAt }: PlacedLabels) => uploadedAt !== undefined && Date.now() - uploadedAt < FRESH_MS;
	return chunk.some((each) => images.knows(each.imageId) === false && (mayDraw || !isFresh(each)));
}

function sendable(prediction: Prediction): Prediction {
	const nothing = nothingLeft([prediction]);
	if (nothing !== undefined) throw nothing;
	return prediction;
}

/** Each format is prepared in its own way. */
function byFormat(labels: readonly PlacedLabels[]): Iterable<PlacedLabels[]> {
	const groups = new Map<string, PlacedLabels[]>();
	for (const each of labels) {
		const group = groups.get(each.format.key);
		if (group === undefined) groups.set(each.format.key, [each]);
		else group.push(each);
	}
	return groups.values();
}

function isOfOneImage(error: unknown): boolean {
	return error instanceof InputError || (isDataGymError(error) && error.failure.kind === 'refused');
}
