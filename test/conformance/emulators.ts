import { createProject } from '../emulator/setUp';
import type { GenerationName } from '../emulator/generation';
import { startEmulator, type Emulator, type EmulatorOptions } from '../emulator/start';
import type { Server } from './world';

const NAMES: Readonly<Record<GenerationName, string>> = {
	current: 'emulator, 0.29',
	'2020': 'emulator, 2020',
	'open-core': 'emulator, open core',
};

/** In the order of the columns. */
export const EMULATED: readonly GenerationName[] = ['current', 'open-core', '2020'];

/** An emulator with an empty project. */
export async function emulator(
	generation: GenerationName,
	options: EmulatorOptions = {},
): Promise<{ server: Server; emulator: Emulator }> {
	const running = await startEmulator({ generation, dummyProject: false, ...options });
	const { id } = await createProject(running, { name: 'Conformance' });
	const token = generation === 'open-core' ? {} : { token: running.token };
	return {
		server: { name: NAMES[generation], url: running.url, ...token, project: id },
		emulator: running,
	};
}
