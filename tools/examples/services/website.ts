import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { strToU8, zipSync } from 'fflate';

const TYPES: Readonly<Record<string, string>> = { '.jpg': 'image/jpeg', '.png': 'image/png' };

/**
 * A website with photographs in `/photos`, a page, and `/links.csv`: links to all photographs, one of them twice, and each sort
 * of link that does not lead to an image or that DataGym does not take. `/dataset.zip` is a labeled dataset in Create ML's format.
 */
export interface Website {
	url: string;
	close(): Promise<void>;
}

export async function startWebsite(photoFolder: string, port: number): Promise<Website> {
	const photographs = (await readdir(photoFolder)).filter((name) => extname(name) in TYPES).sort();
	const server = createServer((request, response) => {
		const { pathname } = new URL(request.url ?? '/', url);
		const name = pathname.replace(/^\/photos\//, '');
		if (pathname === '/links.csv') return answer(response, 'text/csv', links(url, photographs));
		if (pathname === '/dataset.zip') return void sendDataset(response, photoFolder, photographs);
		if (pathname === '/about.html') return answer(response, 'text/html', '<p>Photographs to try with</p>');
		if (pathname === '/latest') return void sendFile(response, photoFolder, photographs[0] ?? '');
		if (photographs.includes(name)) return void sendFile(response, photoFolder, name);
		response.writeHead(404).end();
	});
	server.listen(port, '127.0.0.1');
	await once(server, 'listening');
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		url,
		async close() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

function links(url: string, photographs: readonly string[]): string {
	const good = photographs.map((name) => `${url}/photos/${name}`);
	return [
		'url',
		...good,
		good[0],
		`${url}/photos/gone.jpg`,
		`${url}/about.html`,
		`${url}/latest`,
		'http://127.0.0.1:9/nobody-listens.jpg',
		'photos/cat.jpg',
		'',
	].join('\n');
}

interface Drawn {
	readonly labels: Readonly<
		Record<string, ReadonlyArray<{ rectangle?: ReadonlyArray<Record<'x' | 'y' | 'w' | 'h', number>> }>>
	>;
}

/** The photographs with the boxes that were drawn on them; Create ML measures a box from its center. */
async function sendDataset(response: ServerResponse, folder: string, photographs: readonly string[]): Promise<void> {
	const drawn = JSON.parse(await readFile(join(folder, 'predictions.json'), 'utf8')) as Record<string, Drawn>;
	const annotations = photographs.map((image) => ({
		image,
		annotations: Object.entries(drawn[image]?.labels ?? {}).flatMap(([label, shapes]) =>
			shapes.flatMap(({ rectangle = [] }) =>
				rectangle.map(({ x, y, w, h }) => ({
					label,
					coordinates: { x: x + w / 2, y: y + h / 2, width: w, height: h },
				})),
			),
		),
	}));
	const files = await Promise.all(
		photographs.map(async (name) => [name, new Uint8Array(await readFile(join(folder, name)))] as const),
	);
	const labels = { '_annotations.createml.json': strToU8(JSON.stringify(annotations)) };
	answer(response, 'application/zip', Buffer.from(zipSync({ ...Object.fromEntries(files), ...labels }, { level: 0 })));
}

async function sendFile(response: ServerResponse, folder: string, name: string): Promise<void> {
	answer(response, TYPES[extname(name)] ?? '', await readFile(join(folder, name)));
}

function answer(response: ServerResponse, type: string, body: string | Buffer): void {
	response.writeHead(200, { 'Content-Type': type, 'Content-Length': Buffer.byteLength(body) }).end(body);
}
