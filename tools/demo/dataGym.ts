import { mkdir } from 'node:fs/promises';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { startEmulator, type Emulator } from '@datagym/test/emulator/start';
import { portOr } from '../processes';
import { labelWhenAsked } from '../sample/server';
import { prepareProjects, type DemoProjects } from './projects';

/** The DataGym server that the demo's n8n works with. */
export interface DemoServer {
	/** Data of the n8n credential for it. */
	readonly account: ICredentialDataDecryptedObject;
	/** The project that an example works in; undefined leaves the choice to the person. */
	projectFor(example: string): string | undefined;
	close(): Promise<void>;
}

export interface EmulatedServer extends DemoServer {
	readonly emulator: Emulator;
	readonly projects: DemoProjects;
}

const PORT = 8080;

/**
 * Starts an emulator with projects and photographs, and somebody who labels them.
 *
 * @param folder Where it keeps what it knows, from one start to the next.
 */
export async function startEmulatedServer(folder: string): Promise<EmulatedServer> {
	await mkdir(folder, { recursive: true });
	const emulator = await startEmulator({ port: await portOr(PORT), dataFolder: folder, dummyProject: false });
	try {
		const projects = await prepareProjects(emulator);
		const labelers = labelWhenAsked(emulator, [projects.first]);
		return {
			emulator,
			projects,
			account: { baseUrl: emulator.url, token: emulator.token },
			projectFor: (example) => projectFor(example, projects),
			async close() {
				await labelers.stop();
				await emulator.close();
			},
		};
	} catch (error) {
		await emulator.close();
		throw error;
	}
}

function projectFor(example: string, { photographs, first, activeLearning }: DemoProjects): string {
	if (example === 'first-labels') return first;
	return example === 'active-learning' ? activeLearning : photographs;
}
