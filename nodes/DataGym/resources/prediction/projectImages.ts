import { TASK_STATES, type Task } from '../../../../client';
import { readExport } from '../../../../labels/datagym/export';
import type { LabelClass } from '../../../../labels/model';
import { FINISHED_STATES, getLabelConfig, getTasks } from '../../projectTasks';
import type { Run } from '../../run';

/** What is known of a project's images and classes before an import: the server's own checks say too little. */
export class ProjectImages {
	private readonly byName = new Map<string, Task[]>();

	private constructor(
		/** By image; undefined on servers of the documented generation, which have no task list. */
		private readonly tasks: ReadonlyMap<string, Task> | undefined,
		private readonly finished: ReadonlySet<string>,
		readonly classes: readonly LabelClass[] | undefined,
	) {
		for (const task of tasks?.values() ?? []) this.byName.set(task.imageName, [...(this.byName.get(task.imageName) ?? []), task]);
	}

	static async of(run: Run, projectId: string, withClasses: boolean): Promise<ProjectImages> {
		if ((await run.api.generation()) === 'image') return await ProjectImages.ofDocumentedServer(run, projectId);
		const tasks = await getTasks(run, projectId, TASK_STATES);
		const finished = tasks.filter(({ state }) => FINISHED_STATES.some((known) => known === state)).map(({ imageId }) => imageId);
		const config = withClasses ? await getLabelConfig(run.api, projectId) : undefined;
		return new ProjectImages(new Map(tasks.map((task) => [task.imageId, task])), new Set(finished), config?.classes);
	}

	/** The export tells the finished images there; its classes have neither options nor nesting, so they are not used to check. */
	private static async ofDocumentedServer({ api }: Run, projectId: string): Promise<ProjectImages> {
		const finished = [...readExport(await api.exportLabels(projectId))].flatMap((element) => (element.kind === 'image' ? [element.image.imageId] : []));
		return new ProjectImages(undefined, new Set(finished), undefined);
	}

	isFinished(imageId: string): boolean {
		return this.finished.has(imageId);
	}

	/** Whether the image has a task in the project; undefined if the server does not tell. */
	knows(imageId: string): boolean | undefined {
		return this.tasks?.has(imageId);
	}

	task(imageId: string): Task | undefined {
		return this.tasks?.get(imageId);
	}

	/** The tasks of all images of that name: several datasets of a project can hold the same name. */
	named(imageName: string): readonly Task[] {
		return this.byName.get(imageName) ?? [];
	}
}
