import type { DataGymApi } from '@datagym/client';
import { InputError, messageOf } from '@datagym/shared/errors';
import type { Write } from './labelContent';

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
		const failed = await failureOf(api.labelValues.update(taskId, value, content, comment));
		if (failed === undefined) continue;
		const notUndone = await failureOf(undo(writes.slice(0, index)));
		if (notUndone === undefined) throw failed.error;
		throw new InputError(
			`${sentenceOf(failed.error)} The label is incomplete now, since undoing it failed, too: ${sentenceOf(notUndone.error)}`,
			`Look at the label ${writes[0]?.value.valueId ?? ''} of the task ${taskId}, and delete or correct it.`,
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
