import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonEnvironment } from '../pythonEnvironment';
import type { Transfer, TransferOrder } from './transferOrder';

const MOST_OUTPUT = 2 ** 20;

type PythonTransfer = Pick<Transfer, 'milliseconds' | 'done'>;

/** Lets the public Python client do the work, one call after the other, in a process of its own. */
export async function measurePythonClient(
	{ work, server, photos }: Omit<TransferOrder, 'by'>,
	urls: readonly string[],
): Promise<PythonTransfer> {
	const python = await pythonEnvironment('datagym-client', join(__dirname, 'requirements.txt'));
	const target = await mkdtemp(join(tmpdir(), 'datagym-bench-'));
	try {
		const order = { ...server, work, urls, names: photos.names, folder: work === 'upload' ? photos.folder : target };
		return await new Promise((resolve, reject) => {
			const script = execFile(
				python,
				['-W', 'ignore', join(__dirname, 'datagym_client.py')],
				{ maxBuffer: MOST_OUTPUT },
				(error, output) => {
					if (error) reject(error);
					else resolve(JSON.parse(output) as PythonTransfer);
				},
			);
			script.stdin?.end(JSON.stringify(order));
		});
	} finally {
		await rm(target, { recursive: true, force: true });
	}
}
