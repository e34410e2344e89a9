import type { INodeParameters } from 'n8n-workflow';
import type { ActivationOptions, ActiveWorkflow, WorkflowFile } from '../../support/n8n/engine';
import type { ClassDraft, SeedLabels } from '../../emulator/store/seeding';
import type { Dataset, Project, Task, TaskState } from '../../emulator/store/model';
import type { Harness } from '../../support/datagym';
import { chain, node } from '../../support/workflow';

const CLASSES: ClassDraft[] = [
	{ entryKey: 'car', type: 'rectangle' },
	{ entryKey: 'tree', type: 'polygon' },
	{ entryKey: 'weather', type: 'select', options: { sun: 'Sun', rain: 'Rain' } },
];

export const box = (x: number, className = 'car'): SeedLabels => ({
	labels: { [className]: [{ rectangle: [{ x, y: 20.25, w: 100, h: 50 }] }] },
});

/** A project in the emulator with images whose tasks a test moves about. */
export class Scene {
	private constructor(
		private readonly lab: Harness,
		readonly project: Project,
		readonly dataset: Dataset,
		readonly tasks: Task[],
	) {}

	static of(
		lab: Harness,
		name: string,
		images: readonly string[],
		state: TaskState = 'WAITING',
		classes = CLASSES,
	): Scene {
		const { project, dataset } = lab.server.seed.project({ name, classes, datasetName: `${name} images` });
		const tasks = lab.server.seed.tasks(project, dataset!, {
			count: images.length,
			name: (index) => images[index]!,
			state,
			labels: (index) => box(index + 0.5),
		});
		return new Scene(lab, project, dataset!, tasks);
	}

	get id(): string {
		return this.project.id;
	}

	/** The task of an image. */
	task(image: string): Task {
		const task = this.tasks.find(({ medium }) => medium.name === image);
		if (!task) throw new Error(`The scene has no image ${image}.`);
		return task;
	}

	add(image: string, state: TaskState, dataset = this.dataset): void {
		const added = this.lab.server.seed.tasks(this.project, dataset, {
			count: 1,
			name: () => image,
			state,
			labels: () => box(this.tasks.length + 0.5),
		});
		this.tasks.push(...added);
	}

	move(state: TaskState, ...images: string[]): void {
		for (const image of images) this.lab.server.seed.move(this.task(image), state);
	}

	workflow(parameters: INodeParameters = {}): WorkflowFile {
		return triggerWorkflow({ projectIds: [this.id], output: 'task', ...parameters });
	}

	/** Switches a trigger on that watches this project. */
	async watch(parameters: INodeParameters = {}, options: ActivationOptions = {}): Promise<ActiveWorkflow> {
		return await this.lab.engine.activate(this.workflow(parameters), {
			credentials: [this.lab.credential],
			...options,
		});
	}
}

export function triggerWorkflow(parameters: INodeParameters): WorkflowFile {
	// Seldom, for the engine's crons fire by themselves, too: tests poll when they want to.
	const pollTimes = { item: [{ mode: 'custom', cronExpression: '0 0 29 2 *' }] };
	return chain(node('Trigger', 'n8n-nodes-datagym.dataGymTrigger', { pollTimes, ...parameters }));
}

/** What the executions were started with: `completed car_1.jpg` and so on, a list for each execution that had items. */
export function emittedBy({ runs }: ActiveWorkflow): string[][] {
	return itemsOf({ runs }).map((items) => items.map(named));
}

/** `completed car_1.jpg`, `everyNFinished 100`, or `projectFinished 1` for the first time. */
export function named({ event, imageName, milestone, timesFinished }: Record<string, unknown>): string {
	return `${String(event)} ${String(imageName ?? milestone ?? timesFinished)}`;
}

export function itemsOf({ runs }: Pick<ActiveWorkflow, 'runs'>): Array<Array<Record<string, unknown>>> {
	return runs.map((run) => run.itemsOf('Trigger').map(({ json }) => json)).filter((items) => items.length > 0);
}
