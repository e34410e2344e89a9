import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startLabeler, type Labeler } from '@datagym/test/emulator/labeler';
import { startEmulator, type Emulator } from '@datagym/test/emulator/start';
import type { ClassDraft, SeedLabels } from '@datagym/test/emulator/store/seeding';
import { PHOTOS } from '../paths';

/** The kinds of servers that the samples run on. */
export type SampleKind = 'current' | 'open-core';

/** A server with a project to work in. */
export interface Target {
	url: string;
	/** Left out on the open core, which has none. */
	token?: string;
	projectId: string;
	/** Who labels, for the text on the screen. */
	labelers: string;
	/** Nobody needs to label any more. */
	stopLabeling(): Promise<void>;
	close(): Promise<void>;
}

/** An emulator with a project that has classes and no images, and somebody who labels in it what the photographs show. */
export async function embeddedServer(kind: SampleKind = 'current'): Promise<Target & { token: string }> {
	const server = await startEmulator({ generation: kind });
	const classes = await readPhotographs<ClassDraft[]>('label-config.json');
	const drawn = await readPhotographs<Record<string, SeedLabels>>('predictions.json');
	const { id } = server.seed.project({ name: 'Sample project', classes }).project;
	const labeler = labelWhenAsked(server, [id], () => drawLabels(server, id, drawn));
	return {
		url: server.url,
		token: server.token,
		projectId: id,
		labelers: "the emulator's scripted labeler",
		stopLabeling: async () => await labeler.stop(),
		async close() {
			await labeler.stop();
			await server.close();
		},
	};
}

async function readPhotographs<T>(name: string): Promise<T> {
	return JSON.parse(await readFile(join(PHOTOS, name), 'utf8')) as T;
}

function drawLabels({ store, seed }: Emulator, projectId: string, drawn: Readonly<Record<string, SeedLabels>>): void {
	for (const task of store.tasks.values()) {
		const labels = drawn[task.medium.name];
		if (task.project.id === projectId && labels !== undefined) seed.label(task, labels);
	}
}

/**
 * Somebody labels in each of the projects, and begins when its labels are first asked for: a prediction that comes after a task
 * was finished is refused, and n8n may be slow.
 *
 * @param draw draws what the labeler keeps or corrects; where nothing is drawn, a box is.
 */
export function labelWhenAsked(
	server: Emulator,
	projectIds: readonly string[],
	draw: () => void = () => undefined,
): { stop(): Promise<void> } {
	const labelers = new Map<string, Labeler>();
	server.onRequest(({ method, path }) => {
		const projectId =
			method === 'GET' &&
			projectIds.find((id) => path.endsWith(`/export/${id}`) || path.endsWith(`/project/${id}/export`));
		if (!projectId || labelers.has(projectId)) return;
		draw();
		labelers.set(projectId, beginLabeling(server, projectId));
	});
	return {
		async stop() {
			for (const labeler of labelers.values()) {
				labeler.stop();
				await labeler.finished;
			}
		},
	};
}

function beginLabeling({ url }: Emulator, projectId: string): Labeler {
	const begun = startLabeler({ url, projectId, intervalMs: 50, batchSize: 1 });
	begun.finished.catch((error: unknown) => console.error('The scripted labeler stopped:', error));
	return begun;
}
