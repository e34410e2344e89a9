import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readersPython } from '../pythonEnvironment';
import { LABELS_PER_IMAGE, writeExport } from './data';
import type { Measured } from './formatsCase';
import { machine, Runs, writeSection } from './measuring';

const IMAGES = Number(process.env.IMAGES ?? 100_000);
const ROUNDS = Number(process.env.ROUNDS ?? 5);
/** Of datumaro and globox, which take minutes. */
const PEER_ROUNDS = Math.min(ROUNDS, Number(process.env.PEER_ROUNDS ?? 3));

const JSON_CASE = 'parse and stringify';
const OWN_CASES = [JSON_CASE, 'to COCO', 'to YOLO', 'dataset COCO', 'dataset YOLO', 'to a COCO file', 'to YOLO files'];
const PEERS = ['bare', 'globox', 'datumaro'];
const TARGETS = ['coco', 'yolo'];

/** Each run in a process of its own, cases in turn in each round, so that what else the machine does meets all of them. */
async function main(): Promise<void> {
	const python = await readersPython();
	const folder = mkdtempSync(join(tmpdir(), 'datagym-bench-'));
	try {
		const source = join(folder, 'export.json');
		const bytes = writeExport(source, IMAGES);
		const coco = join(folder, 'coco.json');
		measureOwn('to a COCO file', source, folder);
		const runs = new Runs<Measured>();
		for (let round = 0; round < ROUNDS; round++) {
			for (const name of OWN_CASES)
				note(
					runs,
					name,
					inEmptyFolder((empty) => measureOwn(name, source, empty)),
				);
			if (round >= PEER_ROUNDS) continue;
			for (const target of TARGETS) {
				for (const peer of PEERS)
					note(
						runs,
						`${peer} ${target}`,
						inEmptyFolder((empty) => measurePeer(python, peer, target, coco, empty)),
					);
			}
		}
		await writeSection('formats', report(runs, bytes, versionsOf(python)));
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function measureOwn(name: string, source: string, folder: string): Measured {
	return parsed(
		execFileSync(process.execPath, ['--import', 'tsx', join(__dirname, 'formatsCase.ts'), name, source, folder], {
			encoding: 'utf8',
		}),
	);
}

function measurePeer(python: string, peer: string, target: string, source: string, folder: string): Measured {
	return parsed(
		execFileSync(python, ['-W', 'ignore', join(__dirname, 'formats_peers.py'), peer, target, source, folder], {
			encoding: 'utf8',
			stdio: ['ignore', 'pipe', 'ignore'],
		}),
	);
}

function parsed(output: string): Measured {
	return JSON.parse(output.trim().split('\n').at(-1) ?? '') as Measured;
}

/** In memory where there is such a place: 100,000 small files measure the disk otherwise. */
function inEmptyFolder<Result>(use: (folder: string) => Result): Result {
	const folder = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'datagym-bench-'));
	try {
		return use(folder);
	} finally {
		rmSync(folder, { recursive: true, force: true });
	}
}

function note(runs: Runs<Measured>, name: string, measured: Measured): void {
	runs.note(name, measured);
	console.log(
		`${name}: ${seconds(measured.milliseconds)} s, ${seconds(measured.processorMilliseconds)} s on a processor, ${mebibytes(measured.peakBytes)} MiB`,
	);
}

function versionsOf(python: string): string {
	return execFileSync(
		python,
		[
			'-c',
			"import platform; from importlib.metadata import version as v; print(f\"Python {platform.python_version()}, datumaro {v('datumaro')}, globox {v('globox')}\")",
		],
		{ encoding: 'utf8' },
	).trim();
}

function report(runs: Runs<Measured>, bytes: number, versions: string): string[] {
	const against = (name: string, other: string) => ratio(runs, name, other);
	const row = (what: string, name: string, relations: string) => {
		const middle = (value: (each: Measured) => number) => runs.median(name, value);
		return `| ${what} | ${seconds(middle(({ milliseconds }) => milliseconds))} | ${seconds(middle(({ processorMilliseconds }) => processorMilliseconds))} | ${relations} | ${mebibytes(middle(({ peakBytes }) => peakBytes))} (${(middle(({ peakBytes }) => peakBytes) / bytes).toFixed(1)}×) |`;
	};
	const own = (what: string, name: string) => row(what, name, against(name, JSON_CASE));
	const peer = (what: string, name: string, ours: string) => row(what, name, against(name, ours));
	return [
		'## Formats',
		'',
		`${machine()} ${versions}.`,
		`An export of ${IMAGES.toLocaleString('en')} images with ${LABELS_PER_IMAGE} labels each, ${(bytes / 1e6).toFixed(0)} MB. Medians of ${ROUNDS} rounds (${PEER_ROUNDS} of the Python tools), all cases in turn in each round, each in a fresh process; ratios are medians of the rounds' ratios, by the clock and (in brackets) by processor time, which other programs on the machine disturb less.`,
		'',
		'| From the export | Time (s) | Processor (s) | Ratio to JSON | Peak memory (MiB, of the export) |',
		'|---|---:|---:|---:|---:|',
		own('`JSON.parse` + `JSON.stringify` of the file', JSON_CASE),
		own('to COCO, streamed', 'to COCO'),
		own('to YOLO labels, streamed', 'to YOLO'),
		own('to COCO as “Create Training Dataset” does (all images held, splits, unique names)', 'dataset COCO'),
		own('to YOLO as “Create Training Dataset” does', 'dataset YOLO'),
		own('to a COCO file', 'to a COCO file'),
		own('to YOLO files, one an image', 'to YOLO files'),
		'',
		'The Python tools get the same labels as COCO, since they do not know the export, and write files without images; ours above begin with the export and write the same files.',
		'',
		'| From COCO | Time (s) | Processor (s) | Ratio to ours | Peak memory (MiB, of the export) |',
		'|---|---:|---:|---:|---:|',
		peer('datumaro to COCO', 'datumaro coco', 'to a COCO file'),
		peer('globox to COCO', 'globox coco', 'to a COCO file'),
		peer('`json` of Python, nothing done', 'bare coco', 'to a COCO file'),
		peer('datumaro to YOLO', 'datumaro yolo', 'to YOLO files'),
		peer('globox to YOLO', 'globox yolo', 'to YOLO files'),
		peer('a loop in Python without checks to YOLO', 'bare yolo', 'to YOLO files'),
	];
}

function ratio(runs: Runs<Measured>, name: string, other: string): string {
	const of = (value: (measured: Measured) => number) => runs.ratio(name, other, value).toFixed(2);
	return `${of(({ milliseconds }) => milliseconds)}× (${of(({ processorMilliseconds }) => processorMilliseconds)}×)`;
}

const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(2);
const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(0);

void main();
