import type { SavedCredential } from '@datagym/tools/n8n/client';
import type { EmulatedServer } from '@datagym/tools/demo/dataGym';
import type { Demo } from '@datagym/tools/demo/start';
import type { DemoProjects } from '@datagym/tools/demo/projects';

/** Where the tests find what was started for all of them. */
export interface Stage {
	url: string;
	chromium: string;
	emulator: { url: string; token: string };
	projects: DemoProjects;
	credential: SavedCredential;
	/** Example workflows in n8n: names of their files and their IDs. */
	examples: Array<{ name: string; id: string }>;
}

const VARIABLE = 'EDITOR_STAGE';

/** Test files run apart from what starts them, and get only the environment. */
export function announceStage(
	{ n8n, credential, examples }: Demo,
	{ emulator, projects }: EmulatedServer,
	chromium: string,
): void {
	const stage: Stage = {
		url: n8n.url,
		chromium,
		emulator: { url: emulator.url, token: emulator.token },
		projects,
		credential,
		examples: examples.map(({ name, workflow }) => ({ name, id: workflow.id ?? '' })),
	};
	process.env[VARIABLE] = JSON.stringify(stage);
}

export function readStage(): Stage {
	return JSON.parse(process.env[VARIABLE] ?? '') as Stage;
}
