import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startProcess } from './process';

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

export async function startMailCatcher(python: string, port: number): Promise<MailCatcher> {
	const parent = await mkdtemp(join(tmpdir(), 'mail-'));
	const folder = join(parent, 'inbox');
	const server = await startProcess(
		python,
		[
			'-m',
			'aiosmtpd',
			'-n',
			'-s',
			String(100 * 2 ** 20),
			'-l',
			`127.0.0.1:${port}`,
			'-c',
			'aiosmtpd.handlers.Mailbox',
			folder,
		],
		port,
	);
	return {
		port,
		credential: { user: '', password: '', host: '127.0.0.1', port, secure: false, disableStartTls: true, hostName: '' },
		folder,
		async messages() {
			const names = (await readdir(join(folder, 'new'))).sort();
			return await Promise.all(names.map(async (name) => await readFile(join(folder, 'new', name))));
		},
		async close() {
			await server.close();
			await rm(parent, { recursive: true, force: true });
		},
	};
}
