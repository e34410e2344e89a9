import { answer, breakAfter, chunk, contentHeaders, drip, flood, half, headOf, json, trickle } from './rawAnswer';
import type { Exchange, Strike } from './proxy';

/** What the node is to make of a fault. */
type Expectation =
	/** The fault passes, and a request that changes nothing is simply sent again. */
	| 'repeat'
	/** Either is right: it may be sent again, or be told. */
	| 'any'
	/** It is an answer, or it does not pass: a second request would be wrong, or in vain. */
	| 'tell'
	/** There is nothing wrong with it but the time. */
	| 'bear';

export interface Fault {
	/** Of a column in the table. */
	readonly name: string;
	readonly group:
		| 'The connection dies'
		| 'The server is slow or gone'
		| 'The answer is broken'
		| 'The answer is an error';
	readonly expects: Expectation;
	readonly strike: Strike;
	/** Strikes the chosen request and all after it. */
	readonly lasts?: true;
	/** Options of the node: seconds without a byte, and seconds of trying again. */
	readonly timeout?: number;
	readonly retryFor?: number;
	/** A file that is cut, or another file, in an answer that HTTP calls whole: nobody can see it in a file. */
	readonly isUnseenInFiles?: true;
	/** Takes much memory, so that one is tried at a time. */
	readonly isHeavy?: true;
	/** Takes a minute in which nothing happens, so that many wait at the same time. */
	readonly isIdle?: true;
}

/** Seconds; a crowded machine may take one or two for a right answer. */
const SILENCE = 3;
/** Of the node's option, for faults that pass. */
export const RETRY_FOR = 15;
const RESTART = 1500;
const MUCH = 3 * 2 ** 30;

const LOGIN_PAGE = '<!DOCTYPE html><html><head><title>Sign in</title></head><body><h1>Sign in</h1></body></html>';
const page = (status: number) =>
	`<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center><hr><center>nginx</center></body></html>`;
const HTML = { 'Content-Type': 'text/html' };

const status =
	(code: number, headers: Record<string, string> = {}): Strike =>
	({ socket }) =>
		answer(socket, code, headers);
const html =
	(code: number): Strike =>
	({ socket }) =>
		answer(socket, code, HTML, page(code));
const key =
	(code: number, name: string, ...params: string[]): Strike =>
	({ socket }) =>
		json(socket, code, { key: name, params, msg: `No msg available for key: ${name}`, code, details: [] });

/** The server's own answer, with another body of the right length. */
const instead =
	(body: (whole: Buffer) => string | Buffer, headers?: Record<string, string>): Strike =>
	async (exchange) => {
		const whole = await exchange.ask();
		answer(exchange.socket, whole.status, headers ?? contentHeaders(whole), body(whole.body));
	};

const PIECE = Buffer.from(',{"id":"1","name":"x"}'.repeat(3000));

async function endless({ ask, request, socket }: Exchange, headers: Record<string, number> = {}): Promise<void> {
	const whole = await ask();
	// A file of any size is stored as it comes, so that one of many megabytes shows enough.
	const isFile = request.method === 'GET' && /\/(media|export\/bitmap|links)\//.test(request.url ?? '');
	await flood(socket, headOf(200, { ...contentHeaders(whole), ...headers }), '[0', PIECE, isFile ? MUCH / 100 : MUCH);
}

