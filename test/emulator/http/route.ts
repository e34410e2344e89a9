import type { Answer } from './answer';
import type { Call } from './call';

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
export interface JsonRoute<Body> extends RouteBase {
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
