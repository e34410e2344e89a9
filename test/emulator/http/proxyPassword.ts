import type { FastifyInstance } from 'fastify';

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
