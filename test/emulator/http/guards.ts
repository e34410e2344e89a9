import type { FastifyInstance, FastifyReply } from 'fastify';

/** Request line and headers together (contract, section 1). */
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
