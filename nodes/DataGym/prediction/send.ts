import { isDataGymError } from '@datagym/client';
import { writeImportElement } from '@datagym/labels';
import { NOT_STARTED, type Run } from '../runner/run';
import type { Prediction } from './prepare';

export type SendResult = { readonly imported: true } | { readonly error: unknown };

type Results = Map<string, SendResult>;

/**
 * One batch after the other, since the server's time is its database's. A batch is one transaction: if it is refused, it is
 * halved until the image at fault stands alone, so that each image gets its own verdict.
 */
export async function sendInBatches(
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
