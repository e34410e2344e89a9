import { alreadyExists, ruleBroken } from '../errors';
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
 * Writes many labels at once [ui 238]: those without an id are made, without any children but the sent ones; of the others the
 * children that are not named go. Labels that are not named stay.
 */
export function writeValues(store: Store, projectId: string, sent: SentValue[], labeler: string): void {
	const known = new Set<string>();
	for (const value of sent) refuseWrong(store, projectId, value, known);
	for (const value of sent) write(store, value, null, labeler);
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

function write(store: Store, sent: SentValue, parent: LabelValue | null, labeler: string): LabelValue {
	const value = sent.id === null ? bareValue(store, sent, parent, labeler) : store.value(sent.id);
	value.content = sent.content;
	value.comment = sent.comment;
	value.valid = false;
	value.timestamp = store.startedAt;
	value.labeler = labeler;
	const children = sent.children.map((child) => write(store, child, value, labeler));
	drop(store, value, (child) => !children.includes(child));
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

function drop(store: Store, value: LabelValue, isGone: (child: LabelValue) => boolean): void {
	for (const child of value.children.filter(isGone))
		for (const each of withDescendants(child)) store.values.delete(each.id);
	value.children = value.children.filter((child) => !isGone(child));
}

/**
 * Makes the empty answers that are missing, of the image and of its labels: reading a task does that. Of a class that one label
 * answers already the others get none, as on the real server; nested geometries are left alone.
 */
export function extendValues(store: Store, task: Task, labeler: string): void {
	ensureGlobalValues(store, task, labeler);
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
