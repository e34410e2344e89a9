import * as fc from 'fast-check';

/** What no client expects, as JSON text: some of it cannot be written from JavaScript's values. */
const HOSTILE_JSON: readonly string[] = [
	'null',
	'true',
	'0',
	'-1',
	'1e400',
	'-1e400',
	'9007199254740993',
	'0.1',
	'""',
	'" "',
	'"__proto__"',
	'"constructor"',
	'"toString"',
	'[]',
	'[null]',
	'[[]]',
	'[{}]',
	'{}',
	'{"__proto__":{"polluted":true}}',
	'{"constructor":{"prototype":{"polluted":true}}}',
	'{"toString":null,"valueOf":1,"then":2}',
	'{"length":-1,"0":"x"}',
	'"\\u0000"',
	'"\\ud800"',
	'"../../etc/passwd.jpg"',
	'"C:\\\\..\\\\CON.jpg"',
	'"=HYPERLINK(\\"http://127.0.0.1:9\\")"',
	'"<script>alert(1)</script>"',
	'"{{ $json }}"',
	JSON.stringify('x'.repeat(100_000)),
	`${'['.repeat(5000)}${']'.repeat(5000)}`,
	`${'{"children":['.repeat(3000)}${']}'.repeat(3000)}`,
	`[${'null,'.repeat(5000)}null]`,
];

/** One change to a right answer. */
export interface Mutation {
	/** Which of all values in the answer, counted around. */
	readonly at: number;
	readonly how: 'replace' | 'remove' | 'repeat' | 'wrap' | 'all';
	readonly json: string;
}

export const mutation: fc.Arbitrary<Mutation> = fc.record({
	at: fc.nat(),
	how: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'repeat', 'wrap', 'all'),
	json: fc.oneof(fc.constantFrom(...HOSTILE_JSON), fc.json({ maxDepth: 4 })),
});

/** The text of a right answer with one thing wrong; of an answer without JSON, the wrong thing alone. */
export function mutated(right: string, { at, how, json }: Mutation): string {
	const places: Place[] = [];
	const root = { value: parsed(right) };
	collect(root, 'value', places);
	const place = places[at % places.length]!;
	if (how === 'all' || root.value === undefined) return json;
	const mark = '\u{1F3AF}';
	const before = place.parent[place.key];
	if (how === 'remove') delete place.parent[place.key];
	else if (how === 'repeat') place.parent[place.key] = [before, before, mark];
	else if (how === 'wrap') place.parent[place.key] = { [String(at % 7)]: before, extra: mark };
	else place.parent[place.key] = mark;
	return (JSON.stringify(root.value) ?? '').replace(JSON.stringify(mark), () => json);
}

interface Place {
	readonly parent: Record<string, unknown>;
	readonly key: string;
}

function parsed(text: string): unknown {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}

function collect(parent: Record<string, unknown>, key: string, places: Place[]): void {
	places.push({ parent, key });
	const value = parent[key];
	if (typeof value !== 'object' || value === null) return;
	for (const inner of Object.keys(value)) collect(value as Record<string, unknown>, inner, places);
}
