import type { IDataObject } from 'n8n-workflow';
import type { Dataset, Project, Task } from '../../../emulator/store/model';
import { joinUnchecked } from '../../../emulator/store/projects';
import type { ClassDraft, SeedLabels } from '../../../emulator/store/seeding';
import { byId, openHarness, type Harness } from '../../../support/datagym';
import type { WorkflowRun } from '../../../support/n8n/lentEngine';

/** Of most of the projects. */
export const CLASSES: ClassDraft[] = [
	{
		entryKey: 'car',
		type: 'rectangle',
		children: [
			{ entryKey: 'color', type: 'select', options: { red: 'Red', blue: 'Blue' } },
			{ entryKey: 'plate', type: 'polygon' },
		],
	},
	{ entryKey: 'van', type: 'rectangle' },
	{ entryKey: 'lamp', type: 'point' },
	{ entryKey: 'lane', type: 'line' },
	{ entryKey: 'weather', type: 'select', options: { sun: 'Sun', rain: 'Rain' } },
	{ entryKey: 'seen', type: 'checklist', options: { snow: 'Snow', fog: 'Fog' } },
];

export const box = (x: number, more: IDataObject = {}) => ({ rectangle: [{ x, y: 10, w: 100, h: 50 }], ...more });

/** What an image has. */
export const labelsOf = (labels: IDataObject, answers: IDataObject = {}): SeedLabels =>
	({ labels, global_classifications: answers }) as SeedLabels;

/** A project with finished images. */
export interface Labeled {
	readonly project: Project;
	readonly dataset: Dataset;
	readonly tasks: readonly Task[];
}

/** Projects with labels of the same images, and Quality: Compare Projects on them. */
export class ComparedProjects {
	private projects = 0;

	private constructor(readonly datagym: Harness) {}

	static async open(): Promise<ComparedProjects> {
		return new ComparedProjects(await openHarness({ dummyProject: false }));
	}

	/** A project with finished images `0.jpg`, `1.jpg`, …, in a dataset of its own or in that of another project. */
	label(
		labels: readonly SeedLabels[],
		{ shared, classes = CLASSES }: { shared?: Labeled; classes?: ClassDraft[] } = {},
	): Labeled {
		const { seed, store } = this.datagym.server;
		const name = this.newName();
		if (shared === undefined) {
			const { project, dataset } = seed.project({ name, datasetName: name, classes });
			const tasks = seed.tasks(project, dataset!, {
				count: labels.length,
				name: (index) => `${index}.jpg`,
				state: 'COMPLETED',
			});
			tasks.forEach((task, index) => seed.label(task, labels[index]!));
			return { project, dataset: dataset!, tasks };
		}
		const { project } = seed.project({ name, classes });
		joinUnchecked(store, project, shared.dataset);
		const tasks = shared.tasks.map(({ medium }) => [...medium.tasks].find((task) => task.project === project)!);
		tasks.forEach((task, index) => {
			seed.label(task, labels[index]!);
			seed.move(task, 'COMPLETED');
		});
		return { project, dataset: shared.dataset, tasks };
	}

	newName(): string {
		return `Compared ${++this.projects}`;
	}

	async compare(
		output: string,
		[first, second, ...more]: readonly Labeled[],
		options: IDataObject = {},
	): Promise<WorkflowRun> {
		return await this.datagym.run('quality', 'compareProjects', {
			projectId: byId(first!.project.id),
			secondProjectId: byId(second!.project.id),
			output,
			options: { ...(more.length > 0 && { moreProjectIds: more.map(({ project }) => project.id) }), ...options },
		});
	}

	async close(): Promise<void> {
		await this.datagym.close();
	}
}
