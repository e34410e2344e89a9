import { isDataGymError } from '@datagym/client';
import { type LabeledImage, writeImportElement } from '@datagym/labels';
import { InputError, messageOf } from '@datagym/shared/errors';
import { projectId as projectIdField } from '../fields';
import type { ItemInput } from '../runner/itemInput';
import type { Output, Verdict } from '../runner/operation';
import type { Run } from '../runner/runContext';
import { NOT_STARTED } from '../runner/runOperation';
import { batchSize as batchSizeField, checkConfiguration, dryRun } from './fields';
import { imageReference } from './formatFields';
import { prepare } from './prepare';
import { ProjectImages } from './projectImages';
import { isRejection, joined, type Prediction, type Rejection, rejectionReport, reportOf } from './report';

/** The images of one item, ready to be sent. */
interface Ready {
	readonly projectId: string;
	readonly isDryRun: boolean;
	/** In the order of the item's images. */
	readonly entries: readonly (Prediction | Rejection)[];
}

type Plan = Ready | { readonly error: unknown };

/** Checks everything first, then imports project by project. */
export async function importAll(items: readonly ItemInput[], run: Run): Promise<readonly Verdict[]> {
	const plans = await Promise.all(
		items.map(async (item): Promise<Plan> => await plan(item, run).catch((error: unknown) => ({ error }))),
	);
	const isStopped = !run.n8n.continueOnFail() && plans.some((each) => 'error' in each);
	if (isStopped) return plans.map((each) => ('error' in each ? each : { error: NOT_STARTED }));
	const results = new Map<string, SendResult>();
	for (const [project, predictions] of byProject(plans)) {
		const first = items[0];
		const batchSize = first?.options.number(batchSizeField) ?? batchSizeField.default;
		for (const [imageId, result] of await sendInBatches(run, project, merge(predictions), batchSize))
			results.set(`${project} ${imageId}`, result);
	}
	const verdicts = plans.map((each) => ('error' in each ? each : verdictOf(each, results)));
	giveHint(run, plans, verdicts);
	return verdicts;
}

async function plan(item: ItemInput, run: Run): Promise<Ready> {
	const projectId = item.id(projectIdField);
	const isDryRun = item.options.flag(dryRun);
	const checksClasses = item.options.flag(checkConfiguration);
	const images = await run.share(
		`images ${projectId} ${checksClasses}`,
		async (patient) => await ProjectImages.of(patient, projectId, checksClasses),
	);
	const entries: Ready['entries'] = await prepare(item, images, run).catch((error: unknown) => {
		if (isDryRun && error instanceof InputError)
			return [{ image: { imageId: '', imageName: item.text(imageReference) }, error }];
		throw error;
	});
	const fault = joined(entries.filter(isRejection));
	const isReported = isDryRun || (run.n8n.continueOnFail() && entries.length > 1);
	if (fault !== undefined && !isReported) throw fault;
	return { projectId, isDryRun, entries };
}

function byProject(plans: readonly Plan[]): Map<string, Prediction[]> {
	const groups = new Map<string, Prediction[]>();
	for (const each of plans) {
		if ('error' in each || each.isDryRun) continue;
		const predictions = each.entries.flatMap((entry) => (isRejection(entry) ? [] : [entry]));
		groups.set(each.projectId, [...(groups.get(each.projectId) ?? []), ...predictions]);
	}
	return groups;
}

/**
 * One element an image: the server needs time with the square of the elements for one image, and a second element that
 * replaces would delete the labels of the first.
 */
function merge(predictions: readonly Prediction[]): readonly Prediction[] {
	const merged = new Map<string, Prediction>();
	for (const prediction of predictions) {
		const id = prediction.image.imageId;
		const before = merged.get(id);
		merged.set(
			id,
			before === undefined
				? prediction
				: {
						...prediction,
						keepData: before.keepData && prediction.keepData,
						image: union(before.image, prediction.image),
					},
		);
	}
	return [...merged.values()];
}

function union(a: LabeledImage, b: LabeledImage): LabeledImage {
	return {
		...a,
		objects: [...a.objects, ...b.objects],
		classifications: { ...a.classifications, ...b.classifications },
	};
}

