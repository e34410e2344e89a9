import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** One box in the form of Hugging Face's object detection: pixels, corners. */
interface Detection {
	label: string;
	score: number;
	box: { xmin: number; ymin: number; xmax: number; ymax: number };
}

interface DrawnLabels {
	labels: Record<string, Array<{ rectangle?: Array<{ x: number; y: number; w: number; h: number }> }>>;
}

export interface Model {
	/** Takes the bytes of an image by POST, and answers with detections. */
	url: string;
	/** How many images it was asked about. */
	readonly count: number;
	close(): Promise<void>;
}

/**
 * A model that knows the photographs in `examples/photos` and nothing else: it answers with the boxes that were drawn there
 * by hand, moved by a few pixels. How certain it is follows from the image, so that a run gives the same again.
 */
export async function startModel(photoFolder: string, port = 0): Promise<Model> {
	const known = await readPhotographs(photoFolder);
	let count = 0;
	const server = createServer(async (request, response) => {
		const image = await readBody(request);
		count++;
		response.setHeader('Content-Type', 'application/json');
		response.end(JSON.stringify(known.get(hashOf(image)) ?? []));
	});
	server.listen(port, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/detect`,
		get count() {
			return count;
		},
		async close() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

async function readPhotographs(folder: string): Promise<Map<string, Detection[]>> {
	const drawn = JSON.parse(await readFile(join(folder, 'predictions.json'), 'utf8')) as Record<string, DrawnLabels>;
	const files = (await readdir(folder)).filter((name) => Object.hasOwn(drawn, name));
	return new Map(
		await Promise.all(files.map(async (name) => detectionsFor(await readFile(join(folder, name)), drawn[name]))),
	);
}

function detectionsFor(image: Buffer, drawn: DrawnLabels | undefined): [string, Detection[]] {
	const hash = hashOf(image);
	const boxes = Object.entries(drawn?.labels ?? {}).flatMap(([label, labels]) =>
		labels.flatMap(({ rectangle = [] }) => rectangle.map((box) => ({ label, ...box }))),
	);
	return [
		hash,
		boxes.map(({ label, x, y, w, h }, index) => ({
			label,
			score: scoreOf(hash, index),
			box: { xmin: x + 1, ymin: y + 1, xmax: x + w, ymax: y + h },
		})),
	];
}

/** From 0.50 to 0.99. */
function scoreOf(hash: string, index: number): number {
	return (50 + (parseInt(hash.slice(2 * index, 2 * index + 2), 16) % 50)) / 100;
}

function hashOf(bytes: Buffer): string {
	return createHash('sha256').update(bytes).digest('hex');
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
	const chunks: Buffer[] = [];
	for await (const chunk of request) chunks.push(chunk as Buffer);
	return Buffer.concat(chunks);
}
