import { alreadyExists, ruleBroken, systemFault } from '../errors';
import type { Content, LabelEntry, LabelValue, Task } from './model';
import type { Store } from './store';
import { allValues, createValue, ensureGlobalValues, isClassification, withDescendants } from './values';

/** A label as it is sent in a list: new without an id; what it holds replaces what is there. */
export interface SentValue {
	id: string | null;
	entryId: string;
	taskId: string;
	comment: string | null;
	content: Content;
	children: SentValue[];
}

/**
 * Writes many labels at once [ui 238]: those without an id are made, without any children but the sent ones; labels that are not
 * named stay. The children of a named label that are not named go only when it gets a new one; otherwise they are merely left
 * out of the answer: they are hidden until `show`, which is returned, is called.
 */
export function writeValues(store: Store, projectId: string, sent: SentValue[], labeler: string): { show(): void } {
	const known = new Set<string>();
	for (const value of sent) refuseWrong(store, projectId, value, known);
	const hidden = new Map<LabelValue, LabelValue[]>();
	for (const value of sent) write(store, value, null, labeler, hidden);
	return {
		show: () => {
			for (const [value, children] of hidden) value.children.push(...children);
		},
	};
}

function refuseWrong(store: Store, projectId: string, sent: SentValue, known: Set<string>): void {
	const entry = store.entry(sent.entryId);
	if (entry.configuration.project.id !== projectId) throw ruleBroken('entry_definition_incorrect', entry.id);
	refuseUnanswered(entry, sent.content);
	if (sent.id !== null) {
		if (store.value(sent.id).entry !== entry) throw ruleBroken('entry_definition_incorrect', sent.id);
		if (known.has(sent.id)) throw alreadyExists('Label entry value', 'id:', sent.id);
		known.add(sent.id);
	}
	for (const child of sent.children) {
		if (child.id !== null && sent.id === null) throw ruleBroken('entry_definition_incorrect', child.id);
		refuseWrong(store, projectId, child, known);
	}
}

/** Only here is a required answer asked for before the task is completed. */
function refuseUnanswered(entry: LabelEntry, content: Content): void {
	if (!entry.required && content.type !== 'FREETEXT') return;
	const isMissing =
		(content.type === 'SELECT' && content.selectKey === null) ||
		(content.type === 'CHECKLIST' && content.checkedValues.length === 0) ||
		(content.type === 'FREETEXT' &&
			((entry.required && !content.text) || (content.text ?? '').length > (entry.maxLength ?? Infinity)));
	if (isMissing) throw ruleBroken('entry_value_validation', entry.type);
}

function write(
	store: Store,
	sent: SentValue,
	parent: LabelValue | null,
	labeler: string,
	hidden: Map<LabelValue, LabelValue[]>,
): LabelValue {
	const value = sent.id === null ? bareValue(store, sent, parent, labeler) : store.value(sent.id);
	value.content = sent.content;
	value.comment = sent.comment;
	value.valid = false;
	value.timestamp = store.startedAt;
	value.labeler = labeler;
	const children = sent.children.map((child) => write(store, child, value, labeler, hidden));
	const isUnnamed = (child: LabelValue) => !children.includes(child);
	if (sent.children.some(({ id }) => id === null)) drop(store, value, isUnnamed);
	else hidden.set(value, value.children.filter(isUnnamed));
	value.children = children;
	return value;
}

function bareValue(store: Store, sent: SentValue, parent: LabelValue | null, labeler: string): LabelValue {
	return createBare(store, store.task(sent.taskId), store.entry(sent.entryId), parent, labeler);
}

/** A value alone, without the empty answers that otherwise hang below it [ui 233]. */
export function createBare(
	store: Store,
	task: Task,
	entry: LabelEntry,
	parent: LabelValue | null,
	labeler: string,
): LabelValue {
	const value = createValue(store, task, entry, parent, labeler);
	drop(store, value, () => true);
	return value;
}

/** A label alone must hang where its class does, and where one more answer of its type is missing. */
export function refuseParent(entry: LabelEntry, parent: LabelValue | null): void {
	if (parent === null) {
		if (entry.parent !== null) throw ruleBroken('entry_value_create', entry.type);
		return;
	}
	if (entry.parent === null) throw systemFault();
	if (parent.entry !== entry.parent) throw ruleBroken('entry_value_validation', parent.entry.type);
	if (!isClassification(entry.type)) return;
	const wanted = entry.parent.children.filter(({ type }) => type === entry.type).length;
	const present = parent.children.filter((child) => child.entry.type === entry.type).length;
	if (present >= wanted) throw ruleBroken('entry_value_validation', entry.type);
}

function drop(store: Store, value: LabelValue, isGone: (child: LabelValue) => boolean): void {
	for (const child of value.children.filter(isGone))
		for (const each of withDescendants(child)) store.values.delete(each.id);
	value.children = value.children.filter((child) => !isGone(child));
}

/** Makes all empty answers that are missing: reading a task does that. */
export function extendValues(store: Store, task: Task, labeler: string): void {
	ensureGlobalValues(store, task, labeler);
	extendLabels(store, task, labeler);
}

/**
 * Makes the empty answers that are missing below the labels. Of a class that one label answers already the others get none, as on
 * the real server; nested geometries are left alone.
 */
export function extendLabels(store: Store, task: Task, labeler: string): void {
	for (const root of task.project.configuration.roots) extendBelow(store, task, root, labeler);
}

function extendBelow(store: Store, task: Task, entry: LabelEntry, labeler: string): void {
	for (const child of entry.children) {
		if (!isClassification(child.type)) continue;
		const values = [...allValues(task)];
		if (!values.some((value) => value.entry === child))
			for (const value of values.filter((parent) => parent.entry === entry))
				createValue(store, task, child, value, labeler);
		extendBelow(store, task, child, labeler);
	}
}
