import { forbidden } from '../../errors';
import { ORGANIZATION, type Store } from '../../store/store';

/** The one organization of the user; its lists show nothing of any other. */
export const isOwn = ({ owner, deleted }: { owner: string; deleted: boolean }): boolean =>
	!deleted && owner === ORGANIZATION;

/** The user of the open core belongs to its own organization, here also to those that a test has given a token [003]. */
export function requireKnownOwner(store: Store, owner: string): void {
	if (![...store.tokens.values()].some((token) => token.owner === owner)) throw forbidden();
}
