import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * Prints recorded exchanges with real servers, which docs/contract.md and comments cite by their numbers:
 * `npm run recording -- 386`, `npm run recording -- ui 21`, several at once: `npm run recording -- 279-283 305`.
 */

const FOLDER = join(__dirname, '..', 'test', 'fixtures', 'contract');
const FILES = { external: 'recordings.jsonl', ui: 'ui-recordings.jsonl' } as const;

const USAGE = [
	'Prints recorded exchanges with real DataGym servers.',
	'',
	'  npm run recording -- 386           [386], of the external API',
	'  npm run recording -- ui 21         [ui 21], of the UI API',
	'  npm run recording -- 279-283 305   several, and all between two',
	'  npm run recording -- 334 --full    nothing cut',
].join('\n');

const MOST_LINES = 150;
const LONGEST_LINE = 300;
const PRETTY_WIDTH = 110;
/** Of every answer, and nothing that was ever looked at. */
const UNIMPORTANT_HEADERS: ReadonlySet<string> = new Set(['date', 'vary', 'content-language']);

export type Api = keyof typeof FILES;

interface RecordedBody {
	readonly json?: unknown;
	readonly text?: string;
	/** What was left out of `json`. */
	readonly cut?: string;
	readonly base64?: string | null;
	readonly bytes?: number;
	readonly length?: number;
	readonly sha256?: string;
	readonly magic?: string;
}

/** A header's value may be given as its bytes, each written as a Latin-1 character. */
type HeaderValue = string | { readonly latin1: string };
type HeaderList = ReadonlyArray<readonly [string, HeaderValue]>;
type RecordedHeaders = HeaderList | Readonly<Record<string, HeaderValue>>;

interface RecordedRequest {
	readonly method?: string;
	readonly path?: string;
	readonly query?: string;
	readonly headers?: RecordedHeaders;
	readonly body?: RecordedBody | null;
	/** A body that was too large to be kept. */
	readonly bodyLength?: number;
	/** Sent byte by byte, without an HTTP library. */
	readonly rawSocket?: string;
	readonly bodyBase64?: string;
}

interface RecordedResponse {
	readonly status?: number;
	readonly headers?: RecordedHeaders;
	readonly body?: RecordedBody | null;
	readonly elapsedMs?: number;
	readonly ms?: number;
	/** What happened to the connection afterward. */
	readonly connection?: string;
	readonly raw?: string;
}

export interface Recording {
	readonly n: string;
	readonly name: string;
	readonly note?: string;
	readonly internal?: boolean;
	readonly request: RecordedRequest;
	readonly response: RecordedResponse;
}

/** A wrong argument; its message says what to do. */
export class ArgumentError extends Error {}

export interface Wanted {
	readonly api: Api;
	readonly isFull: boolean;
	/** First and last number; the same for a single one. */
	readonly ranges: ReadonlyArray<readonly [string, string]>;
}

/** @throws ArgumentError unless at least one recording is named. */
export function readArguments(words: readonly string[]): Wanted {
	const isFull = words.includes('--full');
	const [first, ...others] = words.filter((word) => word !== '--full');
	const isUi = first?.toLowerCase() === 'ui';
	const numbers = isUi || first === undefined ? others : [first, ...others];
	if (numbers.length === 0) throw new ArgumentError(USAGE);
	return { api: isUi ? 'ui' : 'external', isFull, ranges: numbers.map(readRange) };
}

function readRange(word: string): readonly [string, string] {
	const [, from, to] = /^\[?(\d{1,3}(?:\.\d{1,2})?)(?:-(\d{1,3}(?:\.\d{1,2})?))?\]?$/.exec(word) ?? [];
	if (from === undefined) throw new ArgumentError(`“${word}” is not the number of a recording.\n\n${USAGE}`);
	return [padded(from), padded(to ?? from)];
}

/** 5 → 005, 12.1 → 012.01, as the recordings are numbered. */
function padded(number: string): string {
	const [whole = '', part] = number.split('.');
	return whole.padStart(3, '0') + (part === undefined ? '' : `.${part.padStart(2, '0')}`);
}

/** @throws ArgumentError for a number that there is not. */
export function findRecordings(recordings: readonly Recording[], { api, ranges }: Wanted): Recording[] {
	return ranges.flatMap(([from, to]) => {
		const found = recordings.filter(({ n }) => isBetween(n, from, to));
		if (found.length > 0) return found;
		throw new ArgumentError(missing(recordings, api, from === to ? from : `${from} to ${to}`, from));
	});
}

/** A range that ends with 283 includes the steps 283.01 and so on; a single number does not. */
function isBetween(n: string, from: string, to: string): boolean {
	return from === to ? n === from : n >= from && (n <= to || n.startsWith(`${to}.`));
}

function missing(recordings: readonly Recording[], api: Api, wanted: string, from: string): string {
	const numbers = recordings.map(({ n }) => n).sort();
	const before = numbers.filter((n) => n < from).at(-1);
	const after = numbers.find((n) => n > from);
	const nearest = [before, after].filter((n) => n !== undefined).join(' and ');
	return [
		`There is no recording ${wanted} in ${FILES[api]}. The nearest: ${nearest}.`,
		'With “ui” before it, a number means the UI API; without, the external API.',
	].join('\n');
}

