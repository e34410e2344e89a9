import { hasKey } from '@datagym/client';
import { field } from '@datagym/shared/fields';
import type { ItemInput } from './runner/itemInput';

/** An option for what happens when the work is found done already, as after a second run. */
export const ifDone = <const Name extends string>(label: string, name: Name) =>
	field({
		displayName: label,
		name,
		type: 'options',
		default: 'treatAsDone',
		options: [
			{ name: 'Fail', value: 'fail', description: 'Stop with an error' },
			{ name: 'Ignore', value: 'treatAsDone', description: 'Continue without an error' },
		],
		description: 'What to do if this was done before',
	});

/**
 * Does the work unless the server says that it is done.
 *
 * @param keys of the server's errors that say so.
 * @returns whether the work was done now; false if it had been done before and the user takes that as done.
 */
export async function unlessDone(
	item: ItemInput,
	policy: ReturnType<typeof ifDone>,
	keys: readonly string[],
	work: () => Promise<void>,
): Promise<boolean> {
	const error = await work().then(
		() => undefined,
		(failure: unknown) => ({ failure }),
	);
	if (error === undefined) return true;
	if (item.options.choice(policy) !== 'fail' && keys.some((key) => hasKey(error.failure, key))) return false;
	throw error.failure;
}
