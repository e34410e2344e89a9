import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Emulator } from '@datagym/test/emulator/start';
import { PHOTOS } from '../paths';
import { seedPhotographs } from './activeLearning';

/** What the two versions of the emulator's model reach on these labels. */
export const METRICS = {
	/**
	 * mAP as pycocotools 2.0.11 computes it for the same boxes; 7 of 11 labels are found, and nothing else.
	 */
	earlier: { mAP: 0.3941831683168317, precision: 1, recall: 7 / 11 },
	latest: { mAP: 1, precision: 1, recall: 1 },
};

interface Drawn {
	readonly labels: Record<string, ReadonlyArray<{ readonly rectangle?: unknown }>>;
}

/** The photographs of `examples/photos` in a project, completed with the boxes that were drawn on them by hand: 11 of 8 classes. */
export async function seedLabeledPhotographs(server: Emulator): Promise<string> {
	const projectId = await seedPhotographs(server);
	const drawn = JSON.parse(await readFile(join(PHOTOS, 'predictions.json'), 'utf8')) as Record<string, Drawn>;
	for (const task of server.store.tasks.values()) {
		if (task.project.id !== projectId) continue;
		const boxes = Object.entries(drawn[task.medium.name]?.labels ?? {}).filter(([, shapes]) =>
			shapes.every((shape) => 'rectangle' in shape),
		);
		server.seed.label(task, { labels: Object.fromEntries(boxes) });
		server.seed.move(task, 'COMPLETED');
	}
	return projectId;
}