const connection: readonly Fault[] = [
	{
		name: 'before the request is read',
		group: 'The connection dies',
		expects: 'repeat',
		strike: ({ socket }) => void socket.resetAndDestroy(),
	},
	{
		name: 'in the middle of the request',
		group: 'The connection dies',
		expects: 'repeat',
		strike: async ({ askHalf, socket }) => {
			await askHalf();
			socket.resetAndDestroy();
		},
	},
	{
		name: 'after the work, before the answer',
		group: 'The connection dies',
		expects: 'repeat',
		strike: async ({ ask, socket }) => {
			await ask();
			socket.destroy();
		},
	},
	{
		name: 'in the middle of the answer (with its length)',
		group: 'The connection dies',
		expects: 'repeat',
		strike: async ({ ask, socket }) => {
			const whole = await ask();
			await breakAfter(
				socket,
				headOf(whole.status, { ...contentHeaders(whole), 'Content-Length': Math.max(1, whole.body.length) }),
				half(whole.body),
			);
		},
	},
	{
		name: 'in the middle of the answer (in chunks)',
		group: 'The connection dies',
		expects: 'repeat',
		strike: async ({ ask, socket }) => {
			const whole = await ask();
			const some = half(whole.body);
			await breakAfter(
				socket,
				headOf(whole.status, { ...contentHeaders(whole), 'Transfer-Encoding': 'chunked' }),
				some.length > 0 ? chunk(some) : '',
			);
		},
	},
	{
		name: 'with the server, which restarts before the request is read',
		group: 'The connection dies',
		expects: 'repeat',
		strike: async ({ socket, leave }) => {
			socket.resetAndDestroy();
			await leave(RESTART);
		},
	},
	{
		name: 'with the server, which restarts after the work',
		group: 'The connection dies',
		expects: 'repeat',
		strike: async ({ ask, socket, leave }) => {
			await ask();
			socket.destroy();
			await leave(RESTART);
		},
	},
];

const slow: readonly Fault[] = [
	{
		name: 'the answer trickles',
		group: 'The server is slow or gone',
		expects: 'bear',
		strike: async ({ ask, socket }) => await trickle(socket, await ask(), 800),
	},
	{
		name: 'the answer trickles for ever',
		group: 'The server is slow or gone',
		expects: 'tell',
		lasts: true,
		isIdle: true,
		timeout: SILENCE,
		retryFor: 1,
		strike: async ({ ask, socket }) => {
			const whole = await ask();
			socket.write(headOf(whole.status, { ...contentHeaders(whole), 'Content-Length': 10 ** 9 }));
			await drip(socket, whole.body);
		},
	},
	{
		name: 'silent once, nothing done',
		group: 'The server is slow or gone',
		expects: 'any',
		timeout: SILENCE,
		strike: () => undefined,
	},
	{
		name: 'silent once, after the work',
		group: 'The server is slow or gone',
		expects: 'any',
		timeout: SILENCE,
		strike: async ({ ask }) => void (await ask()),
	},
	{
		name: 'silent in the middle of the answer',
		group: 'The server is slow or gone',
		expects: 'any',
		timeout: SILENCE,
		strike: async ({ ask, socket }) => {
			const whole = await ask();
			socket.write(
				headOf(whole.status, { ...contentHeaders(whole), 'Content-Length': Math.max(1, whole.body.length) }),
			);
			socket.write(half(whole.body));
		},
	},
	{
		name: 'silent for good',
		group: 'The server is slow or gone',
		expects: 'tell',
		lasts: true,
		timeout: SILENCE,
		retryFor: 1,
		strike: () => undefined,
	},
	{
		name: 'gone for good, nothing done',
		group: 'The server is slow or gone',
		expects: 'tell',
		lasts: true,
		retryFor: 1,
		strike: async ({ socket, leave }) => {
			socket.resetAndDestroy();
			await leave();
		},
	},
	{
		name: 'gone for good, after the work',
		group: 'The server is slow or gone',
		expects: 'tell',
		lasts: true,
		retryFor: 1,
		strike: async ({ ask, socket, leave }) => {
			await ask();
			socket.destroy();
			await leave();
		},
	},
	{
		name: '503 for good',
		group: 'The server is slow or gone',
		expects: 'tell',
		lasts: true,
		retryFor: 1,
		strike: status(503),
	},
];

