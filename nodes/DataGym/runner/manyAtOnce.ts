import { giveWay } from '@datagym/shared/turns';

/** How many are begun, at most, of which the limit lets some go on: as many as any limit can be. */
const MOST_BEGUN = 256;

/** As `p-limit` bounds work. */
type Limit = <Value>(work: () => Promise<Value>) => Promise<Value>;

/**
 * What becomes of each item, in their order, several at a time. Unlike with `Promise.all`, nothing is held for an item whose turn has
 * not come, of which there can be a million, and none is begun after a failure.
 */
export async function manyAtOnce<Item, Value>(
	items: readonly Item[],
	limit: Limit,
	work: (item: Item) => Promise<Value>,
): Promise<Value[]> {
	const results: Value[] = [];
	let next = 0;
	let isFailed = false;
	const oneAfterAnother = async () => {
		while (next < items.length && !isFailed) {
			const index = next++;
			const done = limit(async () => await work(items[index] as Item));
			results[index] = await done.catch((error: unknown) => {
				isFailed = true;
				throw error;
			});
			await giveWay();
		}
	};
	await Promise.all(Array.from({ length: Math.min(items.length, MOST_BEGUN) }, oneAfterAnother));
	return results;
}
