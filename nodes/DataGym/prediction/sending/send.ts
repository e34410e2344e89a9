import { isDataGymError, type ListedTask } from '@datagym/client';
import { type ImportedLabel, type LabeledImage, writeImportElement } from '@datagym/labels';
import { InputError, messageOf } from '@datagym/shared/errors';
import type { Run } from '../../runner/runContext';
import { NOT_STARTED } from '../../runner/runOperation';
import { drawLabels } from './draw';
import type { Changes, Prediction } from '../preparing/report';
import { countLabels, planShipment, type Shipment, stillUntouched, type Way } from './shipment';
import { FRESH_MS, isTaken, refuseWorkOfPeople, takenMeanwhile, TakenTasks } from './taskGuard';

export type SendResult = { readonly changes: Changes } | { readonly error: unknown };

/** By image. */
type Results = Map<string, SendResult>;

interface Sending {
	readonly run: Run;
	readonly projectId: string;
	readonly for2020: boolean;
	readonly taken: TakenTasks;
	/** Epoch milliseconds since when the tasks of this batch have been looked at. */
	readonly lookedAt: number;
	readonly results: Results;
}

/**
 * One batch after the other, since the server's time is its database's. A batch is one transaction: if it is refused, it is
 * halved until the image at fault stands alone, so that each image gets its own verdict.
 *
 * @param stopsAtFirst whether no further batch is sent after an image that failed.
 */
export async function sendInBatches(
	run: Run,
	projectId: string,
	predictions: readonly Prediction[],
	batchSize: number,
	stopsAtFirst = !run.n8n.continueOnFail(),
): Promise<Results> {
	const results: Results = new Map(predictions.map(({ image }) => [image.imageId, { error: NOT_STARTED }]));
	const for2020 = !(await run.api.has('tasks'));
	const named = predictions.map(({ image: { imageId }, task }) => ({ imageId, imageName: task?.imageName ?? '' }));
	const taken = new TakenTasks(run, projectId, named);
	const hasFailed = (batch: readonly Prediction[]) =>
		batch.some(({ image }) => {
			const result = results.get(image.imageId);
			return result !== undefined && 'error' in result && result.error !== NOT_STARTED;
		});
	for (let start = 0; start < predictions.length; start += batchSize) {
		if (run.isCanceled) break;
		const batch = predictions.slice(start, start + batchSize);
		const sending: Sending = { run, projectId, for2020, taken, lookedAt: Date.now(), results };
		const shipments = await planAll(batch, sending);
		if (stopsAtFirst && hasFailed(batch)) break;
		for (const way of ['replace', 'first', 'add'] as const) {
			const group = shipments.filter((shipment) => shipment.way === way);
			await sendNarrowing(group, way, sending);
		}
		await drawAll(shipments, sending);
		await deleteEarlier(shipments, sending);
		if (stopsAtFirst && hasFailed(batch)) break;
	}
	return results;
}

async function planAll(batch: readonly Prediction[], { run, taken, results }: Sending): Promise<readonly Shipment[]> {
	const current = currentTask(run, taken, batch);
	const planned = await Promise.all(
		batch.map(async (prediction) => {
			try {
				return [await planShipment(run, prediction, current)];
			} catch (error) {
				results.set(prediction.image.imageId, { error });
				return [];
			}
		}),
	);
	return planned.flat();
}

/** Where labels are read without their task, the state that matters to an import is asked for, once for a batch. */
function currentTask(
	{ api }: Run,
	taken: TakenTasks,
	batch: readonly Prediction[],
): (task: ListedTask) => Promise<ListedTask> {
	let asked: ReturnType<TakenTasks['states']> | undefined;
	return async (task) => {
		if (!api.tasks.areReadQuietly) return task;
		asked ??= taken.states(true, idsOf(batch));
		const states = await asked;
		return { ...task, state: states.get(task.imageId) ?? (isTaken(task.state) ? 'WAITING' : task.state) };
	};
}

/**
 * What people have taken meanwhile is left alone: they may be drawing.
 *
 * @param isAgain whether an import has failed and is about to be tried again.
 */
async function withoutTaken(
	group: readonly Shipment[],
	{ taken, lookedAt, results }: Sending,
	isAgain = false,
): Promise<readonly Shipment[]> {
	if (group.every(isGivenUp)) return group;
	// Tasks that were read have told their state, unless that was too long ago.
	const isOld = isAgain || Date.now() - lookedAt > FRESH_MS;
	const states = taken.states(
		isOld || group.some(({ prediction }) => prediction.existing === 'replaceAll'),
		idsOf(group),
	);
	// Then why the import itself failed says more than why nobody could look.
	if (isAgain) await states;
	const left = await Promise.all(
		group.map(async (shipment) => {
			const { image, prediction } = shipment;
			const isGuarded = !prediction.mayChangePeoplesTasks;
			try {
				if (!isGivenUp(shipment)) refuseWorkOfPeople(image, (await states).get(image.imageId), isGuarded);
				return [shipment];
			} catch (error) {
				results.set(image.imageId, { error: isAgain ? takenMeanwhile(image, isGuarded) : error });
				return [];
			}
		}),
	);
	return left.flat();
}

