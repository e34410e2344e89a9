import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import { Readable } from 'node:stream';
import { ApiError, ValidationError, EmptyAnswer } from '../errors';
import type { ServedGeneration } from '../generations';
import { type Store, usableToken } from '../store/store';
import { type Answer, Call, type Route, type Settings } from './endpoint';
import { arrayText, jsonText, readJsonBody, requireJsonType } from './json';
import { refuseHead, registerGuards } from './guards';
import { Methods } from './methods';

export interface ServerSettings extends Settings {
	basePath: string;
	log: boolean;
}

/** The HTTP side of one server: the table of routes, who calls, and how an answer or an error looks on the wire. */
export class HttpServer {
	readonly app: FastifyInstance;
	/** After the first export every JSON answer of the process is indented [337]. */
	private pretty = false;

	constructor(
		private readonly store: Store,
		private readonly generation: ServedGeneration,
		private readonly settings: ServerSettings,
	) {
		this.app = fastify({
			logger: settings.log,
			routerOptions: { ignoreTrailingSlash: true, ignoreDuplicateSlashes: true, maxParamLength: 10_000 },
			// Longer heads than the real server takes must get in to be refused its way [102]; folded headers are joined [107].
			http: { maxHeaderSize: 128 * 1024, insecureHTTPParser: true },
			forceCloseConnections: true,
			frameworkErrors: (_error, _request, reply) => refuseHead(reply),
		});
		this.app.removeAllContentTypeParsers();
		// The endpoints read the stream themselves: most refusals come before the body is looked at [666-668].
		this.app.addContentTypeParser('*', (_request, _payload, ready) => ready(null, undefined));
		registerGuards(this.app);
		this.app.setErrorHandler((error, request, reply) => this.fail(error, request, reply));
		const methods = new Methods(generation.routes, settings.basePath);
		this.app.setNotFoundHandler((request, reply) => this.refuseAddress(methods, request, reply));
		for (const route of generation.routes) {
			const url = settings.basePath + route.path;
			this.app.route({ method: route.method, url, handler: (request, reply) => this.handle(route, request, reply) });
		}
	}

	/** An address that is unknown, or knows other methods only. */
	private refuseAddress(methods: Methods, request: FastifyRequest, reply: FastifyReply): FastifyReply {
		const [path = ''] = request.url.split('?');
		const known = methods.of(path);
		if (known.length === 0) return this.springNotFound(request, reply);
		if (request.method !== 'OPTIONS') return this.empty(reply, 405, { Allow: known.join(',') });
		const allow = [...known, ...(known.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(',');
		return this.options(request, reply, allow);
	}

	/** No origin is ever allowed [024]. */
	private options(request: FastifyRequest, reply: FastifyReply, allow: string): FastifyReply {
		if (request.headers.origin && request.headers['access-control-request-method']) {
			return reply
				.code(403)
				.header('Vary', 'Access-Control-Request-Headers')
				.send(Readable.from(['Invalid CORS request']));
		}
		return this.empty(reply, 200, { Allow: allow, 'Accept-Patch': '' });
	}

	private async handle(route: Route, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
		const call = this.callOf(route, request);
		const answer = await this.answer(route, call, request);
		if ((answer.kind === 'json' || answer.kind === 'jsonArray') && !acceptsJson(request.headers.accept))
			return this.empty(reply, 406);
		return this.send(answer, reply);
	}

	private async answer(route: Route, call: Call, request: FastifyRequest): Promise<Answer> {
		if (route.kind === 'plain') return await route.run(call);
		requireJsonType(request.raw);
		return await route.run(call, route.read(await readJsonBody(request.raw)));
	}

	private callOf(route: Route, request: FastifyRequest): Call {
		const query = new URLSearchParams(request.raw.url?.split('?').slice(1).join('?') ?? '');
		const owner = route.access === 'ui' ? null : this.tokenOwner(request, query);
		return new Call(
			this.store,
			this.settings,
			this.generation,
			request.params as Record<string, string>,
			query,
			request.raw,
			owner,
		);
	}

	/** `Authorization: Token X` or `?token=X`; nothing else is understood [010-012]. */
	private tokenOwner(request: FastifyRequest, query: URLSearchParams): string | undefined {
		if (!this.generation.readsTokens) return undefined;
		const id = /^Token (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? query.get('token');
		return id ? usableToken(this.store, id)?.owner : undefined;
	}

	private send(answer: Answer, reply: FastifyReply): FastifyReply {
		switch (answer.kind) {
			case 'json':
				return reply
					.header('Content-Type', 'application/json')
					.send(Readable.from([jsonText(answer.value, this.pretty)]));
			case 'jsonArray':
				return reply
					.header('Content-Type', 'application/json')
					.send(Readable.from(arrayText(answer.items, this.pretty)));
			case 'empty':
				return this.empty(reply, answer.status ?? 200, answer.headers);
			case 'bytes':
				return reply.headers(answer.headers).send(answer.chunked ? Readable.from([answer.body]) : answer.body);
			case 'export':
				return this.sendExport(answer, reply);
		}
	}

	private sendExport(answer: Answer & { kind: 'export' }, reply: FastifyReply): FastifyReply {
		this.pretty = true;
		return reply
			.header('Content-Disposition', `attachment; filename="datagym_export_${Date.now()}_${answer.fileName}"`)
			.header('Content-Type', answer.contentType ?? 'application/json')
			.send(Readable.from(answer.items ? arrayText(answer.items, true) : [jsonText(answer.value, true)]));
	}

	private empty(reply: FastifyReply, status: number, headers: Record<string, string> = {}): FastifyReply {
		return reply
			.code(status)
			.headers({ ...headers, ...(status === 204 ? {} : { 'Content-Length': '0' }) })
			.send();
	}

	private fail(error: unknown, request: FastifyRequest, reply: FastifyReply): FastifyReply {
		// What the real server has not read of a refused upload it does not read to the end.
		if (!request.raw.complete && Number(request.headers['content-length'] ?? 0) > UNREAD_LIMIT)
			reply.header('Connection', 'close');
		if (error instanceof EmptyAnswer) return this.empty(reply, error.status, error.headers);
		if (error instanceof ValidationError) {
			const body = { key: 'ex_validation', params: [], msg: error.message, code: 0, details: error.details };
			return this.send({ kind: 'json', value: body }, reply.code(400));
		}
		const known = error instanceof ApiError ? error : new ApiError(500, 'ex_system');
		if (known !== error) request.log.error(error);
		return reply
			.code(known.status)
			.header('Content-Type', 'application/json;charset=utf-8')
			.send(jsonText(this.errorBody(known), true));
	}

	private errorBody({ status, key, params, details }: ApiError): unknown {
		if (status === 401 && this.generation.unauthorizedBody) return this.generation.unauthorizedBody;
		return { key, params, msg: this.generation.errorText(key, params), code: status, details };
	}

	/** An unknown path has Spring's own shape [019]. */
	private springNotFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
		const body = { timestamp: Date.now(), status: 404, error: 'Not Found', path: request.url.split('?')[0] };
		reply.code(404).header('Vary', 'Access-Control-Request-Headers');
		return this.send({ kind: 'json', value: body }, reply);
	}
}

/** Tomcat swallows two more megabytes before it closes (docs/contract.md#http-behavior). */
const UNREAD_LIMIT = 2 * 1024 * 1024;

function acceptsJson(accept: string | undefined): boolean {
	if (!accept) return true;
	return accept
		.split(',')
		.some((range) => /^\s*(application\/(json|\*|[a-z.-]+\+json)|\*\/\*|\*)\s*(;|$)/i.test(range));
}
