import type { ApiToken } from './model';
import type { Store } from './store';

/** A token acts as administrator of exactly one organization. */
export function createToken(store: Store, name: string, owner: string, id = store.newId()): ApiToken {
	const token: ApiToken = { id, name, owner, createdAt: Date.now(), deleted: false, deleteTime: null, lastUsed: null };
	store.tokens.set(id, token);
	return token;
}

export function usableToken(store: Store, id: string): ApiToken | undefined {
	const token = store.tokens.get(id);
	if (!token || token.deleted) return undefined;
	token.lastUsed = Date.now();
	return token;
}