/** The exchange as people read it: the request, then the answer. */
export function shownRecording(recording: Recording, api: Api, isFull: boolean): string {
	const { n, name, note, internal, request, response } = recording;
	return [
		`[${api === 'ui' ? 'ui ' : ''}${n}] ${name}${internal ? ' (sets the scene through the UI API)' : ''}`,
		...(note === undefined ? [] : [`Note: ${note}`]),
		'',
		...shownRequest(request, isFull),
		'',
		...shownResponse(response, isFull),
	].join('\n');
}

function shownRequest(request: RecordedRequest, isFull: boolean): string[] {
	if (request.rawSocket !== undefined) {
		const bytes = Buffer.from(request.bodyBase64 ?? '', 'base64').length;
		const head = request.rawSocket.trimEnd().split('\r\n');
		return [...cut(head, isFull), '', `(${bytes} bytes sent after these lines)`];
	}
	const query = request.query ? `?${request.query}` : '';
	const kept = request.bodyLength === undefined ? undefined : `(a body of ${request.bodyLength} bytes, not kept)`;
	return [
		...cut([`${request.method ?? '?'} ${request.path ?? '?'}${query}`, ...shownHeaders(request.headers)], isFull),
		...(kept === undefined ? shownBody(request.body, isFull, []) : ['', kept]),
	];
}

function shownResponse(response: RecordedResponse, isFull: boolean): string[] {
	if (response.raw !== undefined) return ['→', ...cut(response.raw.split('\r\n'), isFull)];
	const elapsed = response.elapsedMs ?? response.ms;
	const connection = response.connection === undefined ? '' : `, connection: ${response.connection}`;
	return [
		`→ ${response.status ?? '?'}${elapsed === undefined ? '' : ` after ${elapsed} ms`}${connection}`,
		...cut(shownHeaders(response.headers), isFull),
		...shownBody(response.body, isFull, ['', '(no body)']),
	];
}

function shownHeaders(headers: RecordedHeaders = []): string[] {
	const entries = isList(headers) ? headers : Object.entries(headers);
	return entries
		.filter(([name]) => !UNIMPORTANT_HEADERS.has(name.toLowerCase()))
		.map(([name, value]) => `${name}: ${shownValue(value)}`);
}

const isList = (headers: RecordedHeaders): headers is HeaderList => Array.isArray(headers);

const shownValue = (value: HeaderValue) =>
	typeof value === 'string' ? value : `${value.latin1} (bytes, read as Latin-1)`;

function shownBody(body: RecordedBody | null = null, isFull: boolean, ifNone: readonly string[]): readonly string[] {
	if (body === null) return ifNone;
	const { json, text, cut: leftOut } = body;
	if (json === undefined && text === undefined) return ['', ...shownBytes(body, isFull)];
	if (json === undefined && text === '') return ['', '(an empty body)'];
	// Of a list that was cut when it was recorded, some hold the text of its beginning.
	const isText = json === undefined || (typeof json === 'string' && leftOut !== undefined);
	const content = isText ? String(json ?? text) : prettyJson(json);
	return ['', ...cut(content.split('\n'), isFull), ...(leftOut === undefined ? [] : [`(recorded: ${leftOut})`])];
}

/** As `JSON.stringify` with indentation, but what fits into a line stays in one. */
function prettyJson(value: unknown, indent = ''): string {
	const line = JSON.stringify(value);
	if (typeof value !== 'object' || value === null || indent.length + line.length <= PRETTY_WIDTH) return line;
	const inner = `${indent}  `;
	const [open, close] = Array.isArray(value) ? '[]' : '{}';
	const items = Array.isArray(value)
		? value.map((item: unknown) => prettyJson(item, inner))
		: Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${prettyJson(item, inner)}`);
	return `${open}\n${items.map((item) => inner + item).join(',\n')}\n${indent}${close}`;
}

function shownBytes({ base64, bytes, length, sha256, magic }: RecordedBody, isFull: boolean): string[] {
	return [
		`(${bytes ?? length ?? '?'} bytes${magic === undefined ? '' : `, beginning with ${magic}`})`,
		...(sha256 === undefined ? [] : [`SHA-256: ${sha256}`]),
		...(base64 ? cut([`Base64: ${base64}`], isFull) : []),
	];
}

/** Long lines and many lines shortened, with a note that says so. */
function cut(lines: readonly string[], isFull: boolean): string[] {
	if (isFull) return [...lines];
	const shown = lines.slice(0, MOST_LINES).map(shortened);
	const rest = lines.length - shown.length;
	return rest > 0 ? [...shown, `… (${rest} more lines; --full shows them)`] : shown;
}

function shortened(line: string): string {
	const rest = line.length - LONGEST_LINE;
	return rest > 0 ? `${line.slice(0, LONGEST_LINE)}… (${rest} more characters; --full shows them)` : line;
}

function readRecordings(api: Api): Recording[] {
	const lines = readFileSync(join(FOLDER, FILES[api]), 'utf8').split('\n');
	return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as Recording);
}

function main(): void {
	// `npm run recording -- 334 | head` closes the pipe early.
	process.stdout.on('error', (error: NodeJS.ErrnoException) => {
		if (error.code !== 'EPIPE') throw error;
	});
	try {
		const wanted = readArguments(process.argv.slice(2));
		const recordings = findRecordings(readRecordings(wanted.api), wanted);
		const texts = recordings.map((recording) => shownRecording(recording, wanted.api, wanted.isFull));
		process.stdout.write(`${texts.join(`\n\n${'─'.repeat(80)}\n\n`)}\n`);
	} catch (error) {
		if (!(error instanceof ArgumentError)) throw error;
		console.error(error.message);
		process.exitCode = 1;
	}
}

if (require.main === module) main();
