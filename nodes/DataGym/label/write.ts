import type { DataGymApi } from '@datagym/client';
import {
	classificationContent,
	type Classifications,
	type LabelContent,
	type LabelValue,
	ownValue,
	sameKey,
} from '@datagym/labels';
import { InputError, messageOf } from '@datagym/shared/errors';

/** A label or a classification's value, and what it shall say. */
export interface Write {
	readonly value: LabelValue;
	readonly content: LabelContent;
	readonly comment?: string | undefined;
}

/** The writes of the classifications that are given, into the values that are there. Other values stay as they are. */
export function classificationWrites(
	values: readonly LabelValue[],
	classifications: Classifications,
): readonly Write[] {
	return values.flatMap((value) => {
		const given = ownValue(classifications, value.key);
		return given === undefined
			? []
			: [
					{ value, content: classificationContent(value.type, given.values) },
					...classificationWrites(value.children, given.children),
				];
	});
}

/**
 * The error for classifications that the label has no value of: the server makes empty values with the label, so those of a
 * newer class are missing in an older label.
 */
export function missingValue(values: readonly LabelValue[], classifications: Classifications): InputError | undefined {
	for (const [key, { children }] of Object.entries(classifications)) {
		const value = values.find((candidate) => sameKey(candidate.key, key));
		const error = value === undefined ? valueMissing(key) : missingValue(value.children, children);
		if (error !== undefined) return error;
	}
	return undefined;
}

function valueMissing(key: string): InputError {
	return new InputError(
		`The label has no classification "${key}"`,
		'The classification may be newer than the label. Delete the label and create it again.',
	);
}

/**
 * Writes one after the other, since an answer lies in its label. If one fails, `undo` gets what was written before, so that
 * nothing stays half-done.
 */
export async function writeAll(
	api: DataGymApi,
	taskId: string,
	writes: readonly Write[],
	undo: (done: readonly Write[]) => Promise<void>,
): Promise<void> {
	for (const [index, { value, content, comment }] of writes.entries()) {
		const failed = await failureOf(api.labels.update(taskId, value, content, comment));
		if (failed === undefined) continue;
		const notUndone = await failureOf(undo(writes.slice(0, index)));
		if (notUndone === undefined) throw failed.error;
		throw new InputError(
			`${sentenceOf(failed.error)} The label is now incomplete, because the change could not be undone: ${sentenceOf(notUndone.error)}`,
			`Check the label ${writes[0]?.value.valueId ?? ''} of the task ${taskId}, and correct or delete it.`,
		);
	}
}

async function failureOf(work: Promise<void>): Promise<{ readonly error: unknown } | undefined> {
	return await work.then(
		() => undefined,
		(error: unknown) => ({ error }),
	);
}

function sentenceOf(error: unknown): string {
	const message = messageOf(error);
	return message.endsWith('.') ? message : `${message}.`;
}
