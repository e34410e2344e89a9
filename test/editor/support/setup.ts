import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmulatedServer } from '@datagym/tools/demo/dataGym';
import { startDemo, type Demo } from '@datagym/tools/demo/start';
import { ensureSystemPackages, findSystemFile } from '@datagym/tools/systemPackages';
import { PICTURES } from './pictures';
import { announceStage } from './stage';
import { exitOnSignals } from '@datagym/tools/processes';

declare global {
	// Read by the teardown, which runs in the same process.
	var editorDemo: { demo: Demo; folder: string } | undefined;
}

const PORT = 5690;

export default async function setup(): Promise<void> {
	exitOnSignals();
	await rm(PICTURES, { recursive: true, force: true });
	const progress = (line: string) => process.stdout.write(`${line}\n`);
	await ensureSystemPackages(['chromium'], progress);
	const folder = await mkdtemp(join(tmpdir(), 'editor-'));
	const server = await startEmulatedServer(join(folder, 'emulator'));
	const demo = await startDemo({ server, folder, port: PORT, progress });
	globalThis.editorDemo = { demo, folder };
	announceStage(demo, server, (await findSystemFile('chromium')) ?? '');
}
