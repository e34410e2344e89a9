import { join } from 'node:path';
import { pythonEnvironment } from '../pythonEnvironment';
import { ROOT } from '../sample/server';

/** The Python interpreter of the format readers' own environment (about a minute to make, 1 GB). */
export async function readersPython(): Promise<string> {
	return await pythonEnvironment('readers', join(ROOT, 'test', 'readers', 'requirements.txt'));
}
