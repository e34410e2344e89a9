import { hasKey, isDataGymError, taskLabels, type DataGymApi, type TaskDetails } from '@datagym/client';
import { InputError } from '@datagym/shared/errors';
import { taskId } from '../fields';
import type { ItemOperation, Output } from '../runner/operation';
import { missingAnswers, placeOfValue } from './missingAnswers';

export const complete: ItemOperation = {
	value: 'complete',
	name: 'Complete',
	action: 'Complete a task',
	description: 'Mark a task as completed, in any state but reviewed. All required answers must be given.',
	fields: [
		taskId,
		{
			displayName: 'If Already Completed',
			name: 'ifCompleted',
			type: 'options',
			default: 'treatAsDone',
			options: [
				{ name: 'Fail', value: 'fail', description: 'Stop with an error' },
				{ name: 'Treat as Done', value: 'treatAsDone', description: 'Go on, so that the workflow can run again' },
			],
			description: 'What to do if the task is completed or reviewed already. A review is not undone.',
		},
	],
	async run(item, { api }) {
		const id = item.id('taskId', 'Task ID');
		const details = await api.getTask(id);
		const { labelTaskState: state } = details;
		if (state !== 'COMPLETED' && state !== 'REVIEWED') {
			await completeAsKnown(api, details);
			return [output(item.data.json, details, 'COMPLETED', true)];
		}
		if (item.text('ifCompleted') !== 'fail') return [output(item.data.json, details, state, false)];
		throw new InputError(
			`${nameOf(details)} is ${state.toLowerCase()} already`,
			'Choose “Treat as Done” under “If Already Completed” to go on in this case.',
		);
	},
};

/** Twice at most: the label configuration may change between reading the task and completing it. */
async function completeAsKnown(api: DataGymApi, details: TaskDetails): Promise<void> {
	if (await tryToComplete(api, details)) return;
	const anew = await api.getTask(details.taskId);
	if (await tryToComplete(api, anew)) return;
	throw new InputError(
		`${nameOf(details)} was not completed, since the label configuration of the project keeps changing`,
		'Complete it when the changes to the label configuration are done; the labels may have to be checked against it.',
	);
}

async function tryToComplete(api: DataGymApi, details: TaskDetails): Promise<boolean> {
	return await api.completeTask(details.taskId, details.lastChangedConfig ?? 0).catch((error: unknown) => {
		throw hasKey(error, 'ex_gen_entry_value_validation') ? explained(error, details) : error;
	});
}

/** The server names the ID of one label; people need to know which, and all of them at once. */
function explained(error: unknown, details: TaskDetails): InputError {
	const labels = taskLabels(details);
	const missing = missingAnswers(labels);
	const valueId = isDataGymError(error) ? (error.failure.params?.[1] ?? '') : '';
	const told =
		missing.length > 0 ? missing : [`${placeOfValue(labels.values, valueId) ?? `the label ${valueId}`} is incomplete`];
	return new InputError(
		`${nameOf(details)} cannot be completed: ${told.slice(0, 10).join('; ')}${told.length > 10 ? `; and ${told.length - 10} more` : ''}`,
		'Answer it in DataGym or with Label: Update, or delete the label, and complete the task then.',
	);
}

function nameOf({ media, taskId: id }: TaskDetails): string {
	return `The task of ${media?.mediaName ? `“${media.mediaName}”` : id}`;
}

function output(
	json: Output['json'],
	{ taskId: id, media }: TaskDetails,
	state: string,
	completedNow: boolean,
): Output {
	return {
		json: {
			...json,
			taskId: id,
			imageId: media?.id ?? '',
			imageName: media?.mediaName ?? '',
			state,
			completed: true,
			completedNow,
		},
	};
}