function verdictOf({ projectId, isDryRun, entries }: Ready, results: ReadonlyMap<string, SendResult>): Verdict {
	const outputs: Output[] = [];
	for (const entry of entries) {
		if (isRejection(entry)) {
			outputs.push({ json: rejectionReport(projectId, entry, isDryRun) });
			continue;
		}
		const { image } = entry;
		const result = isDryRun ? undefined : (results.get(`${projectId} ${image.imageId}`) ?? { error: NOT_STARTED });
		if (result !== undefined && 'error' in result)
			return { error: outputs.length === 0 ? result.error : describeMixed(result.error, image, outputs) };
		outputs.push({ json: reportOf(projectId, entry, isDryRun) });
	}
	return { outputs };
}

/** Shows what somebody who looks at the first item only should still see. */
function giveHint({ n8n }: Run, plans: readonly Plan[], verdicts: readonly Verdict[]): void {
	const isDryRun = plans.some((each) => !('error' in each) && each.isDryRun);
	const outputs = verdicts.flatMap((verdict) => ('outputs' in verdict ? verdict.outputs : []));
	const skipped = outputs.reduce((sum, { json }) => sum + Number(json.skippedCount ?? 0), 0);
	const notes = [
		...(isDryRun ? ['Dry run: Nothing was imported.'] : []),
		...(skipped > 0
			? [
					`${isDryRun ? 'Labels that would be skipped' : 'Skipped labels'}: ${skipped}. See "conversionReport" for the reasons.`,
				]
			: []),
	];
	if (notes.length > 0) n8n.addExecutionHints({ message: notes.join('\n'), location: 'outputPane' });
}

function describeMixed(error: unknown, image: LabeledImage, done: readonly Output[]): unknown {
	if (error === NOT_STARTED) return error;
	return new InputError(
		`${messageOf(error)} (image ${image.imageName || image.imageId})`,
		`Other images of this item that were imported: ${done.length}. Import the remaining ones again.`,
	);
}

type SendResult = { readonly imported: true } | { readonly error: unknown };

type Results = Map<string, SendResult>;

/**
 * One batch after the other, since the server's time is its database's. A batch is one transaction: if it is refused, it is
 * halved until the image at fault stands alone, so that each image gets its own verdict.
 */
async function sendInBatches(
	run: Run,
	projectId: string,
	predictions: readonly Prediction[],
	batchSize: number,
): Promise<Results> {
	const results: Results = new Map(predictions.map(({ image }) => [image.imageId, { error: NOT_STARTED }]));
	const generation = await run.api.generation();
	for (let start = 0; start < predictions.length; start += batchSize) {
		if (run.isCanceled) break;
		const batch = predictions.slice(start, start + batchSize);
		await sendNarrowing(run, projectId, batch, generation === 'image', results);
		const isStopped =
			!run.n8n.continueOnFail() && batch.some(({ image }) => 'error' in (results.get(image.imageId) ?? {}));
		if (isStopped) break;
	}
	return results;
}

async function sendNarrowing(
	run: Run,
	projectId: string,
	batch: readonly Prediction[],
	for2020: boolean,
	results: Results,
): Promise<void> {
	const elements = batch.map(({ image, keepData }) => writeImportElement(image, { keepData, for2020 }).element);
	const error = await run
		.limit(async () => await run.api.importLabels(projectId, elements))
		.then(
			() => undefined,
			(failure: unknown) => failure,
		);
	if (error === undefined) return batch.forEach(({ image }) => results.set(image.imageId, { imported: true }));
	if (batch.length === 1 || !isAboutContent(error))
		return batch.forEach(({ image }) => results.set(image.imageId, { error }));
	const middle = Math.ceil(batch.length / 2);
	await sendNarrowing(run, projectId, batch.slice(0, middle), for2020, results);
	await sendNarrowing(run, projectId, batch.slice(middle), for2020, results);
}

/** Whether a smaller batch can fare better: refused for what is in it (as 200 with a text, or as 500), not for the token or the project. */
function isAboutContent(error: unknown): boolean {
	return (
		isDataGymError(error) &&
		error.failure.kind === 'refused' &&
		(error.status === 200 || error.status === 500 || error.status === 413)
	);
}
