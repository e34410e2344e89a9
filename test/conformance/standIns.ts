import { createProject } from '../emulator/createProject';
import type { GenerationName } from '../emulator/generations/generation';
import { startStandIn, type StandIn, type StandInOptions } from '../emulator/start';
import type { Server } from './world';

const NAMES: Readonly<Record<GenerationName, string>> = { current: 'stand-in, 0.29', '2020': 'stand-in, 2020' };

/** A stand-in with an empty project. */
export async function standIn(generation: GenerationName, options: StandInOptions = {}): Promise<{ server: Server; standIn: StandIn }> {
	const running = await startStandIn({ generation, dummyProject: false, ...options });
	const { id } = await createProject(running, { name: 'Conformance' });
	return { server: { name: NAMES[generation], url: running.url, token: running.token, project: id }, standIn: running };
}
