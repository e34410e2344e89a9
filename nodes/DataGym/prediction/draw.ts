import type { DataGymApi } from '@datagym/client';
import { geometryContent, importMark, type LabelObject, type LabelValue } from '@datagym/labels';
import { InputError, messageOf } from '@datagym/shared/errors';
import { createLabel } from '../label/create';
import { findLabel, geometryEntry, type OpenTask, readOpenTask } from '../label/openTask';
import type { Run } from '../runner/runContext';
import { type Shipment, UNTOUCHED_STATES } from './shipment';

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
export async function drawLabels(run: Run, { prediction, image, drawn }: Shipment): Promise<void> {
	const { task, mayChangePeoplesTasks } = prediction;
	const taskId = task?.taskId ?? '';
	let done = 0;
	try {
		await run.limit(async () => {
			const opened = await readOpenTask(run.api, taskId);
			const drawing: Drawing = { task: opened, known: new Set(idsIn(opened.values)) };
			if (!mayChangePeoplesTasks && !isUntouched(opened))
				throw new InputError('People have taken its task meanwhile', '');
			for (const label of drawn) {
				if (run.isCanceled) throw new InputError('The execution was canceled', '');
				await draw(run.api.insisting(PATIENCE), drawing, label);
				done++;
			}
		});
	} catch (error) {
		const all = image.objects.length + drawn.length;
		throw new InputError(
			`Only ${image.objects.length + done} of ${all} labels of the image "${image.imageName || image.imageId}" were imported: ${messageOf(error)}`,
			'Import the image again with "Existing Labels" set to "Replace Earlier Imports", which deletes what was imported.',
		);
	}
}

interface Drawing {
	readonly task: OpenTask;
	/** IDs of the labels that were there before, and of those made since. */
	readonly known: Set<string>;
}

async function draw(api: DataGymApi, drawing: Drawing, label: LabelObject, parent?: LabelValue): Promise<void> {
	const { task, known } = drawing;
	const entry = geometryEntry(task, { displayName: 'Predictions' }, label.className, parent);
	const comment = importMark(geometryContent(label.geometry), label.classifications);
	const find = async () => await findMade(api, drawing, entry.entryId, parent);
	const value = await createLabel(api, task, { entry, parent, label, comment, find });
	known.add(value.valueId);
	try {
		for (const child of label.children) await draw(api, drawing, child, value);
	} catch (error) {
		if (parent === undefined) await api.labels.delete(value.valueId);
		throw error;
	}
}

/**
 * The empty label of which the answer was lost.
 *
 * @throws InputError if it can be one that a person has just begun.
 */
async function findMade(
	api: DataGymApi,
	{ task, known }: Drawing,
	entryId: string,
	parent: LabelValue | undefined,
): Promise<LabelValue | undefined> {
	const now = await readOpenTask(api, task.taskId);
	const around = parent === undefined ? now.values : (findLabel(now.values, parent.valueId)?.children ?? []);
	const found = around.find((value) => value.entryId === entryId && !known.has(value.valueId) && isEmpty(value));
	if (found === undefined || found.labeler === TOKEN || isUntouched(now)) return found;
	throw new InputError(
		`The task has a new, empty label "${found.name}", which a person may have begun`,
		'Check the labels of the task in DataGym, and delete it if it stays empty.',
	);
}

function isUntouched({ details }: OpenTask): boolean {
	return UNTOUCHED_STATES.includes(details.labelTaskState);
}

function isEmpty({ content: { x, points, pointsCollection } }: LabelValue): boolean {
	return (points ?? pointsCollection ?? []).length === 0 && (x ?? null) === null;
}

function idsIn(values: readonly LabelValue[]): readonly string[] {
	return values.flatMap(({ valueId, children }) => [valueId, ...idsIn(children)]);
}
