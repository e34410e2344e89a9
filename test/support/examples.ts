import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readExample, type ExampleName } from '@datagym/tools/examples/workflows';
import { freePorts, startExampleServices, type ExampleServices } from '@datagym/tools/examples/services';
import { seedPhotographs } from '@datagym/tools/sample/activeLearning';
import { startEmulator, type Emulator } from '../emulator/start';
import type { Task, TaskState } from '../emulator/store/model';
import {
	startEngine,
	type ActiveWorkflow,
	type Engine,
	type SavedCredential,
	type WorkflowRun,
} from './n8n/lentEngine';

type Settings = Parameters<typeof readExample>[1];

/** Everything that an example needs, and a folder that its workflow may read and write. */
export interface ExampleStage {
	server: Emulator;
	services: ExampleServices;
	folder: string;
	/** Runs an example from its Start node, or from another trigger as an active workflow does. */
	run(name: ExampleName, settings: Settings, startNode?: string): Promise<WorkflowRun>;
	activate(name: ExampleName, settings: Settings): Promise<ActiveWorkflow>;
	close(): Promise<void>;
}

export async function openExamples(generation: 'current' | 'open-core' = 'current'): Promise<ExampleStage> {
	const folder = await mkdtemp(join(tmpdir(), 'examples-'));
	const engine = await startEngine({ fileFolders: [folder] });
	const server = await startEmulator({ generation, dummyProject: false });
	const services = await startExampleServices(await freePorts());
	const credentials = await saveCredentials(engine, server, services);
	return {
		server,
		services,
		folder,
		async run(name, settings, startNode = 'Start') {
			const mode = startNode === 'Start' ? 'manual' : 'trigger';
			return await engine.runWorkflow(await readExample(name, settings), { credentials, startNode, mode });
		},
		activate: async (name, settings) => await engine.activate(await readExample(name, settings), { credentials }),
		async close() {
			await services.close();
			await server.close();
			await engine.stop();
			await rm(folder, { recursive: true, force: true });
		},
	};
}

async function saveCredentials(
	engine: Engine,
	server: Emulator,
	{ credentials }: ExampleServices,
): Promise<SavedCredential[]> {
	const { url: baseUrl, token, generation } = server;
	const access = generation === 'open-core' ? { authentication: 'none' } : { token };
	const own = { type: 'dataGymApi', name: 'DataGym account', data: { baseUrl, ...access } };
	// The engine has n8n's own nodes, of which none takes an OpenAI account in these examples.
	const known = [own, ...credentials.filter(({ type }) => type !== 'openAiApi')];
	return await Promise.all(known.map(async ({ type, name, data }) => await engine.saveCredential(type, data, name)));
}

/** The photographs of `examples/photos` in a project, of which these are labeled with a box of a class each. */
export async function seedLabeledPhotographs(
	{ server }: ExampleStage,
	labeled: Readonly<Record<string, string>>,
	state: TaskState = 'COMPLETED',
): Promise<{ projectId: string; tasks: Task[] }> {
	const projectId = await seedPhotographs(server);
	const tasks = [...server.store.tasks.values()].filter(({ project }) => project.id === projectId);
	for (const [image, className] of Object.entries(labeled)) {
		const task = tasks.find(({ medium }) => medium.name === image)!;
		server.seed.label(task, { labels: { [className]: [{ rectangle: [{ x: 10.5, y: 20.25, w: 30, h: 40 }] }] } });
		task.labeler = 'Ada <ada@example.com>';
		server.seed.move(task, state);
	}
	return { projectId, tasks };
}
