import type { ErrorObject } from 'ajv';

/**
 * Words a refused import as the real server does: its schema library's messages, gathered by place. The server walks over hash maps
 * and forgets to empty a list, so that a message may appear once more at the next place; both are followed here, for the recorded
 * texts [386-417] depend on it.
 */
export function schemaReport(errors: ErrorObject[]): string {
	const root = tree(errors.filter((error) => error.keyword !== 'oneOf' && error.keyword !== 'if'));
	const places = gather(root);
	const sorted = [...places].sort(([one], [other]) => one.length - other.length || (one < other ? -1 : 1));
	const parts = sorted.map(([place, messages]) => {
		const either = messages.length > 1 ? 'Either: \n' : '';
		return `${place}\n${either}${messages.map((message) => `${message}\n`).join('')}\n`;
	});
	return `Schema validation failed with ${places.size} error(s)\n\n${parts.join('')}`;
}

/** What is wrong at one place of the document and below it. */
interface Place {
	pointer: string;
	messages: string[];
	below: Map<string, Place>;
}

function tree(errors: ErrorObject[]): Place {
	const root: Place = { pointer: '#', messages: [], below: new Map() };
	for (const error of errors) {
		let place = root;
		for (const step of error.instancePath.split('/').slice(1)) {
			let next = place.below.get(step);
			if (!next) {
				next = {
					pointer: `${place.pointer}/${step.replaceAll('~1', '/').replaceAll('~0', '~')}`,
					messages: [],
					below: new Map(),
				};
				place.below.set(step, next);
			}
			place = next;
		}
		place.messages.push(message(error));
	}
	return root;
}

/** A cause is one message, or everything below one place. */
type Cause = { pointer: string; message: string } | { place: Place };

function gather(root: Place): Map<string, string[]> {
	let top = root;
	while (top.messages.length === 0 && top.below.size === 1) top = [...top.below.values()][0] as Place;
	const found = new Map<string, string[]>();
	let list: string[] = [];
	for (const cause of causesOf(top)) {
		const leaves = 'place' in cause ? leavesOf(cause.place) : [cause];
		const [only] = leaves;
		if (leaves.length === 1 && only) {
			list = inHashOrder([...list, only.message]);
			found.set(only.pointer, list);
			continue;
		}
		for (const pointer of inHashOrder(leaves.map((leaf) => leaf.pointer))) {
			list = [...list, ...leaves.filter((leaf) => leaf.pointer === pointer).map((leaf) => leaf.message)];
			found.set(pointer, inHashOrder(list));
			list = [];
		}
	}
	return found;
}

function causesOf(place: Place): Cause[] {
	const own = place.messages.map((text) => ({ pointer: place.pointer, message: text }));
	const names = inHashOrder([...place.below.keys()]);
	return [...own, ...names.map((name) => ({ place: place.below.get(name) as Place }))];
}

function leavesOf(place: Place): Array<{ pointer: string; message: string }> {
	const own = place.messages.map((text) => ({ pointer: place.pointer, message: text }));
	return [...own, ...[...place.below.values()].flatMap(leavesOf)];
}

function message({ keyword, params, data }: ErrorObject): string {
	switch (keyword) {
		case 'type':
			return params.type === 'null'
				? `expected: null, found: ${javaType(data)}`
				: `expected type: ${TYPE_WORDS[params.type as string]}, found: ${javaType(data)}`;
		case 'required':
			return `required key [${params.missingProperty}] not found`;
		case 'additionalProperties':
			return `extraneous key [${params.additionalProperty}] is not permitted`;
		case 'minimum':
			return `${data} is not greater or equal to ${params.limit}`;
		case 'pattern':
			return `string [${data}] does not match pattern ${params.pattern}`;
		case 'minItems':
			return `expected minimum item count: ${params.limit}, found: ${sizeOf(data)}`;
		case 'maxItems':
			return `expected maximum item count: ${params.limit}, found: ${sizeOf(data)}`;
		case 'minProperties':
			return `minimum size: [${params.limit}], found: [${sizeOf(data)}]`;
		case 'maxProperties':
			return `maximum size: [${params.limit}], found: [${sizeOf(data)}]`;
		default:
			return 'false schema always fails';
	}
}

const TYPE_WORDS: Record<string, string> = {
	array: 'JSONArray',
	object: 'JSONObject',
	string: 'String',
	number: 'Number',
	boolean: 'Boolean',
};

function javaType(data: unknown): string {
	if (data === null) return 'Null';
	if (Array.isArray(data)) return 'JSONArray';
	if (typeof data === 'number')
		return Number.isInteger(data) ? (Math.abs(data) > 2_147_483_647 ? 'Long' : 'Integer') : 'BigDecimal';
	return { object: 'JSONObject', string: 'String', boolean: 'Boolean' }[typeof data as string] ?? 'Object';
}

function sizeOf(data: unknown): number {
	return typeof data === 'object' && data !== null ? Object.keys(data).length : 0;
}

/** Without repetitions, as a small Java hash set (16 buckets, doubled when three quarters full) would list them. */
function inHashOrder(texts: string[]): string[] {
	const unique = [...new Set(texts)];
	let buckets = 16;
	while (unique.length > buckets * 0.75) buckets *= 2;
	const bucket = (text: string) => {
		const hash = javaHash(text);
		return (hash ^ (hash >>> 16)) & (buckets - 1);
	};
	return unique.sort((one, other) => bucket(one) - bucket(other));
}

function javaHash(text: string): number {
	let hash = 0;
	for (let at = 0; at < text.length; at++) hash = (Math.imul(hash, 31) + text.charCodeAt(at)) | 0;
	return hash;
}
