import { ruleBroken, systemFault } from '../errors';
import {
	CLASSIFICATION_TYPES,
	type Content,
	type EntryType,
	type LabelEntry,
	type LabelValue,
	type Task,
} from './model';
import type { Store } from './store';
import { contentFault } from './valueRules';

/** The database's column for free texts [407]. */
const LONGEST_TEXT = 255;

export function isClassification(type: EntryType): boolean {
	return (CLASSIFICATION_TYPES as readonly string[]).includes(type);
}

/** The root values of a task; seeded labels come into being here. */
export function valuesOf(task: Task): LabelValue[] {
	const { seeded } = task;
	if (seeded) {
		task.seeded = null;
		seeded();
	}
	return task.values;
}

export function emptyContent(type: EntryType): Content {
	switch (type) {
		case 'POINT':
			return { type, x: null, y: null };
		case 'RECTANGLE':
			return { type, x: null, y: null, width: null, height: null };
		case 'LINE':
		case 'POLYGON':
			return { type, points: [] };
		case 'IMAGE_SEGMENTATION':
			return { type, rings: [] };
		case 'SELECT':
			return { type, selectKey: null };
		case 'CHECKLIST':
			return { type, checkedValues: [] };
		case 'FREETEXT':
			return { type, text: null };
	}
}

/** An empty value with its classifications; nested geometries are made by name only [279, 284]. */
export function createValue(
	store: Store,
	task: Task,
	entry: LabelEntry,
	parent: LabelValue | null,
	labeler: string,
): LabelValue {
	const value: LabelValue = {
		id: store.newId(),
		entry,
		task,
		parent,
		children: [],
		timestamp: Date.now(),
		labeler,
		valid: false,
		comment: null,
		content: emptyContent(entry.type),
		changes: [],
	};
	store.values.set(value.id, value);
	(parent ? parent.children : valuesOf(task)).push(value);
	for (const child of entry.children) if (isClassification(child.type)) createValue(store, task, child, value, labeler);
	return value;
}

/** Makes the missing values of global classifications: reading a task does that, and so does an import [271]. */
export function ensureGlobalValues(store: Store, task: Task, labeler: string): LabelValue[] {
	const values = valuesOf(task);
	const present = new Set(values.map((value) => value.entry));
	for (const entry of task.project.configuration.roots) {
		if (isClassification(entry.type) && !present.has(entry)) createValue(store, task, entry, null, labeler);
	}
	return values.filter((value) => isClassification(value.entry.type));
}

export interface ValueUpdate {
	content: Content;
	comment: string | null;
	parent: LabelValue | null;
	/** Who changes it. */
	labeler: string;
	/** Stored as it is sent. */
	valid: boolean;
}

/** Replaces everything, the labeler and the parent too: without it the value is cut loose [707, 708]. Nothing is checked [293, 314]. */
export function updateValue(store: Store, value: LabelValue, update: ValueUpdate): void {
	if (update.content.type === 'FREETEXT' && (update.content.text?.length ?? 0) > LONGEST_TEXT) throw systemFault();
	value.content = update.content;
	value.comment = update.comment;
	value.valid = update.valid;
	value.labeler = update.labeler;
	value.timestamp = store.startedAt;
	if (value.parent !== update.parent) {
		remove(siblings(value), value);
		value.parent = update.parent;
		siblings(value).push(value);
	}
}

/** Another class of the same geometry: a new value, without the old classifications [298]. */
export function changeClass(store: Store, value: LabelValue, entry: LabelEntry, labeler: string): LabelValue {
	if (entry === value.entry) throw ruleBroken('entry_types_are_the_same');
	if (entry.type !== value.entry.type) throw ruleBroken('entry_types_not_the_same');
	const changed = createValue(store, value.task, entry, value.parent, labeler);
	changed.content = value.content;
	changed.timestamp = store.startedAt;
	removeValue(store, value);
	changed.valid = value.valid;
	for (const child of changed.children)
		for (const each of withDescendants(child)) each.valid = contentFault(each) === null;
	return changed;
}

export function deleteValue(store: Store, value: LabelValue): void {
	if (isClassification(value.entry.type)) throw ruleBroken('entry_value_delete', value.id);
	removeValue(store, value);
}

function removeValue(store: Store, value: LabelValue): void {
	remove(siblings(value), value);
	for (const each of withDescendants(value)) store.values.delete(each.id);
}

export function forgetValues(store: Store, task: Task): void {
	for (const value of allValues(task)) store.values.delete(value.id);
	task.values = [];
}

/** Every value must hold what its class demands, or the task is not completed [272, 317, 621]; geometries are looked at first. */
export function validateAll(task: Task): void {
	const all = [...allValues(task)];
	const root = (value: LabelValue): LabelValue => (value.parent ? root(value.parent) : value);
	const geometriesFirst = [...all].sort(
		(a, b) => Number(isClassification(root(a).entry.type)) - Number(isClassification(root(b).entry.type)),
	);
	for (const value of geometriesFirst) {
		if (contentFault(value)) throw ruleBroken('entry_value_validation', value.entry.type, value.id);
	}
	for (const value of all) value.valid = true;
}

export function* allValues(task: Task): Iterable<LabelValue> {
	for (const value of valuesOf(task)) yield* withDescendants(value);
}

export function* withDescendants(value: LabelValue): Iterable<LabelValue> {
	yield value;
	for (const child of value.children) yield* withDescendants(child);
}

function siblings(value: LabelValue): LabelValue[] {
	return value.parent ? value.parent.children : valuesOf(value.task);
}

function remove<T>(list: T[], item: T): void {
	const at = list.indexOf(item);
	if (at >= 0) list.splice(at, 1);
}
