import type { AnswerReader } from './answerReaders';
import { unreadable } from './errors';
import type { ApiRequest } from './http';
import { isBlank } from './jsonBytes';
import { ElementTooLarge } from './jsonElements';
import { errorBody, type ErrorBody } from './wire/answers';
import { readAs, UnexpectedElement, type Schema } from './wire/schema';

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
		if (isWebPage(content)) {
			const page = unreadable(request, status, 'it is a web page', isReadOnly ? undefined : 'unknown');
			throw page.with({ isWebPage: true });
		}
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

/**
 * Reads an answer that says it is a success, piece by piece.
 *
 * @param giveWay lets others have their turn between two pieces.
 * @throws DataGymError `unreadable` as soon as it is seen that the answer is none. It has an outcome if the answer was cut.
 */
export async function readPieces<Value>(
	request: ApiRequest,
	status: number,
	chunks: AsyncIterable<Buffer>,
	reader: AnswerReader<Value>,
	giveWay: () => Promise<void> = async () => await Promise.resolve(),
): Promise<Value> {
	let start = '';
	let blanks = 0;
	try {
		for await (const chunk of chunks) {
			const skipped = start === '' ? lengthBeforeJson(chunk) : 0;
			blanks += skipped;
			if (blanks > MOST_BLANKS) break;
			if (skipped === chunk.length) continue;
			start ||= String.fromCharCode(chunk[skipped] ?? 0);
			if (start === '<') throw unreadable(request, status, 'it is a web page');
			if ((start === '{' || start === '[') && start !== reader.start)
				throw unreadable(request, status, 'it has an unexpected structure');
			reader.push(chunk.subarray(skipped));
			await giveWay();
		}
		if (start === '') throw unreadable(request, status, 'it is empty', 'unknown');
		return reader.end();
	} catch (error) {
		throw explained(request, status, error);
	}
}

function explained(request: ApiRequest, status: number, error: unknown): unknown {
	if (error instanceof UnexpectedElement) return unreadable(request, status, error.message);
	if (error instanceof ElementTooLarge) return unreadable(request, status, 'it has an element without an end');
	if (!(error instanceof SyntaxError)) return error;
	return unreadable(request, status, 'it is not valid JSON, or was cut off', 'unknown');
}

const MOST_BLANKS = 64 * 1024;
const BYTE_ORDER_MARK: ReadonlySet<number> = new Set([0xef, 0xbb, 0xbf]);

/** Of blanks and a byte order mark. */
function lengthBeforeJson(chunk: Buffer): number {
	const start = chunk.findIndex((byte) => !isBlank(byte) && !BYTE_ORDER_MARK.has(byte));
	return start < 0 ? chunk.length : start;
}

const isWebPage = (content: string) => content.trimStart().startsWith('<');
