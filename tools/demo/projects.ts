import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { seedPhotographs } from '../sample/activeLearning';
import { createProject, uploadImage } from '@datagym/test/emulator/setUp';
import type { Emulator } from '@datagym/test/emulator/start';
import { addDataset } from '@datagym/test/emulator/store/datasets';
import type { Dataset, Project, TaskState } from '@datagym/test/emulator/store/model';
import { joinUnchecked } from '@datagym/test/emulator/store/projects';
import type { ClassDraft, SeedLabels } from '@datagym/test/emulator/store/seeding';
import { ORGANIZATION } from '@datagym/test/emulator/store/store';
import { PHOTOS } from '../paths';

/** IDs of the projects that the demo shows. */
export interface DemoProjects {
	/** Datasets, classes, and images in each state. */
	photographs: string;
	/** Empty: the first example fills it. */
	first: string;
	/** Images without labels, for a model. */
	activeLearning: string;
}

const PHOTOGRAPHS = 'Photographs';

/** What became of each photograph; those that are not waiting carry the labels that were drawn for the samples. */
const STATES: Readonly<Record<string, TaskState>> = {
	'astronaut.jpg': 'COMPLETED',
	'bowl.jpg': 'REVIEWED',
	'cat.jpg': 'COMPLETED',
	'coffee.jpg': 'COMPLETED',
	'dandelions.jpg': 'REVIEWED',
	'dogs.jpg': 'COMPLETED',
	'flower.jpg': 'SKIPPED',
	'pavilion.jpg': 'WAITING_CHANGED',
	'photographer.png': 'IN_PROGRESS',
	'rocket.jpg': 'REVIEWED',
};
const NEW = ['cat.jpg', 'dogs.jpg', 'flower.jpg', 'rocket.jpg'];

/** Makes the demo's projects on a new server; one that was kept in a folder has them already. */
export async function prepareProjects(server: Emulator): Promise<DemoProjects> {
	return {
		photographs: findProject(server, PHOTOGRAPHS) ?? (await makePhotographs(server)),
		first: await findOrCreate(server, 'First project'),
		activeLearning: findProject(server, 'Active learning') ?? (await seedPhotographs(server)),
	};
}

function findProject({ store }: Emulator, name: string): string | undefined {
	return [...store.projects.values()].find((project) => project.name === name && !project.deleted)?.id;
}

async function findOrCreate(server: Emulator, name: string): Promise<string> {
	return findProject(server, name) ?? (await createProject(server, { name })).id;
}

async function makePhotographs(server: Emulator): Promise<string> {
	const classes = await readJson<ClassDraft[]>('label-config.json');
	const { project, dataset } = server.seed.project({ name: PHOTOGRAPHS, classes, datasetName: 'Labeled photographs' });
	await upload(server, dataset!, Object.keys(STATES));
	await label(server, project, dataset!);
	const arrivals = addDataset(server.store, { name: 'New photographs', owner: ORGANIZATION });
	joinUnchecked(server.store, project, arrivals);
	await upload(server, arrivals, NEW, 'new_');
	const archive = addDataset(server.store, { name: 'Archive (in no project)', owner: ORGANIZATION });
	await upload(server, archive, ['coffee.jpg', 'pavilion.jpg'], 'old_');
	return project.id;
}

async function upload(server: Emulator, dataset: Dataset, photographs: string[], prefix = ''): Promise<void> {
	for (const name of photographs) await uploadImage(server, dataset.id, join(PHOTOS, name), prefix + name);
}

async function label({ store, seed }: Emulator, project: Project, dataset: Dataset): Promise<void> {
	const drawn = await readJson<Record<string, SeedLabels>>('predictions.json');
	for (const medium of store.media.values()) {
		const task = medium.dataset === dataset ? store.board(project).of(medium) : undefined;
		const state = STATES[medium.name];
		if (task === undefined || state === undefined) continue;
		if (drawn[medium.name]) seed.label(task, drawn[medium.name]!);
		task.labeler = 'Ada Lovelace';
		seed.move(task, state);
	}
}

async function readJson<T>(name: string): Promise<T> {
	return JSON.parse(await readFile(join(PHOTOS, name), 'utf8')) as T;
}
