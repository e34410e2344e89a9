import { createProject } from '@datagym/test/emulator/setUp';
import { startLabeler, type Labeler } from '@datagym/test/emulator/labeler';
import { startEmulator, type Emulator } from '@datagym/test/emulator/start';

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

/** An emulator with an empty project, and somebody who labels in it. */
export async function embeddedServer(kind: SampleKind = 'current'): Promise<Target & { token: string }> {
	const server = await startEmulator({ generation: kind });
	const { id } = await createProject(server, { name: 'Sample project' });
	const labeler = labelWhenAsked(server, [id]);
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

/**
 * Somebody labels in each of the projects, and begins when its labels are first asked for: a prediction that comes after a task
 * was finished is refused, and n8n may be slow.
 */
export function labelWhenAsked(server: Emulator, projectIds: readonly string[]): { stop(): Promise<void> } {
	const labelers = new Map<string, Labeler>();
	server.onRequest(({ method, path }) => {
		const projectId =
			method === 'GET' &&
			projectIds.find((id) => path.endsWith(`/export/${id}`) || path.endsWith(`/project/${id}/export`));
		if (projectId && !labelers.has(projectId)) labelers.set(projectId, beginLabeling(server, projectId));
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
