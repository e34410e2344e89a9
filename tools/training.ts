import { spawnSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generate } from '@datagym/test/readers/generate';
import { ROOT } from './paths';
import { pythonEnvironment } from './pythonEnvironment';

const TRAINERS = join(ROOT, 'test', 'training');

/**
 * Writes one dataset of photographs in every format and lets trainers take it for one epoch on the CPU (`npm run test:training`). Not in
 * CI: PyTorch is 5 GB on Linux. Parameters go to pytest: `npm run test:training -- -k ultralytics`.
 */
async function main(): Promise<number> {
	const python = await pythonEnvironment('training', join(TRAINERS, 'requirements.txt')).catch((error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		return undefined;
	});
	if (python === undefined) {
		console.log(
			'Nothing was trained, because the trainers could not be installed. They need 6 GB of disk and a package index.',
		);
		return 0;
	}
	const folder = await mkdtemp(join(tmpdir(), 'datagym-training-'));
	try {
		const { images, formats } = await generate(join(folder, 'datasets'));
		console.log(`${images} images in ${formats} formats written to ${folder}`);
		return train(python, folder);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

/** Weights, fonts and settings are neither downloaded nor kept. */
function train(python: string, folder: string): number {
	const { status } = spawnSync(
		python,
		[
			'-m',
			'pytest',
			'-p',
			'no:cacheprovider',
			'-q',
			'--durations=0',
			'--basetemp',
			join(folder, 'runs'),
			TRAINERS,
			...process.argv.slice(2),
		],
		{
			stdio: 'inherit',
			cwd: folder,
			env: {
				...process.env,
				DATASETS: join(folder, 'datasets'),
				PYTHONDONTWRITEBYTECODE: '1',
				HF_HUB_OFFLINE: '1',
				HF_HOME: join(folder, 'huggingface'),
				TORCH_HOME: join(folder, 'torch'),
				YOLO_OFFLINE: 'true',
				YOLO_AUTOINSTALL: 'false',
				YOLO_CONFIG_DIR: folder,
			},
		},
	);
	return status ?? 1;
}

main().then(
	(status) => (process.exitCode = status),
	(error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	},
);
