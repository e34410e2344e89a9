/**
 * The indentation of the Java server's JSON library (Jackson's default pretty printer): objects over several lines, `" : "` after a
 * name, arrays on one line. Error objects always look so, everything else after the first export [337].
 */
export function indented(value: unknown, depth = 0): string {
	if (Array.isArray(value)) {
		if (value.length === 0) return '[ ]';
		return `[ ${value.map((item) => indented(item, depth)).join(', ')} ]`;
	}
	if (value === null || typeof value !== 'object') return JSON.stringify(value);
	const fields = Object.entries(value).filter(([, held]) => held !== undefined);
	if (fields.length === 0) return '{ }';
	const inner = '  '.repeat(depth + 1);
	const lines = fields.map(([name, held]) => `${inner}${JSON.stringify(name)} : ${indented(held, depth + 1)}`);
	return `{\n${lines.join(',\n')}\n${'  '.repeat(depth)}}`;
}

export function jsonText(value: unknown, pretty: boolean): string {
	return pretty ? indented(value) : JSON.stringify(value);
}

const CHUNK = 64 * 1024;

/** A JSON array as pieces of text, so that an answer of many megabytes neither blocks nor doubles in memory. */
export function* arrayText(items: Iterable<unknown>, pretty: boolean): Generator<string> {
	let held = pretty ? '[ ' : '[';
	let first = true;
	for (const item of items) {
		if (!first) held += pretty ? ', ' : ',';
		first = false;
		held += jsonText(item, pretty);
		if (held.length > CHUNK) {
			yield held;
			held = '';
		}
	}
	yield held + (pretty ? (first ? ']' : ' ]') : ']');
}