const broken: readonly Fault[] = [
	{ name: 'empty', group: 'The answer is broken', expects: 'any', strike: instead(() => '') },
	{
		name: 'cut, with its own length',
		group: 'The answer is broken',
		expects: 'any',
		isUnseenInFiles: true,
		strike: instead(half),
	},
	{
		name: 'not JSON',
		group: 'The answer is broken',
		expects: 'any',
		strike: instead(() => 'Done. Have a nice day!', { 'Content-Type': 'text/plain' }),
	},
	{
		name: 'JSON of something else',
		group: 'The answer is broken',
		expects: 'any',
		strike: instead(() => '{"hello":["world"]}', { 'Content-Type': 'application/json' }),
	},
	{
		name: 'a login page with 200, nothing done',
		group: 'The answer is broken',
		expects: 'any',
		strike: ({ socket }) => answer(socket, 200, HTML, LOGIN_PAGE),
	},
	{
		name: 'endless',
		group: 'The answer is broken',
		expects: 'any',
		isHeavy: true,
		isUnseenInFiles: true,
		strike: async (exchange) => await endless(exchange),
	},
	{
		name: 'gigantic, by its Content-Length',
		group: 'The answer is broken',
		expects: 'any',
		isHeavy: true,
		strike: async (exchange) => await endless(exchange, { 'Content-Length': 10 ** 12 }),
	},
	{
		name: 'shorter than its Content-Length',
		group: 'The answer is broken',
		expects: 'any',
		strike: async ({ ask, socket }) => {
			const whole = await ask();
			socket.end(
				Buffer.concat([
					Buffer.from(headOf(whole.status, { ...contentHeaders(whole), 'Content-Length': whole.body.length + 1000 })),
					whole.body,
				]),
			);
		},
	},
	{
		name: 'longer than its Content-Length',
		group: 'The answer is broken',
		expects: 'any',
		isUnseenInFiles: true,
		strike: async ({ ask, socket }) => {
			const whole = await ask();
			socket.end(
				Buffer.concat([
					Buffer.from(headOf(whole.status, { ...contentHeaders(whole), 'Content-Length': half(whole.body).length })),
					whole.body,
					Buffer.from('\n'),
				]),
			);
		},
	},
];

const errors: readonly Fault[] = [
	{ name: '408', group: 'The answer is an error', expects: 'repeat', strike: status(408) },
	{ name: '425', group: 'The answer is an error', expects: 'repeat', strike: status(425) },
	{
		name: '429 with Retry-After',
		group: 'The answer is an error',
		expects: 'repeat',
		strike: status(429, { 'Retry-After': '1' }),
	},
	{
		name: '429 with Retry-After: 0',
		group: 'The answer is an error',
		expects: 'repeat',
		strike: status(429, { 'Retry-After': '0' }),
	},
	{
		name: '503 with a Retry-After in the past',
		group: 'The answer is an error',
		expects: 'repeat',
		strike: status(503, { 'Retry-After': 'Wed, 21 Oct 2015 07:28:00 GMT' }),
	},
	{ name: '404 page of a proxy', group: 'The answer is an error', expects: 'repeat', strike: html(404) },
	{ name: '502 page of a proxy', group: 'The answer is an error', expects: 'repeat', strike: html(502) },
	{ name: '503 page of a proxy', group: 'The answer is an error', expects: 'repeat', strike: html(503) },
	{ name: '504 page of a proxy, nothing done', group: 'The answer is an error', expects: 'repeat', strike: html(504) },
	{
		name: '504 page of a proxy, after the work',
		group: 'The answer is an error',
		expects: 'repeat',
		strike: async ({ ask, socket }) => {
			await ask();
			answer(socket, 504, HTML, page(504));
		},
	},
	{
		name: '503 `ex_service_unavailable`',
		group: 'The answer is an error',
		expects: 'tell',
		strike: key(503, 'ex_service_unavailable', 'aws'),
	},
	{
		name: '500 `ex_gen_file_stream`',
		group: 'The answer is an error',
		expects: 'tell',
		strike: key(500, 'ex_gen_file_stream'),
	},
	{ name: '500 `ex_system`', group: 'The answer is an error', expects: 'tell', strike: key(500, 'ex_system') },
	{ name: '500 page of a proxy', group: 'The answer is an error', expects: 'any', strike: html(500) },
	{ name: '401', group: 'The answer is an error', expects: 'tell', strike: key(401, 'ex_unauthorized') },
	{
		name: 'a redirect to another host',
		group: 'The answer is an error',
		expects: 'tell',
		strike: ({ request, socket, elsewhere }) => {
			const isLink = request.url?.startsWith('/links/') === true;
			answer(socket, 307, { Location: `${elsewhere}${isLink ? '/links/elsewhere.jpg' : '/api/v1/project'}` });
		},
	},
];

export const FAULTS: readonly Fault[] = [...connection, ...slow, ...broken, ...errors];
