import { once } from 'node:events';
import {
	Agent,
	createServer,
	request as send,
	type IncomingHttpHeaders,
	type IncomingMessage,
	type Server,
	type ServerResponse,
} from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** One request as the proxy sees it. */
export interface SeenRequest {
	readonly method: string;
	/** Without the query. */
	readonly path: string;
	/** Method and path with each ID as `:id`, such as `GET task/:id/list`. */
	readonly kind: string;
}

/** The server's whole answer. */
export interface Answer {
	readonly status: number;
	readonly headers: IncomingHttpHeaders;
	readonly body: Buffer;
}

/** A request that is to be broken, and what one can do to it. */
export interface Exchange {
	readonly request: IncomingMessage;
	readonly socket: Socket;
	/** Has the server do its work. */
	ask(): Promise<Answer>;
	/** Hands on the first bytes of the request's body only, so that the server reads a cut request. */
	askHalf(): Promise<void>;
	/** Refuses connections for a while, or for good. */
	leave(milliseconds?: number): Promise<void>;
	/** Address of a server that is none of DataGym's. */
	readonly elsewhere: string;
}

/** Breaks a request. Whatever it does not answer stays open until the proxy is closed. */
export type Strike = (exchange: Exchange) => void | Promise<void>;

/** Which requests are broken, and how. */
export type Choose = (request: SeenRequest) => Strike | undefined;

/** Of the API for tokens, and of the open core's own. */
const API = /^.*\/api\/(?:v1\/)?/;
const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** An HTTP proxy in front of one server that breaks the requests that are chosen, down to single bytes of an answer. */
export class FaultProxy {
	readonly seen: SeenRequest[] = [];
	/** How many requests were broken. */
	struck = 0;
	choose: Choose = () => undefined;
	private readonly server: Server;
	private readonly agent = new Agent({ keepAlive: true });
	private port = 0;
	private isClosed = false;

	private constructor(
		private readonly target: URL,
		private readonly elsewhere: string,
	) {
		this.server = createServer((request, response) => {
			this.handle(request, response).catch(() => request.socket.destroy());
		});
		this.server.on('clientError', (_error, socket) => socket.destroy());
	}

	/** @param ports where to be; a port that a server may get by chance while this one restarts, by default. */
	static async start(target: string, elsewhere: string, ports: Iterable<number> = [0]): Promise<FaultProxy> {
		const proxy = new FaultProxy(new URL(target), elsewhere);
		for (const port of ports) {
			if (await proxy.listen(port).then(() => true, isTaken)) return proxy;
		}
		throw new Error('No port is free for the proxy');
	}

	get url(): string {
		return `http://127.0.0.1:${this.port}`;
	}

	/** Breaks nothing any more, and is there. */
	async recover(): Promise<void> {
		this.choose = () => undefined;
		if (!this.server.listening) await this.listen(this.port);
	}

	async close(): Promise<void> {
		this.isClosed = true;
		this.agent.destroy();
		await this.stopListening();
	}

	private async listen(port: number): Promise<void> {
		this.server.listen(port, '127.0.0.1');
		await once(this.server, 'listening');
		this.port = (this.server.address() as AddressInfo).port;
	}

	private async stopListening(): Promise<void> {
		if (!this.server.listening) return;
		const closed = once(this.server, 'close');
		this.server.close();
		this.server.closeAllConnections();
		await closed;
	}

	private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const path = (request.url ?? '').split('?')[0] ?? '';
		const method = request.method ?? '';
		const seen = { method, path, kind: `${method} ${path.replace(API, '').replace(ID, ':id')}` };
		this.seen.push(seen);
		request.on('error', () => undefined);
		request.socket.on('error', () => undefined);
		const strike = this.choose(seen);
		if (strike === undefined) return await this.pass(request, response);
		this.struck++;
		await strike(this.exchange(request));
	}

	private async pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const onward = this.onward(request);
		request.pipe(onward);
		const [answer] = (await once(onward, 'response')) as [IncomingMessage];
		response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
		answer.pipe(response);
	}

	private onward(request: IncomingMessage) {
		const { hostname, port } = this.target;
		const headers = { ...request.headers, host: this.target.host };
		delete headers.connection;
		return send({ hostname, port, method: request.method, path: request.url, headers, agent: this.agent });
	}

	private exchange(request: IncomingMessage): Exchange {
		return {
			request,
			socket: request.socket,
			elsewhere: this.elsewhere,
			ask: async () => {
				const onward = this.onward(request);
				request.pipe(onward);
				const [answer] = (await once(onward, 'response')) as [IncomingMessage];
				return { status: answer.statusCode ?? 0, headers: answer.headers, body: await readAll(answer) };
			},
			askHalf: async () => {
				const onward = this.onward(request).on('error', () => undefined);
				onward.flushHeaders();
				if (hasBody(request)) {
					const [first] = (await once(request, 'data')) as [Buffer];
					onward.write(first.subarray(0, Math.ceil(first.length / 2)));
				}
				// Long enough for the server to read what there is.
				await wait(20);
				onward.destroy();
			},
			leave: async (milliseconds) => {
				await this.stopListening();
				if (milliseconds === undefined) return;
				await wait(milliseconds);
				if (!this.isClosed && !this.server.listening) await this.listen(this.port);
			},
		};
	}
}

/** @throws any other failure. */
function isTaken(error: unknown): false {
	if (error instanceof Error && 'code' in error && error.code === 'EADDRINUSE') return false;
	throw error;
}

function hasBody({ headers }: IncomingMessage): boolean {
	return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

async function readAll(message: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of message) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}
