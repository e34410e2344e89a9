import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Background } from '../../processes';

/** An SMTP server that takes every message and sends none on. */
export interface MailCatcher {
	port: number;
	/** What an n8n credential of the type `smtp` holds. */
	credential: Record<string, string | number | boolean>;
	/** A maildir: a file for each message, to be opened with any mail program. */
	folder: string;
	/** The messages as they came, oldest first. */
	messages(): Promise<Buffer[]>;
	close(): Promise<void>;
}

/** Bytes; pictures are attached to the reports. */
const LARGEST_MESSAGE = 100 * 2 ** 20;

export async function startMailCatcher(python: string, port: number): Promise<MailCatcher> {
	const parent = await mkdtemp(join(tmpdir(), 'mail-'));
	const folder = join(parent, 'inbox');
	const address = ['-n', '-s', String(LARGEST_MESSAGE), '-l', `127.0.0.1:${port}`];
	const handler = ['-c', 'aiosmtpd.handlers.Mailbox', folder];
	const server = Background.start('The mail server', python, ['-m', 'aiosmtpd', ...address, ...handler]);
	await server.listens(port);
	return {
		port,
		credential: { user: '', password: '', host: '127.0.0.1', port, secure: false, disableStartTls: true, hostName: '' },
		folder,
		async messages() {
			const names = (await readdir(join(folder, 'new'))).sort();
			return await Promise.all(names.map(async (name) => await readFile(join(folder, 'new', name))));
		},
		async close() {
			await server.end('SIGKILL');
			await rm(parent, { recursive: true, force: true });
		},
	};
}
