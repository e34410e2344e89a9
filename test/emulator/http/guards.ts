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
		if (head > LARGEST_HEAD || /%2f|%5c/i.test(path)) return refuseLikeTomcat(reply);
	});
}

/** What the servlet container answers before Spring sees anything [102, 642, 643]. */
export function refuseLikeTomcat(reply: FastifyReply): FastifyReply {
	const title = 'HTTP Status 400 – Bad Request';
	const style =
		'body {font-family:Tahoma,Arial,sans-serif;} h1, h2, h3, b {color:white;background-color:#525D76;} h1 {font-size:22px;} h2 {font-size:16px;} ' +
		'h3 {font-size:14px;} p {font-size:12px;} a {color:black;} .line {height:1px;background-color:#525D76;border:none;}';
	return reply
		.code(400)
		.headers({ 'Content-Type': 'text/html;charset=utf-8', 'Content-Language': 'en', Connection: 'close' })
		.send(
			`<!doctype html><html lang="en"><head><title>${title}</title><style type="text/css">${style}</style></head><body><h1>${title}</h1></body></html>`,
		);
}
