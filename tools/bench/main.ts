import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { forgetFigures } from './figures';

/** Runs the measurements that are named, or those of every run, one after the other; each writes its section of RESULTS.md. */

const SECTIONS: Record<string, readonly string[]> = {
	upload: ['transfers.ts', 'upload'],
	download: ['transfers.ts', 'download'],
	realUploads: ['realUploads.ts'],
	urls: ['urls.ts'],
	predictions: ['predictions.ts'],
	export: ['export.ts'],
	poll: ['poll.ts'],
	loading: ['loading.ts'],
	lists: ['lists.ts'],
	evaluation: ['evaluation.ts'],
	agreement: ['agreement.ts'],
	archive: ['archive.ts'],
	coco: ['coco.ts'],
	containers: ['containers.ts'],
	datasetImport: ['datasetImport.ts'],
	formats: ['formats.ts'],
	preview: ['preview.ts'],
	quality: ['quality.ts'],
	crops: ['crops.ts'],
	tiles: ['tiles.ts'],
	trainingDataset: ['trainingDataset.ts'],
};

/** The others take half an hour more, and only change with their code. */
const USUAL = ['upload', 'download', 'urls', 'predictions', 'export', 'poll', 'loading', 'agreement'];

/** What one table of several measurements is made of (`scaleTable.ts`). */
const TABLES: Record<string, readonly string[]> = {
	loop: ['poll', 'trainingDataset', 'lists'],
	scale: ['coco', 'predictions', 'upload'],
};

async function main(given: readonly string[]): Promise<void> {
	const hasTable = given.some((name) => TABLES[name] !== undefined);
	const names = [...new Set(given.flatMap((name) => TABLES[name] ?? [name]))];
	const unknown = names.filter((name) => SECTIONS[name] === undefined);
	if (unknown.length > 0)
		throw new Error(
			`There is no measurement ${unknown.join(', ')}; there are: ${Object.keys({ ...SECTIONS, ...TABLES }).join(', ')}`,
		);
	const failed: string[] = [];
	if (hasTable) await forgetFigures();
	for (const name of names.length === 0 ? USUAL : names) {
		const begun = performance.now();
		if (!(await run(SECTIONS[name] ?? []))) failed.push(name);
		console.log(`${name}: ${((performance.now() - begun) / 1000).toFixed(0)} s in all\n`);
	}
	if (hasTable && !(await run(['scaleTable.ts']))) failed.push('the table');
	if (failed.length > 0)
		throw new Error(`These did not end well, and their sections are as they were: ${failed.join(', ')}`);
}

async function run([script = '', ...parameters]: readonly string[]): Promise<boolean> {
	const child = spawn(process.execPath, ['--expose-gc', '--import', 'tsx', join(__dirname, script), ...parameters], {
		stdio: 'inherit',
	});
	const [code] = (await once(child, 'exit')) as [number | null];
	return code === 0;
}

main(process.argv.slice(2)).catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
