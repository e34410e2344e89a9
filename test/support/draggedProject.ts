import type { Dataset, Project, Task, TaskState } from '../emulator/store/model';
import type { Seeder, SeedLabels } from '../emulator/store/seeding';

const CLASSES = [
	{ entryKey: 'car', type: 'rectangle', children: [{ entryKey: 'color', type: 'select', options: { red: 'Red' } }] },
	{ entryKey: 'tree', type: 'polygon' },
];

export const car = (x: number, color?: string): SeedLabels => ({
	labels: {
		car: [{ rectangle: [{ x, y: 2, w: 30, h: 40 }], classifications: color === undefined ? {} : { color: [color] } }],
	},
});

const TREE: SeedLabels = {
	labels: {
		tree: [
			{
				polygon: [
					{ x: 1, y: 1 },
					{ x: 9, y: 1 },
					{ x: 5, y: 8 },
				],
			},
		],
	},
};

const TASKS: ReadonlyArray<readonly [name: string, state: TaskState, labels: SeedLabels]> = [
	['a.jpg', 'COMPLETED', car(10, 'red')],
	['b.jpg', 'REVIEWED', TREE],
	['c.jpg', 'COMPLETED', { labels: { ...TREE.labels, ...car(20).labels } }],
	['d.jpg', 'SKIPPED', { labels: {} }],
];

/** What *Item per Label* should say of the project's labels, in this order: image, class, left side of the box, color. */
export const LABELS: ReadonlyArray<readonly [imageName: string, className: string, x: number, color: string]> = [
	['a.jpg', 'car', 10, 'red'],
	['b.jpg', 'tree', 1, '-'],
	['c.jpg', 'car', 20, '-'],
	['c.jpg', 'tree', 1, '-'],
];

/** The status of each of these labels' images. */
export const STATUSES = ['completed', 'reviewed', 'completed', 'completed'];

/** A project of four finished images, of which workflows are built by dragging fields only. */
export function seedDragged(
	seed: Seeder,
	name: string,
	tasks = TASKS,
): { project: Project; dataset: Dataset; tasks: ReadonlyMap<string, Task> } {
	const { project, dataset } = seed.project({ name, datasetName: name, classes: CLASSES });
	const made = tasks.map(([image, state, labels]) => {
		const [task] = seed.tasks(project, dataset!, { count: 1, name: () => image, state, labels: () => labels });
		return [image, task!] as const;
	});
	return { project, dataset: dataset!, tasks: new Map(made) };
}
