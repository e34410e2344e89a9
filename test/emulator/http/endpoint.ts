import type { IncomingMessage } from 'node:http';
import type { Generation } from '../generation';
import { forbidden } from '../errors';
import { TOKEN_USER, UI_USER, type Store } from '../store/store';

/** What an endpoint answers; the dispatcher turns it into HTTP. */
export type Answer =
	| { kind: 'json'; value: unknown }
	/** A long JSON array, sent piece by piece. */
	| { kind: 'jsonArray'; items: Iterable<unknown> }
	| { kind: 'empty'; status?: number; headers?: Record<string, string> }
	| { kind: 'bytes'; body: Buffer; headers: Record<string, string>; chunked?: boolean }
	/** An export: an attachment, always indented; from the first one on the whole server indents. */
	| { kind: 'export'; fileName: string; contentType?: string; items: Iterable<unknown> | null; value?: unknown };

export const json = (value: unknown): Answer => ({ kind: 'json', value });
export const jsonArray = (items: Iterable<unknown>): Answer => ({ kind: 'jsonArray', items });
/** "void" methods of the real server: 200 without a body and without a content type. */
export const done = (): Answer => ({ kind: 'empty' });

/** `URLEncoder.encode`: as for forms, with `+` for blanks. */
export function formEncoded(text: string): string {
	return encodeURIComponent(text)
		.replaceAll('%20', '+')
		.replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}

export interface Settings {
	/** What the server believes its address to be; it stands in exports (docs/contract.md#export). */
	apiUrl: string;
}

/** One request as the endpoints see it. */
export class Call {
	constructor(
		readonly store: Store,
		readonly settings: Settings,
		readonly generation: Generation,
		readonly params: Record<string, string>,
		readonly query: URLSearchParams,
		readonly raw: IncomingMessage,
		/** Whom the token belongs to; undefined without a good token; null on the user interface's own API, which knows none. */
		private readonly tokenOwner: string | undefined | null,
	) {}

	param(name: string): string {
		return this.params[name] ?? '';
	}

	/** The organization that calls, or 401, or 403 where tokens are not read at all. */
	requireToken(): string | null {
		if (this.tokenOwner === undefined) throw this.generation.tokenRefusal();
		return this.tokenOwner;
	}

	get hasToken(): boolean {
		return this.tokenOwner !== undefined;
	}

	/** 403 for another organization's object, never 404 (docs/contract.md#other-organizations). */
	requireOwner(owner: string): void {
		const caller = this.requireToken();
		if (caller !== null && caller !== owner) throw forbidden();
	}

	/** Who is noted as the labeler in values. */
	get user(): string {
		return this.tokenOwner === null ? UI_USER : TOKEN_USER;
	}
}

export type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

/**
 * Who may call: `token` is the external API; `ui` the user interface's own, which in the released open core asks for nothing.
 */
export type Access = 'token' | 'ui';

interface RouteBase {
	method: Method;
	/** Below the base path, with `:names`. */
	path: string;
	access: Access;
}

/** An endpoint whose JSON body is read and checked before anything else, the token included [015]. */
interface JsonRoute<Body> extends RouteBase {
	kind: 'json';
	read(json: unknown): Body;
	run(call: Call, body: Body): Answer | Promise<Answer>;
}

/** An endpoint without a body, or one that reads the raw stream itself. */
export interface PlainRoute extends RouteBase {
	kind: 'plain';
	run(call: Call): Answer | Promise<Answer>;
}

export type Route = PlainRoute | JsonRoute<unknown>;

export function plain(access: Access, method: Method, path: string, run: PlainRoute['run']): Route {
	return { kind: 'plain', access, method, path, run };
}

export function withJson<Body>(
	access: Access,
	method: Method,
	path: string,
	read: (json: unknown) => Body,
	run: (call: Call, body: Body) => Answer | Promise<Answer>,
): Route {
	// The pairing of `read` and `run` is checked here; the table holds routes of many bodies.
	return { kind: 'json', access, method, path, read, run: (call, body) => run(call, body as Body) };
}
