import { hasKey, isDataGymError } from '@datagym/client';
import { imageId } from '../fields';
import { ifDone, unlessDone } from '../alreadyDone';
import type { ItemInput } from '../runner/itemInput';
import type { BatchOperation, Output } from '../runner/operation';
import type { Run } from '../runner/runContext';
import { runEach } from '../runner/runOperation';

const ifDeleted = ifDone('If Already Deleted', 'ifDeleted');

const ALREADY_DELETED = 'ex_gen_image_delete';

/** So that a request is short, and what is refused with others is soon done alone. */
const IMAGES_PER_REQUEST = 100;

export const deleteImage: BatchOperation = {
	value: 'delete',
	name: 'Delete',
	action: 'Delete image',
	description: 'Delete an image with its tasks in all projects',
	fields: [imageId],
	options: [ifDeleted],
	async runAll(items, run) {
		const known = await deleteTogether(items, run);
		return await runEach({ run: async (item) => [await deleteOne(item, run, known.get(item))] }, items, run);
	},
};

/** What has come of an item's image in a request with others; `perhaps` if it may be deleted, but the response was lost. */
type Outcome = 'deleted' | 'perhaps' | { readonly error: unknown };
type Outcomes = ReadonlyMap<ItemInput, Outcome>;

async function deleteOne(item: ItemInput, { api }: Run, outcome: Outcome | undefined): Promise<Output> {
	const id = item.id(imageId);
	if (typeof outcome === 'object') throw outcome.error;
	const work = async () => await api.images.delete(id);
	let deletedNow = true;
	if (outcome === undefined) deletedNow = await unlessDone(item, ifDeleted, [ALREADY_DELETED], work);
	if (outcome === 'perhaps')
		await work().catch((error: unknown) => {
			if (!hasKey(error, ALREADY_DELETED)) throw error;
		});
	return { json: { imageId: id, deleted: true, deletedNow } };
}

/** Where the server can, in few requests. Items without an outcome are to be deleted one by one. */
async function deleteTogether(items: readonly ItemInput[], run: Run): Promise<Outcomes> {
	const outcomes = new Map<ItemInput, Outcome>();
	const itemsById =
		items.length > 1 && run.api.images.areDeletedTogether ? firstItems(items) : new Map<string, ItemInput>();
	const ids = [...itemsById.keys()];
	for (let start = 0; start < ids.length && !run.isCanceled; start += IMAGES_PER_REQUEST) {
		const part = ids.slice(start, start + IMAGES_PER_REQUEST);
		const outcome = await run.api.images.deleteAll(part).then((): Outcome => 'deleted', outcomeOf);
		for (const id of part) {
			const item = itemsById.get(id);
			if (item !== undefined && outcome !== undefined) outcomes.set(item, outcome);
		}
		if (typeof outcome === 'object' && !run.n8n.continueOnFail()) break;
	}
	return outcomes;
}

/** The first item of each image; none if an item names no image, so that the items before it are done first. */
function firstItems(items: readonly ItemInput[]): ReadonlyMap<string, ItemInput> {
	const first = new Map<string, ItemInput>();
	try {
		for (const item of items) if (!first.has(item.id(imageId))) first.set(item.id(imageId), item);
	} catch {
		return new Map();
	}
	return first;
}

/** If the server refuses one of them, it has deleted none, and says of each alone what is wrong with it. */
function outcomeOf(error: unknown): Outcome | undefined {
	const isRefusal = isDataGymError(error) && error.failure.kind === 'refused' && !error.isRetryable;
	if (!isRefusal) return { error };
	return error.failure.isRetry === true ? 'perhaps' : undefined;
}
