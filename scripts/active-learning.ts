import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowFile } from '../engine';
import type { StandIn } from '../stand-in/start';
import type { ClassDraft } from '../stand-in/store/seeding';
import { uploadImage } from '../stand-in/upload-image';
import { PHOTOS, ROOT } from './sample';

/** What the active-learning example needs to know of its surroundings. */
export interface ActiveLearningSettings {
	projectId: string;
	modelUrl: string;
	/** CSV of what people should look at. */
	listFile: string;
	datasetFile: string;
}

/** Classes that the stand-in model finds. */
const CLASSES = ['camera', 'cat', 'cup', 'dog', 'helmet', 'person', 'rocket', 'spoon'];

/** The example as it lies in `examples`, with the settings in its nodes. */
export async function readActiveLearning({ projectId, modelUrl, listFile, datasetFile }: ActiveLearningSettings): Promise<WorkflowFile> {
	const workflow = JSON.parse(await readFile(join(ROOT, 'examples', 'active-learning.json'), 'utf8')) as WorkflowFile;
	const parametersOf = (name: string) => workflow.nodes.find((node) => node.name === name)?.parameters ?? {};
	for (const [name, value] of Object.entries({ projectId, modelUrl, listFile })) setSetting(workflow, name, value);
	parametersOf('When people finish images').projectIds = [projectId];
	parametersOf('Save dataset').fileName = datasetFile;
	return workflow;
}

/** Changes a value in the example's Settings node. */
export function setSetting(workflow: WorkflowFile, name: string, value: string | number): void {
	const { parameters } = workflow.nodes.find((node) => node.name === 'Settings') ?? {};
	const { assignments } = parameters?.assignments as unknown as { assignments: Array<{ name: string; value: unknown }> };
	for (const assignment of assignments) if (assignment.name === name) assignment.value = value;
}

/** The part behind the trigger, ready to be switched on: n8n leaves a manual trigger alone then, this repository's engine does not. */
export function withoutStart(workflow: WorkflowFile): WorkflowFile {
	return { ...workflow, nodes: workflow.nodes.map((node) => (node.name === 'Start' ? { ...node, disabled: true } : node)) };
}

/** A project with the photographs of `examples/photos`, none of them labelled, and the model's classes beside the given ones. */
export async function seedPhotographs(server: StandIn, more: readonly ClassDraft[] = []): Promise<string> {
	const classes = [...CLASSES.map((entryKey) => ({ entryKey, type: 'rectangle' })), ...more];
	const { project, dataset } = server.seed.project({ name: 'Active learning', datasetName: 'Photographs', classes });
	for (const name of (await readdir(PHOTOS)).filter((file) => /\.(jpg|png)$/.test(file))) {
		await uploadImage(server, dataset?.id ?? '', join(PHOTOS, name), name);
	}
	return project.id;
}
