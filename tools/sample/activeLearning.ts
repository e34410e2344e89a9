import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowFile } from '@datagym/test/support/n8n/engine';
import { readExample } from '../examples/workflows';
import type { Emulator } from '@datagym/test/emulator/start';
import type { ClassDraft } from '@datagym/test/emulator/store/seeding';
import { uploadImage } from '@datagym/test/emulator/setUp';
import { PHOTOS } from '../paths';

/** What the active-learning example needs to know of its surroundings. */
export interface ActiveLearningSettings {
	projectId: string;
	modelUrl: string;
	/** CSV of what people should look at. */
	listFile: string;
	datasetFile: string;
}

/** Classes that the emulator model finds. */
const CLASSES = ['camera', 'cat', 'cup', 'dog', 'helmet', 'person', 'rocket', 'spoon'];

/** The example as it lies in `examples`, with the settings in its nodes. */
export async function readActiveLearning({ datasetFile, ...settings }: ActiveLearningSettings): Promise<WorkflowFile> {
	const workflow = await readExample('active-learning', settings);
	for (const { name, parameters } of workflow.nodes) if (name === 'Save dataset') parameters.fileName = datasetFile;
	return workflow;
}

/** A project with the photographs of `examples/photos`, none of them labeled, and the model's classes beside the given ones. */
export async function seedPhotographs(server: Emulator, more: readonly ClassDraft[] = []): Promise<string> {
	const classes = [...CLASSES.map((entryKey) => ({ entryKey, type: 'rectangle' })), ...more];
	const { project, dataset } = server.seed.project({ name: 'Active learning', datasetName: 'Photographs', classes });
	for (const name of (await readdir(PHOTOS)).filter((file) => /\.(jpg|png)$/.test(file))) {
		await uploadImage(server, dataset?.id ?? '', join(PHOTOS, name), name);
	}
	return project.id;
}
