import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';

export async function freePort(): Promise<number> {
	const port = await tryPort(0);
	if (port === undefined) throw new Error('This machine has no free port.');
	return port;
}

/** The wanted port, or another one where something listens on it already. */
export async function portOr(wanted: number): Promise<number> {
	return (await tryPort(wanted)) ?? (await freePort());
}

async function tryPort(wanted: number): Promise<number | undefined> {
	const server = createServer().listen(wanted, '127.0.0.1');
	try {
		await once(server, 'listening');
	} catch {
		return undefined;
	}
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}
