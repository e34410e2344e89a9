import type { DataGymApi } from '@datagym/client';
import { geometryContent, importMark, type LabelObject, type LabelValue } from '@datagym/labels';
import { InputError, messageOf } from '@datagym/shared/errors';
import { createLabel } from '../../label/create';
import { findLabel, geometryEntry, type OpenTask, readOpenTask } from '../../label/openTask';
import type { Run } from '../../runner/runContext';
import type { Shipment } from './shipment';
import { isUntouched } from './taskGuard';

/** Milliseconds for a label that must not stay half-done, when the server is in trouble or the execution is canceled. */
const PATIENCE = 30_000;

/** The labeler of what a token has made. */
const TOKEN = 'token_user';

/**
 * Makes those labels of an imported image, one after the other, that the import cannot hold. Each one is finished also if the
 * execution is canceled, and bears a mark by which the next import knows it.
 *
 * @throws InputError that counts what was imported.
 */
export async function drawLabels(run: Run, shipment: Shipment): Promise<void> {
	const { image, drawn } = shipment;
	const { done, fault } = await run.limit(async () => await drawEach(run, shipment));
	if (fault === undefined) return;
	const all = image.objects.length + drawn.length;
	throw new InputError(
		`Only ${image.objects.length + done} of ${all} labels of the image "${image.imageName || image.imageId}" were imported: ${fault}`,
		'Import the image again with "Existing Labels" set to "Replace Earlier Imports", which deletes what was imported.',
	);
}

interface Drawing {
	readonly task: OpenTask;
	/** IDs of the labels that were there before, and of those made since. */
	readonly known: Set<string>;
	/** Whether a label that has just been made can be told from one that a person has just begun. */
	readonly canFind: boolean;
}

/** How many were made, and why not all of them. */
async function drawEach(
	run: Run,
	{ prediction, drawn }: Shipment,
): Promise<{ readonly done: number; readonly fault: string | undefined }> {
	const { task, mayChangePeoplesTasks } = prediction;
	let done = 0;
	const work = async (): Promise<string | undefined> => {
		const opened = await readOpenTask(run.api, task?.taskId ?? '');
		if (!mayChangePeoplesTasks && !isOpenedUntouched(opened)) return 'people have taken its task meanwhile';
		// In the open core, everybody has the same name.
		const canFind = isOpenedUntouched(opened) || (await run.api.has('labelAuthors'));
		const drawing: Drawing = { task: opened, known: new Set(idsIn(opened.values)), canFind };
		for (const label of drawn) {
			if (run.isCanceled) return 'the execution was canceled';
			await draw(run.api.insisting(PATIENCE), drawing, label);
			done++;
		}
		return undefined;
	};
	const fault = await work().catch(messageOf);
	return { done, fault };
}

async function draw(api: DataGymApi, drawing: Drawing, label: LabelObject, parent?: LabelValue): Promise<void> {
	const { task, known, canFind } = drawing;
	const entry = geometryEntry(task, { displayName: 'Predictions' }, label.className, parent);
	const comment = importMark(geometryContent(label.geometry), label.classifications);
	const find = async () => await findMade(api, drawing, entry.entryId, parent);
	const value = await createLabel(api, task, { entry, parent, label, comment, ...(canFind && { find }) });
	known.add(value.valueId);
	for (const child of label.children)
		await draw(api, drawing, child, value).catch(async (error: unknown) => {
			// With all that is in it.
			if (parent === undefined) await api.labels.delete(value.valueId);
			throw error;
		});
}

/** The empty label of which the answer was lost, if it was made. */
async function findMade(
	api: DataGymApi,
	{ task, known }: Drawing,
	entryId: string,
	parent: LabelValue | undefined,
): Promise<LabelValue | undefined> {
	const { values } = await readOpenTask(api, task.taskId);
	const around = parent === undefined ? values : (findLabel(values, parent.valueId)?.children ?? []);
	return around.find((value) => {
		const isOurs = value.labeler === TOKEN || isOpenedUntouched(task);
		return isOurs && value.entryId === entryId && !known.has(value.valueId) && isEmpty(value);
	});
}

function isOpenedUntouched({ details }: OpenTask): boolean {
	return isUntouched(details.labelTaskState);
}

function isEmpty({ content: { x, points, pointsCollection } }: LabelValue): boolean {
	return (points ?? pointsCollection ?? []).length === 0 && (x ?? null) === null;
}

function idsIn(values: readonly LabelValue[]): readonly string[] {
	return values.flatMap(({ valueId, children }) => [valueId, ...idsIn(children)]);
}
