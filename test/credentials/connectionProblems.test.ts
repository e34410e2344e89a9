/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:https';
import { createServer as createServerOfBytes, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openHarness, type Harness } from '../support/datagym';

let harness: Harness;
let folder: string;
const servers: Server[] = [];

beforeAll(async () => {
	harness = await openHarness();
	folder = mkdtempSync(join(tmpdir(), 'certificates-'));
});
afterAll(async () => {
	for (const server of servers) server.close();
	rmSync(folder, { recursive: true });
	await harness.close();
});

const openssl = (...parameters: string[]) =>
	execFileSync('openssl', parameters, { cwd: folder, stdio: ['ignore', 'pipe', 'ignore'] });

/** A key and a certificate that it signed itself. */
function selfSigned(name: string, ...more: string[]): { readonly key: Buffer; readonly cert: Buffer } {
	openssl(
		...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', `${name}.key`, '-out', `${name}.crt`],
		...['-subj', `/CN=${name}`, ...more],
	);
	return { key: readFileSync(join(folder, `${name}.key`)), cert: readFileSync(join(folder, `${name}.crt`)) };
}

/** One of an authority that n8n does not know, as companies have it. */
function ofOwnAuthority(): { readonly key: Buffer; readonly cert: Buffer } {
	selfSigned('authority', '-days', '2');
	writeFileSync(join(folder, 'names'), 'subjectAltName=IP:127.0.0.1');
	openssl('req', '-newkey', 'rsa:2048', '-nodes', '-keyout', 'own.key', '-out', 'own.csr', '-subj', '/CN=127.0.0.1');
	openssl(
		...['x509', '-req', '-in', 'own.csr', '-CA', 'authority.crt', '-CAkey', 'authority.key', '-CAcreateserial'],
		...['-out', 'own.crt', '-days', '2', '-extfile', 'names'],
	);
	return { key: readFileSync(join(folder, 'own.key')), cert: readFileSync(join(folder, 'own.crt')) };
}

async function portOf(server: Server): Promise<number> {
	servers.push(server.listen(0, '127.0.0.1'));
	await once(server, 'listening');
	return (server.address() as AddressInfo).port;
}

const tls = async (certificate: { key: Buffer; cert: Buffer }) =>
	await portOf(createServer(certificate, (_, response) => response.end('[]')));

const certificate = (...more: string[]) => selfSigned('127.0.0.1', ...more);

/** What listens, and what both say: docs/getting-started.md#2-the-credential, "It also explains any other failure in a sentence". */
const PROBLEMS: ReadonlyArray<
	readonly [what: string, address: () => Promise<string>, message: string, remedy: string]
> = [
	[
		'a port where nobody listens',
		async () => await Promise.resolve('http://127.0.0.1:1'),
		'The server refused the connection (ECONNREFUSED)',
		'use host.docker.internal',
	],
	[
		'a port of localhost where nobody listens, by IPv4 and IPv6',
		async () => await Promise.resolve('http://localhost:1'),
		'The server refused the connection (ECONNREFUSED)',
		'If n8n runs in Docker, this address is its own container',
	],
	[
		'a host that does not exist',
		async () => await Promise.resolve('https://no-such-host.invalid'),
		'The host name of the server ',
		'Check the base URL in the credential',
	],
	[
		'a self-signed certificate',
		async () => `https://127.0.0.1:${await tls(certificate('-days', '1'))}`,
		"The server's TLS certificate is self-signed (DEPTH_ZERO_SELF_SIGNED_CERT)",
		'"Ignore TLS Issues (Insecure)"',
	],
	[
		"the certificate of a company's own authority",
		async () => `https://127.0.0.1:${await tls(ofOwnAuthority())}`,
		"The server's TLS certificate could not be verified (UNABLE_TO_VERIFY_LEAF_SIGNATURE)",
		'NODE_EXTRA_CA_CERTS',
	],
	[
		'a server without TLS at https://',
		async () => `https://127.0.0.1:${await portOf(createHttpServer((_, response) => response.end('[]')))}`,
		'The server does not support TLS on this port (EPROTO)',
		'start the base URL in the credential with http://',
	],
	[
		'a server with TLS at http://',
		async () => `http://127.0.0.1:${await tls(certificate('-days', '1'))}`,
		'The server closed the connection before it responded (ECONNRESET)',
		'start the base URL with https://',
	],
	[
		'a server that speaks something else',
		async () =>
			`http://127.0.0.1:${await portOf(createServerOfBytes((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n')))}`,
		'The request failed on the way to the server (HPE_INVALID_CONSTANT)',
		'Check the base URL in the credential',
	],
];

test.each(PROBLEMS)('the test of the credential says of %s what the node says', async (_, address, message, remedy) => {
	const credential = await harness.saveCredential({ baseUrl: await address() });
	const result = await harness.engine.testCredential(credential);
	const run = await harness.run(
		'project',
		'getAll',
		{ options: { network: { settings: { retryFor: 0 } } } },
		{ credential },
	);
	expect(result).toMatchObject({ status: 'Error' });
	expect(result.message).toContain(message);
	expect(result.message).toContain(remedy);
	// Below a node, the remedy is followed by the request in parentheses.
	const { message: said = '', description = '' } = run.error ?? {};
	expect(result.message).toBe(`${said}. ${description?.split(' (GET ')[0] ?? ''}`);
});