/** Whether the user has given up what people have made in the task, whoever is at it. */
function isGivenUp({ prediction }: Shipment): boolean {
	return prediction.mayChangePeoplesTasks && prediction.existing === 'replaceAll';
}

/** Looks before each try whether people have taken a task: waiting for a server that is in trouble takes long enough to draw. */
async function sendNarrowing(all: readonly Shipment[], way: Way, sending: Sending): Promise<void> {
	const { run, projectId, for2020, taken, results } = sending;
	const isGuarded = way === 'replace' && !for2020;
	const group = isGuarded ? await withoutTaken(all, sending) : all;
	if (group.length === 0) return;
	let left = group;
	const mayRetry = async () => {
		left = await withoutTaken(group, sending, true);
		return left.length === group.length;
	};
	const elements = group.map(
		({ image }) => writeImportElement(image, { keepData: way !== 'replace', for2020 }).element,
	);
	const isDone =
		way === 'first' && !for2020
			? async () => await taken.haveImports(group.map(({ image }) => image.imageId))
			: undefined;
	const error = await run
		.limit(async () => await run.api.imports.send(projectId, elements, { isDone, ...(isGuarded ? { mayRetry } : {}) }))
		.then(
			() => undefined,
			(failure: unknown) => failure,
		);
	if (error === undefined) return group.forEach(({ image, changes }) => results.set(image.imageId, { changes }));
	if (left.length < group.length) return await sendNarrowing(left, way, sending);
	if (group.length === 1 || !isAboutContent(error))
		return group.forEach(({ image }) => results.set(image.imageId, { error }));
	const middle = Math.ceil(group.length / 2);
	await sendNarrowing(group.slice(0, middle), way, sending);
	await sendNarrowing(group.slice(middle), way, sending);
}

/** Whether a smaller batch can fare better: refused for what is in it (as 200 with a text, or as 500), not for the token or the project. */
function isAboutContent(error: unknown): boolean {
	return (
		isDataGymError(error) &&
		error.failure.kind === 'refused' &&
		(error.status === 200 || error.status === 500 || error.status === 413)
	);
}

/** Of the images that were imported; before earlier labels are deleted, since that may break off. */
async function drawAll(shipments: readonly Shipment[], { run, results }: Sending): Promise<void> {
	await Promise.all(
		shipments.map(async (shipment) => {
			const { imageId } = shipment.image;
			const result = results.get(imageId);
			if (shipment.drawn.length === 0 || result === undefined || 'error' in result) return;
			await drawLabels(run, shipment).catch((error: unknown) => results.set(imageId, { error }));
		}),
	);
}

/**
 * After the new labels are there: if this breaks off, labels exist twice until the next run, but none are lost. What a person has
 * touched since it was looked at, stays.
 */
async function deleteEarlier(shipments: readonly Shipment[], { run, results }: Sending): Promise<void> {
	await Promise.all(
		shipments.map(async ({ image, deleted, changes, prediction: { task } }) => {
			const result = results.get(image.imageId);
			if (deleted.length === 0 || task === undefined || result === undefined || 'error' in result) return;
			const { left, error } = await deleteUntouched(run, task, deleted).catch((failure: unknown) => ({
				left: deleted,
				error: failure,
			}));
			const kept = countLabels(left);
			if (error !== undefined)
				results.set(image.imageId, { error: remaining(image.imageName || image.imageId, kept, error) });
			else if (kept > 0) results.set(image.imageId, { changes: withKept(changes, kept) });
		}),
	);
}

interface Deletion {
	readonly left: readonly ImportedLabel[];
	/** Why they are left, if not by a person. */
	readonly error?: unknown;
}

async function deleteUntouched(run: Run, task: ListedTask, labels: readonly ImportedLabel[]): Promise<Deletion> {
	const untouched = await stillUntouched(run, task, labels);
	const attempts = await Promise.allSettled(
		untouched.map(({ valueId }) => run.limit(async () => await run.api.labels.delete(valueId))),
	);
	const failed = untouched.filter((_, index) => attempts[index]?.status === 'rejected');
	const fault = attempts.find((attempt) => attempt.status === 'rejected');
	return fault === undefined
		? { left: labels.filter((label) => !untouched.includes(label)) }
		: { left: failed, error: fault.reason };
}

function remaining(name: string, count: number, cause: unknown): InputError {
	return new InputError(
		`The labels of the image "${name}" were imported, but ${count} of earlier imports could not be deleted: ${messageOf(cause)}`,
		'Import the image again with "Existing Labels" set to "Replace Earlier Imports".',
	);
}

function withKept(changes: Changes, count: number): Changes {
	return {
		...changes,
		removedLabels: (changes.removedLabels ?? 0) - count,
		keptLabels: (changes.keptLabels ?? 0) + count,
	};
}

function idsOf(images: ReadonlyArray<{ readonly image: LabeledImage }>): ReadonlySet<string> {
	return new Set(images.map(({ image: { imageId } }) => imageId));
}
