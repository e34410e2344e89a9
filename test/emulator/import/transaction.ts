import type { Content, LabelValue, Task } from '../store/model';
import type { Store } from '../store/store';
import { allValues, forgetValues, valuesOf } from '../store/values';

/** Remembers the labels of the tasks that an import touches, for one bad element undoes all [411, 412]. */
export class LabelTransaction {
	private readonly before = new Map<Task, { values: LabelValue[]; hasJsonUpload: boolean }>();

	constructor(private readonly store: Store) {}

	touch(task: Task): void {
		if (this.before.has(task)) return;
		this.before.set(task, {
			values: valuesOf(task).map((value) => copy(value, null)),
			hasJsonUpload: task.hasJsonUpload,
		});
	}

	undo(): void {
		for (const [task, { values, hasJsonUpload }] of this.before) {
			forgetValues(this.store, task);
			task.values = values;
			task.hasJsonUpload = hasJsonUpload;
			for (const value of allValues(task)) this.store.values.set(value.id, value);
		}
	}
}

function copy(value: LabelValue, parent: LabelValue | null): LabelValue {
	const twin: LabelValue = { ...value, parent, children: [], content: structuredClone<Content>(value.content) };
	twin.children = value.children.map((child) => copy(child, twin));
	return twin;
}
