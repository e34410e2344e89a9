import type { Classifications, LabeledImage, LabelObject } from '@datagym/labels';
import { taskHash, shortened } from './hashes';

/** A changed label goes unnoticed in 1 of 32,767 cases, which buys two bytes of memory a task. */
export const FINGERPRINT_BITS = 15;

/** Means that the labels of a task have not been read yet. */
export const NO_FINGERPRINT = 0;

/**
 * A number from 1 to 32,767 for what is drawn and answered in an image: the same for the same labels in any order, whatever
 * their IDs are, and whether or not reading them has added empty answers (docs/contract.md#task-details).
 */
export function labelFingerprint({ objects, classifications }: LabeledImage): number {
	const text = JSON.stringify([objectsKey(objects), classificationsKey(classifications)]);
	return 1 + (shortened(taskHash(text), 32) % (2 ** FINGERPRINT_BITS - 1));
}

function objectsKey(objects: readonly LabelObject[]): readonly string[] {
	return objects
		.map(({ className, geometry, classifications, children }) =>
			JSON.stringify([className, geometry, classificationsKey(classifications), objectsKey(children)]),
		)
		.sort();
}

function classificationsKey(classifications: Classifications): readonly string[] {
	return Object.entries(classifications)
		.map(([key, { values, children }]): [string, readonly string[], readonly string[]] => [
			key,
			[...values].sort(),
			classificationsKey(children),
		])
		.filter(([, values, children]) => values.length + children.length > 0)
		.map((answer) => JSON.stringify(answer))
		.sort();
}
