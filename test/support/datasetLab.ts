import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import type { Task } from '../emulator/store/model';
import { byId, jsonOf, openHarness, outputOf, type Harness } from './datagym';
import { jpeg, png } from './images';
import type { WorkflowRun } from './n8n/lentEngine';

const CLASSES = [
	{ entryKey: 'car', type: 'rectangle', children: [{ entryKey: 'lamp', type: 'point' }] },
	{ entryKey: 'road', type: 'polygon' },
	{ entryKey: 'weather', type: 'select', options: { sun: 'Sun', rain: 'Rain' } },
];

/** An image of a project, uploaded under a name. */
export interface Seeded {
	name: string;
	type?: 'jpeg' | 'png';
	/** The file; a small picture of one color if it is left out. */
	bytes?: Buffer;
	cars?: number;
	weather?: string;
	state?: Task['state'];
}

interface Archive {
	report: IDataObject;
	path: string;
	hint: string;
}

/** A car with a lamp in it, as the server stores it. */
export const car = (x: number) => ({
	rectangle: [{ x, y: 2, w: 8, h: 9 }],
	classifications: {},
	nested_geometries: { lamp: [{ point: [{ x: x + 1, y: 3 }], classifications: {} }] },
});

/** Projects with uploaded files, and archives of them through n8n's engine. */
export class DatasetLab {
	private constructor(
		readonly harness: Harness,
		readonly folder: string,
	) {}

	static async open(): Promise<DatasetLab> {
		const folder = await mkdtemp(join(tmpdir(), 'dataset-lab-'));
		return new DatasetLab(await openHarness({ dummyProject: false }), folder);
	}

	async close(): Promise<void> {
		await rm(this.folder, { recursive: true });
		await this.harness.close();
	}

	async newProject(images: readonly Seeded[]): Promise<{ id: string; tasks: Task[] }> {
		const { harness } = this;
		const { project, dataset } = harness.server.seed.project({ name: 'Cars', datasetName: 'Cars', classes: CLASSES });
		const items = await Promise.all(
			images.map(async ({ type = 'jpeg', bytes }, index) =>
				harness.itemWithFile(
					bytes ?? (await { jpeg, png }[type]({ width: 64, height: 48, color: { r: index * 20, g: 90, b: 200 } })),
					`upload ${index}.jpg`,
				),
			),
		);
		const uploaded = jsonOf(await harness.run('image', 'upload', { datasetId: byId(dataset!.id) }, { items }));
		const tasks = images.map(({ name, cars = 1, weather, state = 'COMPLETED' }, index) => {
			const { imageId } = uploaded[index] ?? {};
			const task = [...harness.server.store.tasks.values()].find(({ medium }) => medium.id === imageId)!;
			task.medium.name = name;
			this.label(task, cars, weather);
			harness.server.seed.move(task, state);
			return task;
		});
		return { id: project.id, tasks };
	}

	label(task: Task, cars: number, weather?: string): void {
		this.harness.server.seed.label(task, {
			labels: cars === 0 ? {} : { car: Array.from({ length: cars }, (_, index) => car(index * 10)) },
			...(weather === undefined ? {} : { global_classifications: { weather: [weather] } }),
		});
	}

	async create(id: string, format: string, parameters: INodeParameters = {}): Promise<WorkflowRun> {
		return await this.harness.run('export', 'createDataset', { projectId: byId(id), format, ...parameters });
	}

	/** The archive as a file, with what the item and the editor say of it. */
	async archived(id: string, format: string, parameters: INodeParameters = {}): Promise<Archive> {
		const run = await this.create(id, format, parameters);
		const [item] = outputOf(run);
		const path = join(await mkdtemp(join(this.folder, 'zip-')), 'dataset.zip');
		await writeFile(path, await this.harness.engine.readBinary(item!));
		const hint = run
			.hintsOf('DataGym')
			.map(({ message }) => message)
			.join(' ');
		return { report: item!.json, path, hint };
	}
}

export function unpack(archive: string, place: string): void {
	execFileSync('unzip', ['-q', archive, '-d', place]);
}

/** As docs/exporting-for-training.md says: delete what the archive names, then unpack it over the folder. */
export function unpackOver(archive: string, place: string): void {
	execFileSync('bash', [
		'-c',
		'mkdir -p "$2" && cd "$2" && unzip -p "$1" removed_files.txt | while IFS= read -r file; do rm -- "$file"; done && unzip -qo "$1"',
		'bash',
		archive,
		place,
	]);
}

/** Contents by path, without the list of what one archive removed. */
export async function filesIn(place: string): Promise<Record<string, string>> {
	const entries = existsSync(place) ? await readdir(place, { recursive: true, withFileTypes: true }) : [];
	const files = entries
		.filter((entry) => entry.isFile() && entry.name !== 'removed_files.txt')
		.map(async (entry) => {
			const path = join(entry.parentPath, entry.name);
			return [path.slice(place.length + 1), (await readFile(path)).toString('base64')] as const;
		});
	return Object.fromEntries((await Promise.all(files)).sort());
}
