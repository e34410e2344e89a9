import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeAgreement } from '@datagym/test/readers/agreement';
import { writeCrops } from '@datagym/test/readers/crops';
import { generate } from '@datagym/test/readers/generate';
import { exportPainted } from '@datagym/test/readers/painted';
import { writeTiles } from '@datagym/test/readers/tiles';
import { readersPython } from './pythonEnvironment';
import { ROOT } from './paths';

/**
 * Writes one dataset in every format and lets the formats' independent readers judge it (`npm run test:formats`).
 * Parameters go to pytest: `npm run test:formats -- -k yolo`. `KEEP_DATASETS=<empty folder>` keeps what was written.
 */
async function main(): Promise<number> {
	const python = await readersPython();
	const kept = process.env.KEEP_DATASETS;
	const folder = kept ?? (await mkdtemp(join(tmpdir(), 'datagym-formats-')));
	try {
		const { images, formats } = await generate(folder);
		await writeAgreement(folder);
		await writeCrops(folder);
		await writeTiles(folder);
		build();
		await exportPainted(join(folder, 'painted'));
		console.log(`${images} images in ${formats} formats written to ${folder}`);
		const { status } = spawnSync(
			python,
			[
				'-m',
				'pytest',
				'-p',
				'no:cacheprovider',
				'-q',
				'-W',
				'ignore::DeprecationWarning',
				join(ROOT, 'test', 'readers'),
				...process.argv.slice(2),
			],
			{
				stdio: 'inherit',
				env: {
					...process.env,
					DATASETS: folder,
					PYTHONDONTWRITEBYTECODE: '1',
					HF_HUB_OFFLINE: '1',
					HF_HOME: join(folder, 'huggingface'),
				},
			},
		);
		return status ?? 1;
	} finally {
		if (kept === undefined) await rm(folder, { recursive: true, force: true });
	}
}

/** n8n's engine loads the package as it is built. */
function build(): void {
	const gulp = join(ROOT, 'node_modules', 'gulp', 'bin', 'gulp.js');
	const { status } = spawnSync(process.execPath, [gulp, 'build'], { cwd: ROOT, stdio: 'inherit' });
	if (status !== 0) throw new Error('The package could not be built. See the output above.');
}

main().then(
	(status) => (process.exitCode = status),
	(error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	},
);
