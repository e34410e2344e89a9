import { readFile } from 'node:fs/promises';

/** Puts a file into a dataset of a running server, over HTTP as clients do. */
export async function uploadImage(
	server: { url: string; token: string },
	datasetId: string,
	file: string,
	name: string,
): Promise<void> {
	const headers = { Authorization: `Token ${server.token}`, 'X-filename': name };
	const body = new Uint8Array(await readFile(file));
	const { ok, status } = await fetch(`${server.url}/api/v1/media/${datasetId}/file`, { method: 'POST', headers, body });
	if (!ok) throw new Error(`The emulator refused ${name} with status ${status}.`);
}
