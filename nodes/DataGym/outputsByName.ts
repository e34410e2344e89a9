import { FirstItems } from '@datagym/labels';
import { finish, mapped } from '@datagym/shared/turns';
import { limit, returnAll } from './fields';
import { byImage } from './records';
import type { ItemInput } from './runner/itemInput';
import type { Output } from './runner/operation';

interface Named {
	readonly imageId: string;
	readonly imageName: string;
}

interface Held<Value> extends Named {
	readonly made: Output | undefined;
	readonly value: Value | undefined;
}

/**
 * Takes the images or tasks of a list, which come in any order, and gives the outputs of as many as the user wants, the first by name.
 * No more is held than is given out.
 */
export class OutputsByName<Value extends Named> {
	private readonly first: FirstItems<Held<Value>>;

	constructor(
		private readonly most: number,
		private readonly make: (value: Value) => Output,
	) {
		this.first = new FirstItems<Held<Value>>(most, byImage);
	}

	add(value: Value): void {
		const { imageId, imageName } = value;
		const isSure = this.most === Infinity;
		this.first.add({
			imageId,
			imageName,
			made: isSure ? this.make(value) : undefined,
			value: isSure ? undefined : value,
		});
	}

	/** Of lists that were taken apart from each other. */
	static async joined<Value extends Named>(parts: ReadonlyArray<OutputsByName<Value>>): Promise<readonly Output[]> {
		const [only] = parts;
		if (only === undefined) return [];
		const all = parts.length === 1 ? only.first : new FirstItems<Held<Value>>(only.most, byImage);
		if (parts.length > 1) for (const part of parts) for (const held of await finish(part.first.list())) all.add(held);
		const make = ({ made, value }: Held<Value>) => made ?? (value === undefined ? [] : only.make(value));
		return (await mapped(await finish(all.list()), make)).flat();
	}
}

/** How many the user wants. */
export function mostOf(item: ItemInput): number {
	return item.flag(returnAll) ? Infinity : Math.floor(item.number(limit));
}
