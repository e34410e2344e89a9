import { parse } from 'yaml';

/** Characters of a YAML with class names; more are no settings of a dataset. */
const LONGEST = 128 * 1024;
/** Brackets in brackets, or lists in lists of one line: each level costs as much as all before it. */
const DEEPEST = 50;
const DEEP_LINE = /(?:[-?:][ \t]){50}/;

/**
 * What a YAML says, with all values as texts: class names such as `no`, `1` or `2026-01-01` stay what they are (YAML's failsafe schema).
 *
 * @returns undefined if it is none, or one that is made to exhaust its readers.
 */
export function yamlIn(text: string): unknown {
	if (text.length > LONGEST || DEEP_LINE.test(text) || depthOf(text) > DEEPEST) return undefined;
	try {
		return parse(text, { schema: 'failsafe', logLevel: 'error', prettyErrors: false });
	} catch {
		return undefined;
	}
}

function depthOf(text: string): number {
	let [depth, deepest] = [0, 0];
	for (const character of text) {
		if (character === '[' || character === '{') deepest = Math.max(deepest, ++depth);
		else if (character === ']' || character === '}') depth = Math.max(0, depth - 1);
	}
	return deepest;
}
