import { unreadable } from './errors';
import type { ApiRequest } from './http';
import { errorBody, type ErrorBody } from './wire/answers';
import { readAs, type Schema } from './wire/schema';

/** An answer's body, read as a text. */
export interface TextAnswer {
	readonly status: number;
	readonly content: string;
}

/**
 * Parses the JSON of an answer that says it is a success; an empty answer is `undefined` to the schema.
 *
 * @throws DataGymError `unreadable`. Its outcome says whether the same request may be answered properly later: after a reading, if
 * the answer was cut or is empty; after a change, always, since it may have been made.
 */
export function parseAnswer<Value>(
	request: ApiRequest,
	schema: Schema<Value>,
	{ status, content }: TextAnswer,
	isReadOnly: boolean,
): Value {
	const parsed = parseJson(content);
	if (!parsed.ok) {
		if (isWebPage(content)) throw unreadable(request, status, 'it is a web page', isReadOnly ? undefined : 'unknown');
		throw unreadable(request, status, 'it is not valid JSON, or was cut off', 'unknown');
	}
	const read = readAs(schema, parsed.value);
	if (read.ok) return read.value;
	const isEmpty = parsed.value === undefined;
	const outcome = isEmpty || !isReadOnly ? 'unknown' : undefined;
	throw unreadable(request, status, isEmpty ? 'it is empty' : read.issue, outcome);
}

/** What DataGym says in an answer that is an error; undefined if the answer is not DataGym's. */
export function parseErrorBody(content: string): ErrorBody | undefined {
	const parsed = parseJson(content);
	if (!parsed.ok) return undefined;
	const read = readAs(errorBody, parsed.value);
	return read.ok ? read.value : undefined;
}

type Parsed = { ok: true; value: unknown } | { ok: false };

function parseJson(content: string): Parsed {
	if (content.trim() === '') return { ok: true, value: undefined };
	try {
		return { ok: true, value: JSON.parse(content) };
	} catch {
		return { ok: false };
	}
}

const isWebPage = (content: string) => content.trimStart().startsWith('<');
