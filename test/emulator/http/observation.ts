import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** One request as tests may look at it. */
export interface SeenRequest {
	method: string;
	/** Without the query. */
	path: string;
	query: URLSearchParams;
	headers: Record<string, string | string[] | undefined>;
	/** The path with its parameters' names, such as `GET /api/v1/dataset/:id`; `(unknown)` where there is no such endpoint. */
	route: string;
}

/** What a test may answer instead of the server; with `cut` the connection breaks after the body, before the answer is complete. */
export type Override =
	| { status: number; body?: string | Buffer; headers?: Record<string, string>; cut?: boolean }
	/** Ends the connection without an answer. */
	| { destroy: true }
	/** Begins an answer and sends a byte of it now and then, without end. */
	| { trickle: true };

export type RequestHook = (request: SeenRequest) => Override | undefined | void | Promise<Override | undefined | void>;

/** Keeps count of requests and lets a test step in before the endpoint is asked. */
export class Observation {
	readonly requests: SeenRequest[] = [];
	onRequest: RequestHook | undefined;

	constructor(
		private readonly basePath: string,
		private readonly latencyMs: number,
	) {}

	register(app: FastifyInstance): void {
		app.addHook('onRequest', async (request, reply) => {
			const seen = this.note(request);
			if (this.latencyMs > 0) await new Promise((resolve) => setTimeout(resolve, this.latencyMs));
			const override = await this.onRequest?.(seen);
			if (override) return answerInstead(override, request, reply);
		});
	}

	/** How often an endpoint was asked, by its route. */
	count(route: string): number {
		return this.requests.filter((request) => request.route === route).length;
	}

	private note(request: FastifyRequest): SeenRequest {
		const [path = '', ...query] = (request.raw.url ?? '').split('?');
		const template = request.routeOptions.url?.slice(this.basePath.length);
		const seen = {
			method: request.method,
			path,
			query: new URLSearchParams(query.join('?')),
			headers: { ...request.headers },
			route: template ? `${request.method} ${template}` : '(unknown)',
		};
		this.requests.push(seen);
		return seen;
	}
}

function answerInstead(override: Override, request: FastifyRequest, reply: FastifyReply): FastifyReply {
	if ('destroy' in override) {
		request.raw.socket.destroy();
		return reply.hijack();
	}
	if ('trickle' in override) {
		reply.hijack();
		reply.raw.writeHead(200, { 'Content-Type': 'application/json' });
		const timer = setInterval(() => reply.raw.write(' '), 20);
		reply.raw.on('close', () => clearInterval(timer));
		return reply;
	}
	const body = override.body ?? '';
	const headers = { 'Content-Type': 'application/json', ...override.headers };
	if (!override.cut) return reply.code(override.status).headers(headers).send(body);
	reply.hijack();
	reply.raw.writeHead(override.status, { ...headers, 'Transfer-Encoding': 'chunked' });
	reply.raw.write(body, () => request.raw.socket.destroy());
	return reply;
}
