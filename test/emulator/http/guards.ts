import type { FastifyInstance, FastifyReply } from 'fastify';

/** Request line and headers together (docs/contract.md#http-behavior). */
const LARGEST_HEAD = 8 * 1024;

/** What Tomcat refuses before any endpoint is asked: long heads and slashes in disguise [102, 642-644]. */
export function registerGuards(app: FastifyInstance): void {
	app.addHook('onRequest', async (request, reply) => {
		const [path = ''] = (request.raw.url ?? '').split('?');
		const head = request.raw.rawHeaders.reduce(
			(length, text) => length + text.length + 2,
			(request.raw.url ?? '').length + 14,
		);
		if (head > LARGEST_HEAD || /%2f|%5c/i.test(path)) return refuseHead(reply);
	});
}

/** What the servlet container answers before Spring sees anything [102, 642, 643]. */
export function refuseHead(reply: FastifyReply): FastifyReply {
	return reply
		.code(400)
		.headers({ 'Content-Type': 'text/html;charset=utf-8', 'Content-Language': 'en', Connection: 'close' })
		.send('<!doctype html><html lang="en"><head><title>HTTP Status 400 – Bad Request</title></head></html>');
}

export interface BasicAuth {
	user: string;
	password: string;
}

/** A reverse proxy with HTTP Basic before the server: the Authorization header is taken, so the token must come in the query. */
export function registerBasicAuth(app: FastifyInstance, { user, password }: BasicAuth): void {
	const expected = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
	app.addHook('onRequest', async (request, reply) => {
		if (request.headers.authorization === expected) return;
		return reply
			.code(401)
			.headers({ 'WWW-Authenticate': 'Basic realm="labels"', 'Content-Type': 'text/html' })
			.send(
				'<html><head><title>401 Authorization Required</title></head><body><h1>401 Authorization Required</h1></body></html>\n',
			);
	});
}
