import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sharp from 'sharp';
import { asksForClass, geminiAnswer, geminiText, imageForGemini } from './gemini';
import { type KnownObject, knownObjects, opinionOn } from './opinion';
import { boxesOf, type DrawnLabels, type DrawnPhotograph } from './photographs';
import { masksOf } from './segmenter';

/** One box in the form of Hugging Face's object detection: pixels, corners. */
interface Detection {
	label: string;
	score: number;
	box: { xmin: number; ymin: number; xmax: number; ymax: number };
}

export interface Model {
	/** Takes the bytes of an image by POST, and answers with detections. */
	url: string;
	/**
	 * Takes an image and a question as Gemini's API does, and answers as Gemini does: with boxes or, if it is asked for a class and its
	 * "confidence", with the class of what the pixels of the image look like.
	 */
	geminiUrl: string;
	/** Takes the bytes of an image by POST, and answers with the masks of Segment Anything. */
	segmentUrl: string;
	/** An earlier version of the model: finds every other thing only, and not exactly. Responds as that at `url`. */
	earlierUrl: string;
	/** The version that is in use: the earlier one, until another one is deployed. */
	usedUrl: string;
	/** Takes `{"model": address}` by POST, and puts this version into use. */
	deployUrl: string;
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
	let used = EARLIER;
	const server = createServer(async (request, response) => {
		const body = await readBody(request);
		const path = request.url ?? '';
		response.setHeader('Content-Type', 'application/json');
		if (path === '/deploy') {
			used = new URL((JSON.parse(body.toString()) as { model: string }).model).pathname;
			return response.end(JSON.stringify({ used }));
		}
		count++;
		return response.end(JSON.stringify(await answerTo(path === USED ? used : path, body, known)));
	});
	server.listen(port, '127.0.0.1');
	await once(server, 'listening');
	const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	return {
		url: `${base}/detect`,
		geminiUrl: `${base}/v1beta/models/gemini:generateContent`,
		segmentUrl: `${base}/segment`,
		earlierUrl: base + EARLIER,
		usedUrl: base + USED,
		deployUrl: `${base}/deploy`,
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

const EARLIER = '/detect/earlier';
const USED = '/detect/used';

interface Photograph extends DrawnPhotograph {
	detections: Detection[];
	objects: KnownObject[];
}

type Photographs = ReadonlyMap<string, Photograph>;

/** In the form that belongs to the path; about an image that it does not know, that it found nothing. */
async function answerTo(path: string, body: Buffer, known: Photographs): Promise<unknown> {
	if (path.endsWith(':generateContent') && asksForClass(body)) {
		const objects = [...known.values()].flatMap((photograph) => photograph.objects);
		return geminiText(JSON.stringify(await opinionOn(imageForGemini(body), objects)));
	}
	if (path.endsWith(':generateContent')) return geminiAnswer(known.get(hashOf(imageForGemini(body))));
	const photograph = known.get(hashOf(body));
	if (path.endsWith('/segment')) return masksOf(photograph);
	const detections = photograph?.detections ?? [];
	return path === EARLIER ? detections.filter((_, index) => index % 2 === 0).map(moved) : detections;
}

/** To the right by a tenth of its width. */
function moved({ box, ...detection }: Detection): Detection {
	const shift = Math.round((box.xmax - box.xmin) / 10);
	return { ...detection, box: { ...box, xmin: box.xmin + shift, xmax: box.xmax + shift } };
}

async function readPhotographs(folder: string): Promise<Photographs> {
	const drawn = JSON.parse(await readFile(join(folder, 'predictions.json'), 'utf8')) as Record<string, DrawnLabels>;
	const files = (await readdir(folder)).filter((name) => Object.hasOwn(drawn, name));
	return new Map(
		await Promise.all(
			files.map(async (name): Promise<[string, Photograph]> => {
				const image = await readFile(join(folder, name));
				// Upright, as a model sees it.
				const { autoOrient } = await sharp(image).metadata();
				const labels = drawn[name] ?? { labels: {} };
				const photograph = { ...autoOrient, drawn: labels };
				return [
					hashOf(image),
					{
						...photograph,
						detections: detectionsFor(image, labels),
						objects: await knownObjects(image, photograph),
					},
				];
			}),
		),
	);
}

function detectionsFor(image: Buffer, drawn: DrawnLabels): Detection[] {
	const hash = hashOf(image);
	return boxesOf(drawn).map(({ label, x, y, w, h }, index) => ({
		label,
		score: scoreOf(hash, index),
		box: { xmin: x + 1, ymin: y + 1, xmax: x + w, ymax: y + h },
	}));
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
