type Json = Readonly<Record<string, unknown>>;

interface NodeRun {
	readonly data?: { readonly main?: ReadonlyArray<ReadonlyArray<{ readonly json: Json }> | null> };
}

/** The items of a node's output in its first run, in the data of an execution as the editor gets it. None if it did not run. */
export function itemsOf(data: string, node: string, output = 0): readonly Json[] {
	const { resultData } = unflatten(data) as { resultData: { runData: Readonly<Record<string, readonly NodeRun[]>> } };
	return resultData.runData[node]?.[0]?.data?.main?.[output]?.map(({ json }) => json) ?? [];
}

/** A list of all values, in which each text inside of another value is the position of what stands there: the package `flatted`. */
function unflatten(text: string): unknown {
	const values = JSON.parse(text) as unknown[];
	const known = new Map<number, unknown>();
	const at = (index: number): unknown => {
		const value = values[index];
		if (typeof value !== 'object' || value === null) return value;
		if (known.has(index)) return known.get(index);
		const copy: Record<string, unknown> | unknown[] = Array.isArray(value) ? [] : {};
		known.set(index, copy);
		const entries = Object.entries(value).map(([key, each]) => [
			key,
			typeof each === 'string' ? at(Number(each)) : each,
		]);
		return Object.assign(copy, Object.fromEntries(entries));
	};
	return at(0);
}
