import { TASK_STATES, type Medium, type Task, type TaskState } from './model';

function byName(one: Task, other: Task): number {
	return one.medium.sortKey < other.medium.sortKey ? -1 : one.medium.sortKey > other.medium.sortKey ? 1 : 0;
}

/**
 * The tasks of one project, indexed by state and by medium: lists of 100,000 tasks are asked for again and again by clients that
 * poll, so the sorted list of a state is kept until a task enters or leaves that state.
 */
export class TaskBoard {
	private readonly byState = new Map<TaskState, Set<Task>>(TASK_STATES.map((state) => [state, new Set()]));
	private readonly sorted = new Map<TaskState, Task[]>();
	private readonly byMedium = new Map<Medium, Task>();

	add(task: Task): void {
		this.byMedium.set(task.medium, task);
		this.members(task.state).add(task);
		this.sorted.delete(task.state);
	}

	remove(task: Task): void {
		this.byMedium.delete(task.medium);
		this.members(task.state).delete(task);
		this.sorted.delete(task.state);
	}

	move(task: Task, state: TaskState): void {
		if (task.state === state) return;
		this.members(task.state).delete(task);
		this.sorted.delete(task.state);
		task.state = state;
		this.members(state).add(task);
		this.sorted.delete(state);
	}

	moveAll(from: TaskState, to: TaskState, concerns: (task: Task) => boolean = () => true): void {
		for (const task of [...this.members(from)]) if (concerns(task)) this.move(task, to);
	}

	of(medium: Medium): Task | undefined {
		return this.byMedium.get(medium);
	}

	count(state: TaskState): number {
		return this.members(state).size;
	}

	get size(): number {
		return this.byMedium.size;
	}

	/** The tasks of a state with living media, by the media's names. */
	list(state: TaskState): Task[] {
		let tasks = this.sorted.get(state);
		if (!tasks) {
			tasks = [...this.members(state)].sort(byName);
			this.sorted.set(state, tasks);
		}
		return tasks.filter((task) => !task.medium.deleted);
	}

	/** All tasks with living media, by name. */
	listAll(): Task[] {
		return [...this.byMedium.values()].filter((task) => !task.medium.deleted).sort(byName);
	}

	all(): Iterable<Task> {
		return this.byMedium.values();
	}

	private members(state: TaskState): Set<Task> {
		return this.byState.get(state) as Set<Task>;
	}
}
