import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pythonEnvironment } from '../pythonEnvironment';
import { noteFigures } from './figures';
import { LABELS_PER_IMAGE, SIZE } from './data';
import type { Measured } from './formatsCase';
import { machine, Runs, verdict, writeSection } from './measuring';

/** A COCO file of a million boxes in, COCO and YOLO out, beside panlabel (Rust): time on a processor, and memory at its peak. */

const IMAGES = Number(process.env.IMAGES ?? 100_000);
const ROUNDS = Number(process.env.ROUNDS ?? 3);
const CLASSES = 10;

const CASES = {
	'COCO to COCO': 'coco',
	'COCO to YOLO files': 'yolo',
} as const;
type Case = keyof typeof CASES;

async function main(): Promise<void> {
	const python = await pythonEnvironment('coco', join(__dirname, 'coco_requirements.txt'));
	const folder = mkdtempSync(join(tmpdir(), 'datagym-bench-'));
	try {
		const source = join(folder, 'coco.json');
		const bytes = writeSource(source);
		const [own, peer] = [new Runs<Measured>(), new Runs<Measured>()];
		for (let round = 0; round < ROUNDS; round++)
			for (const name of Object.keys(CASES) as Case[]) {
				const target = CASES[name];
				note(own, 'ours', name, (empty) =>
					execFileSync(process.execPath, ['--import', 'tsx', join(__dirname, 'formatsCase.ts'), name, source, empty]),
				);
				note(peer, 'panlabel', name, (empty) =>
					execFileSync(python, [join(__dirname, 'coco_peer.py'), target, source, empty]),
				);
			}
		await noteFigures(figuresOf(own, peer));
		await writeSection('coco', report(own, peer, bytes));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Files go to memory where there is such a place: 100,000 small ones measure the disk otherwise. */
function note(runs: Runs<Measured>, who: string, name: string, run: (folder: string) => Buffer): void {
	const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'datagym-bench-'));
	try {
		const measured = JSON.parse(run(folder).toString('utf8').trim().split('\n').at(-1) ?? '') as Measured;
		runs.note(name, measured);
		console.log(`${who}, ${name}: ${seconds(measured.processorMilliseconds)} s, ${mebibytes(measured.peakBytes)} MiB`);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

/** Returns its bytes. Coordinates are whole numbers, as most tools write them. */
function writeSource(path: string): number {
	const file = openSync(path, 'w');
	let bytes = 0;
	let chunk = '{"info":{},"images":[';
	const put = (text: string, isLast = false) => {
		chunk += text;
		if (chunk.length < 2 ** 20 && !isLast) return;
		bytes += writeSync(file, chunk);
		chunk = '';
	};
	for (let image = 0; image < IMAGES; image++)
		put(
			`${image === 0 ? '' : ','}{"id":${image + 1},"file_name":"camera_${image % 20}_frame_${image}.jpg","width":${SIZE.width},"height":${SIZE.height}}`,
		);
	put('],"annotations":[');
	for (let image = 0; image < IMAGES; image++)
		for (let index = 0; index < LABELS_PER_IMAGE; index++) put(annotation(image, index));
	const categories = Array.from({ length: CLASSES }, (_, id) => ({ id: id + 1, name: `class_${id}` }));
	put(`],"categories":${JSON.stringify(categories)}}`, true);
	closeSync(file);
	return bytes;
}

function annotation(image: number, index: number): string {
	const id = image * LABELS_PER_IMAGE + index + 1;
	const [x, y] = [(image * 31 + index * 97) % 1500, (image * 17 + index * 53) % 800];
	const [width, height] = [20 + ((image + index * 13) % 400), 20 + ((image * 3 + index) % 260)];
	return `${id === 1 ? '' : ','}{"id":${id},"image_id":${image + 1},"category_id":${1 + ((image * 7 + index * 3) % CLASSES)},"bbox":[${x},${y},${width},${height}],"area":${width * height},"iscrowd":0}`;
}

function figuresOf(own: Runs<Measured>, peer: Runs<Measured>): Record<string, number> {
	const relation = (name: Case, value: (each: Measured) => number) =>
		own.median(name, value) / peer.median(name, value);
	const time = ({ processorMilliseconds }: Measured) => processorMilliseconds;
	const memory = ({ peakBytes }: Measured) => peakBytes;
	return {
		'coco to coco: time': relation('COCO to COCO', time),
		'coco to coco: memory': relation('COCO to COCO', memory),
		'coco to yolo: time': relation('COCO to YOLO files', time),
		'coco to yolo: memory': relation('COCO to YOLO files', memory),
	};
}

function report(own: Runs<Measured>, peer: Runs<Measured>, bytes: number): string[] {
	const names = Object.keys(CASES) as Case[];
	const time = ({ processorMilliseconds }: Measured) => processorMilliseconds;
	const memory = ({ peakBytes }: Measured) => peakBytes;
	const relation = (name: Case, value: (each: Measured) => number) =>
		own.median(name, value) / peer.median(name, value);
	const largest = Math.max(...names.map((name) => relation(name, memory)));
	return [
		'## COCO in',
		'',
		machine(),
		`A COCO file of ${(IMAGES * LABELS_PER_IMAGE).toLocaleString('en')} boxes in ${IMAGES.toLocaleString('en')} images, ${(bytes / 1e6).toFixed(0)} MB, read piece by piece and written by the formats alone, without n8n, as one COCO file and as a label file an image; panlabel 0.7.0 (Rust) does the same. Medians of ${ROUNDS} rounds in turn, each in a fresh process; memory is that of the whole process at its peak, Node.js with it.`,
		'',
		'| Conversion | Ours: processor (s) | Peak memory (MiB) | panlabel: processor (s) | Peak memory (MiB) | Time | Memory |',
		'|---|---:|---:|---:|---:|---:|---:|',
		...names.map(
			(name) =>
				`| ${name} | ${seconds(own.median(name, time))} | ${mebibytes(own.median(name, memory))} | ${seconds(peer.median(name, time))} | ${mebibytes(peer.median(name, memory))} | ${relation(name, time).toFixed(2)}× | ${relation(name, memory).toFixed(2)}× |`,
		),
		'',
		verdict(
			'COCO to COCO takes at most 1.2 times panlabel’s time',
			`${relation('COCO to COCO', time).toFixed(2)} times`,
			relation('COCO to COCO', time) <= 1.2,
		),
		verdict(
			'COCO to YOLO takes at most half of panlabel’s time',
			`${relation('COCO to YOLO files', time).toFixed(2)} times`,
			relation('COCO to YOLO files', time) <= 0.5,
		),
		verdict('less memory than panlabel', `at most ${largest.toFixed(2)} times`, largest < 1),
	];
}

const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(2);
const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);

void main();
