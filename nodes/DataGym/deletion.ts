import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import { ifDone } from './alreadyDone';
import type { ItemInput } from './runner/itemInput';

/** The consent without which nothing is deleted that holds labels. */
export const deleteLabels = field({
	displayName: 'Delete with All Labels',
	name: 'deleteLabels',
	type: 'boolean',
	default: false,
	description: 'Whether to delete it with its tasks and labels. Must be on to delete it.',
});

/** @throws InputError that says what would be lost, unless the user has agreed. */
export function checkConsent(item: ItemInput, what: string, loss: string): void {
	if (item.flag(deleteLabels)) return;
	throw new InputError(
		`${what} was not deleted. It has ${loss}.`,
		'Turn on "Delete with All Labels" to delete it with all of them.',
	);
}

/**
 * For a thing that is not there: the server takes the deletion of what it has deleted, and refuses that of what never was.
 *
 * @throws DataGymError `ex_notfound` for what never was, InputError if the user wants that to fail.
 */
export async function deleteAgain(
	item: ItemInput,
	policy: ReturnType<typeof ifDone>,
	what: string,
	remove: () => Promise<void>,
): Promise<void> {
	await remove();
	if (item.options.choice(policy) !== 'fail') return;
	throw new InputError(
		`The ${what} has already been deleted`,
		'Set "If Already Deleted" to "Ignore" to continue without an error.',
	);
}

/** `3 images`, `1 image`. */
export function counted(count: number, noun: string): string {
	return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
