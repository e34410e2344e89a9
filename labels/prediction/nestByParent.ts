import type { LabelObject } from '../model';

/** An object that names the one it is in. */
export interface PlacedObject {
	readonly id: string;
	readonly parent?: string;
	readonly object: LabelObject;
}

/** Far more than DataGym's one level; chains from elsewhere must not exhaust the stack of whoever walks down them. */
const DEEPEST_LEVEL = 8;

/**
 * Objects nested in those that they name as parent, in the order given. A parent counts when it stands before its child,
 * so nothing can be in itself; otherwise the object stands at the top.
 */
export function nestByParent(placed: Iterable<PlacedObject>): LabelObject[] {
	const known = new Map<string, { readonly children: LabelObject[]; readonly level: number }>();
	const roots: LabelObject[] = [];
	for (const { id, parent, object } of placed) {
		const above = parent === undefined ? undefined : known.get(parent);
		const isNested = above !== undefined && above.level < DEEPEST_LEVEL;
		const children = [...object.children];
		(isNested ? above.children : roots).push({ ...object, children });
		known.set(id, { children, level: isNested ? above.level + 1 : 1 });
	}
	return roots;
}
