import type { INodeProperties } from 'n8n-workflow';
import { hasKey } from '@datagym/client';
import type { ItemInput } from './runner/itemInput';

/** A field for what happens when the work is found done already, as after a second run. */
export function ifDone(label: string, name: string, done: string): INodeProperties {
	return {
		displayName: label,
		name,
		type: 'options',
		default: 'treatAsDone',
		options: [
			{ name: 'Fail', value: 'fail', description: 'Stop with an error' },
			{ name: 'Treat as Done', value: 'treatAsDone', description: 'Go on, so that the workflow can run again' },
		],
		description: `What to do if ${done}`,
	};
}

/** @returns whether the work was done now; false if it had been done before and the user takes that as done. */
export async function unlessDone(
	item: ItemInput,
	field: string,
	keys: readonly string[],
	work: () => Promise<void>,
): Promise<boolean> {
	const error = await work().then(
		() => undefined,
		(failure: unknown) => ({ failure }),
	);
	if (error === undefined) return true;
	if (item.text(field) !== 'fail' && keys.some((key) => hasKey(error.failure, key))) return false;
	throw error.failure;
}
