/** Maps that the entries are divided among. */
const SHARDS = 1024;

/**
 * A map of any number of texts. One of a million entries, when it has to grow, holds n8n's event loop for as long as it takes to put
 * each of them to its new place.
 */
export class LongMap<Value> {
	private readonly shards: Array<Map<string, Value> | undefined> = [];

	get(key: string): Value | undefined {
		return this.shards[shardOf(key)]?.get(key);
	}

	has(key: string): boolean {
		return this.shards[shardOf(key)]?.has(key) ?? false;
	}

	set(key: string, value: Value): void {
		const shard = shardOf(key);
		(this.shards[shard] ??= new Map()).set(key, value);
	}

	*[Symbol.iterator](): Generator<[string, Value]> {
		for (const shard of this.shards) if (shard !== undefined) yield* shard;
	}
}

/** FNV-1a. */
function shardOf(key: string): number {
	let hash = 0x811c9dc5;
	for (let index = 0; index < key.length; index++) hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
	return ((hash >>> 16) ^ hash) & (SHARDS - 1);
}
