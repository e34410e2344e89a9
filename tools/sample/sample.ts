import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { WorkflowFile } from '@datagym/test/support/n8n/engine';
import { createProject } from '@datagym/test/emulator/createProject';
import { startLabeller, type Labeller } from '@datagym/test/emulator/labeller';
import { startStandIn, type StandIn } from '@datagym/test/emulator/start';

export const ROOT = resolve(__dirname, '..', '..');
export const PHOTOS = join(ROOT, 'examples', 'photos');
/** Photographs in, labels out; then labels as training data, and a model's findings back. */
export const WORKFLOW = join(ROOT, 'examples', 'photographs-to-labels.json');
export const TRAINING_WORKFLOW = join(ROOT, 'examples', 'labels-to-training.json');

/** What the Settings node of the sample workflow holds. */
export interface SampleSettings {
	projectId: string;
	photoFolder: string;
	/** Of the first sample. */
	outputFile?: string;
	/** Of the second. */
	outputFolder?: string;
}

/** A sample as it lies in `examples`, with other values in its Settings node. */
export async function readSampleWorkflow(settings: SampleSettings, file = WORKFLOW): Promise<WorkflowFile> {
	const workflow = JSON.parse(await readFile(file, 'utf8')) as WorkflowFile;
	const values = new Map<string, string>(Object.entries(settings));
	const { assignments } = workflow.nodes.find(({ name }) => name === 'Settings')?.parameters as unknown as SettingsParameters;
	for (const assignment of assignments.assignments) assignment.value = values.get(assignment.name) ?? assignment.value;
	return workflow;
}

interface SettingsParameters {
	assignments: { assignments: Array<{ name: string; value: string }> };
}

/** A server with a project to work in. */
export interface Target {
	url: string;
	token: string;
	projectId: string;
	/** Who labels, for the text on the screen. */
	labellers: string;
	/** Nobody needs to label any more. */
	stopLabelling(): Promise<void>;
	close(): Promise<void>;
}

/** A stand-in with an empty project, and somebody who labels in it. */
export async function embeddedServer(): Promise<Target> {
	const server = await startStandIn();
	const { id } = await createProject(server, { name: 'Sample project' });
	const labeller = labelWhenAsked(server, id);
	return {
		url: server.url,
		token: server.token,
		projectId: id,
		labellers: 'the stand-in’s scripted labeller',
		stopLabelling: async () => await labeller.stop(),
		async close() {
			await labeller.stop();
			await server.close();
		},
	};
}

/**
 * Somebody labels in the project, and begins when its labels are first asked for: a prediction that comes after a task was
 * finished is refused, and n8n may be slow.
 */
export function labelWhenAsked(server: StandIn, projectId: string): { stop(): Promise<void> } {
	let labeller: Labeller | undefined;
	const begin = () => {
		const begun = startLabeller({ url: server.url, projectId, intervalMs: 50, batchSize: 1 });
		begun.finished.catch((error: unknown) => console.error('The scripted labeller stopped:', error));
		return begun;
	};
	server.onRequest(({ method, path }) => {
		if (method === 'GET' && path.endsWith(`/export/${projectId}`)) labeller ??= begin();
	});
	return {
		async stop() {
			labeller?.stop();
			await labeller?.finished;
		},
	};
}
