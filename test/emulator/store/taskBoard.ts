import { TASK_STATES, type Medium, type Task, type TaskState } from './model';

/** By name as the database sorts; ties, which it leaves undefined, by id. */
function byName(one: Task, other: Task): number {
	const [a, b] = one.medium === other.medium ? [one.id, other.id] : [one.medium.sortKey, other.medium.sortKey];
	if (a === b) return one.id < other.id ? -1 : one.id > other.id ? 1 : 0;
	return a < b ? -1 : 1;
}

/** Where a task stands, or would stand, in a sorted list. */
function position(sorted: Task[], task: Task): number {
	let [low, high] = [0, sorted.length];
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (byName(sorted[middle] as Task, task) < 0) low = middle + 1;
		else high = middle;
	}
	return low;
}

/**
 * The tasks of one project, indexed by state and by medium: lists of 100,000 tasks are asked for again and again by clients that
 * poll, so a state's list is sorted when it is first asked for and then kept sorted.
 */
export class TaskBoard {
	private readonly byState = new Map<TaskState, Set<Task>>(TASK_STATES.map((state) => [state, new Set()]));
	private readonly sorted = new Map<TaskState, Task[]>();
	private readonly byMedium = new Map<Medium, Task>();

	add(task: Task): void {
		this.byMedium.set(task.medium, task);
		this.enter(task);
	}

	remove(task: Task): void {
		this.byMedium.delete(task.medium);
		this.leave(task);
	}

	move(task: Task, state: TaskState): void {
		if (task.state === state) return;
		this.leave(task);
		task.state = state;
		this.enter(task);
	}

	private enter(task: Task): void {
		this.members(task.state).add(task);
		const sorted = this.sorted.get(task.state);
		sorted?.splice(position(sorted, task), 0, task);
	}

	private leave(task: Task): void {
		this.members(task.state).delete(task);
		const sorted = this.sorted.get(task.state);
		sorted?.splice(position(sorted, task), 1);
	}

	moveAll(from: TaskState, to: TaskState, concerns: (task: Task) => boolean = () => true): void {
		// Sorting once afterward is cheaper than keeping both lists sorted all the way.
		this.sorted.delete(from);
		this.sorted.delete(to);
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
		return this.inOrder(state).filter((task) => !task.medium.deleted);
	}

	/** The first task of `list` that suits. */
	first(state: TaskState, suits: (task: Task) => boolean = () => true): Task | undefined {
		return this.inOrder(state).find((task) => !task.medium.deleted && suits(task));
	}

	private inOrder(state: TaskState): Task[] {
		let tasks = this.sorted.get(state);
		if (!tasks) {
			tasks = [...this.members(state)].sort(byName);
			this.sorted.set(state, tasks);
		}
		return tasks;
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
