import { join } from 'node:path';
import { pythonEnvironment } from './python-environment';
import { ROOT } from './sample';

/** The Python interpreter of the format readers' own environment (about a minute to make, 1 GB). */
export async function readersPython(): Promise<string> {
	return await pythonEnvironment('readers', join(ROOT, 'test', 'readers', 'requirements.txt'));
}
