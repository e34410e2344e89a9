import type { IDataObject } from 'n8n-workflow';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import { ifDone } from '../alreadyDone';
import { taskId } from '../fields';
import type { ItemOperation } from '../runner/operation';
import { changeState, readState, wrongState } from './changeState';

const LONGEST_COMMENT = 128;

const decision = field({
	displayName: 'Decision',
	name: 'decision',
	type: 'options',
	default: 'accept',
	options: [
		{ name: 'Accept', value: 'accept', description: 'The task is done' },
		{ name: 'Reject', value: 'reject', description: 'The task goes back to its labeler' },
	],
	description: 'What to decide about the labels',
});

const comment = field({
	displayName: 'Comment',
	name: 'comment',
	type: 'string',
	default: '',
	placeholder: 'e.g. The car on the left is missing',
	description: `Up to ${LONGEST_COMMENT} characters for the labeler`,
});

const ifReviewed = ifDone('If Already Reviewed', 'ifReviewed');

export const review: ItemOperation = {
	value: 'review',
	name: 'Review',
	action: 'Review task',
	description: 'Accept or reject a completed or skipped task. Open core only.',
	fields: [taskId, decision, comment],
	options: [ifReviewed],
	async run(item, { api }) {
		await api.require('reviews');
		const id = item.id(taskId);
		const isAccepted = item.choice(decision) === 'accept';
		const text = item.text(comment);
		checkComment(text);
		// The server's response is empty, so the new status follows from the one before.
		const before = isAccepted ? (knownStatus(item.data.json, id) ?? (await readState(api, id)).status) : '';
		const refusal = await changeState(
			api,
			id,
			async () => await api.tasks.review({ taskId: id, isAccepted, comment: text }),
		);
		const outcome = { ...item.data.json, taskId: id, reviewed: true, accepted: isAccepted };
		if (refusal === undefined)
			return [{ json: { ...outcome, status: statusAfter(before, isAccepted), reviewedNow: true } }];
		const { task, isRetry } = refusal;
		if (!statusesAfter(isAccepted).includes(task.status))
			throw wrongState(
				task,
				`cannot be ${isAccepted ? 'accepted' : 'rejected'}`,
				'Only completed and skipped tasks can be reviewed. Use Task: Reopen for tasks that have been reviewed.',
			);
		if (isRetry || item.options.choice(ifReviewed) !== 'fail')
			return [{ json: { ...outcome, status: task.status, reviewedNow: isRetry } }];
		throw new InputError(
			`The task of "${task.imageName}" has already been ${isAccepted ? 'accepted' : 'rejected'}`,
			'Set "If Already Reviewed" to "Ignore" to continue without an error.',
		);
	},
};

const statusesAfter = (isAccepted: boolean): readonly string[] =>
	isAccepted ? ['reviewed', 'reviewed_skip'] : ['waiting_changed'];

/** The status that the input item has of a task that can be accepted. */
function knownStatus({ taskId: id, status }: IDataObject, task: string): string | undefined {
	return id === task && (status === 'completed' || status === 'skipped') ? status : undefined;
}

function statusAfter(before: string, isAccepted: boolean): string {
	if (!isAccepted) return 'waiting_changed';
	return before === 'skipped' ? 'reviewed_skip' : 'reviewed';
}

function checkComment(text: string): void {
	if (text.length <= LONGEST_COMMENT) return;
	throw new InputError(`"Comment" has ${text.length} characters`, `Shorten it to ${LONGEST_COMMENT} characters.`);
}
