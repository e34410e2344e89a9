import { rm } from 'node:fs/promises';

export default async function teardown(): Promise<void> {
	const { demo, folder } = globalThis.editorDemo ?? {};
	await demo?.close();
	if (folder) await rm(folder, { recursive: true, force: true });
}
