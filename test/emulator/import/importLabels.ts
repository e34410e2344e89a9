import { ruleBroken, systemFault } from '../errors';
import { isObject, type JsonObject } from '../http/fields';
import type { Content, LabelEntry, LabelValue, Project, Task } from '../store/model';
import { equalityKey } from '../store/names';
import { allValues, createValue, ensureGlobalValues, forgetValues, valuesOf } from '../store/values';
import { contentFault } from '../store/valueRules';
import type { Store } from '../store/store';

const LONGEST_TEXT = 255;
const GEOMETRY_NAMES = ['polygon', 'rectangle', 'line', 'point', 'geometry'];

/** Puts the labels of one element of an import into its task (docs/contract.md#prediction-import). The state of the task does not matter [373]. */
export function readElement(store: Store, task: Task, element: JsonObject, labeler: string): void {
	if (element.keepData === false) forgetValues(store, task);
	const globals = ensureGlobalValues(store, task, labeler);
	for (const [key, chosen] of fieldsOf(element.global_classifications))
		readClassification(byExactKey(globals, key), chosen);
	for (const [key, labels] of fieldsOf(element.labels)) {
		const entry = entryByKey(task.project, null, key);
		for (const label of listOf(labels)) readLabel(store, task, entry, null, label, labeler);
	}
	task.hasJsonUpload = true;
}

function readLabel(
	store: Store,
	task: Task,
	entry: LabelEntry,
	parent: LabelValue | null,
	label: unknown,
	labeler: string,
): void {
	const fields = isObject(label) ? label : {};
	const value = createValue(store, task, entry, parent, labeler);
	for (const name of GEOMETRY_NAMES) if (name in fields) readGeometry(store, value, listOf(fields[name]));
	for (const [key, chosen] of fieldsOf(fields.classifications))
		readClassification(byExactKey(value.children, key), chosen);
	if (parent) return;
	for (const [key, labels] of fieldsOf(fields.nested_geometries)) {
		const nestedEntry = entryByKey(task.project, entry, key);
		for (const nested of listOf(labels)) readLabel(store, task, nestedEntry, value, nested, labeler);
	}
}

/** A geometry that does not fit the class is squeezed in, or fails only because of its names of coordinates [394, 395]. */
function readGeometry(store: Store, value: LabelValue, points: unknown[]): void {
	for (const point of points) addPoint(store, value.content, value.entry, isObject(point) ? point : {});
	value.valid = contentFault(value) === null;
}

function addPoint(store: Store, content: Content, entry: LabelEntry, point: JsonObject): void {
	switch (content.type) {
		case 'LINE':
		case 'POLYGON':
			content.points.push({ id: store.newId(), ...planePoint(point, entry) });
			return;
		case 'POINT':
			Object.assign(content, planePoint(point, entry));
			return;
		case 'RECTANGLE':
			for (const [name, coordinate] of Object.entries(point)) setSide(content, name, Number(coordinate), entry);
			return;
		default:
			throw ruleBroken('entry_type_not_found', entry.type);
	}
}

function planePoint(point: JsonObject, entry: LabelEntry): { x: number | null; y: number | null } {
	for (const name of Object.keys(point))
		if (name !== 'x' && name !== 'y') throw ruleBroken('entry_value_validation', entry.type);
	return { x: 'x' in point ? Number(point.x) : null, y: 'y' in point ? Number(point.y) : null };
}

function setSide(content: Content & { type: 'RECTANGLE' }, name: string, coordinate: number, entry: LabelEntry): void {
	if (name === 'x' || name === 'y') content[name] = coordinate;
	else if (name === 'w') content.width = coordinate;
	else if (name === 'h') content.height = coordinate;
	else throw ruleBroken('entry_type_not_found', entry.type);
}

function readClassification(value: LabelValue, chosen: unknown): void {
	const texts = listOf(chosen).filter((item): item is string => typeof item === 'string');
	choose(value, texts);
	for (const item of listOf(chosen)) {
		if (!isObject(item)) continue;
		// Only the first name of such an object is read.
		const [first] = Object.entries(item);
		if (first) readClassification(byKey(value.children, first[0]), first[1]);
	}
}

/** A select or a text takes exactly one value, else it is silently left alone [402]. */
function choose(value: LabelValue, texts: string[]): void {
	const { content } = value;
	const [only] = texts;
	if (content.type === 'CHECKLIST') {
		if (texts.length === 0) return;
		content.checkedValues = texts;
	} else if (only === undefined || texts.length > 1) {
		return;
	} else if (content.type === 'SELECT') {
		content.selectKey = Object.hasOwn(value.entry.options ?? {}, only) ? only : null;
	} else if (content.type === 'FREETEXT') {
		if (only.length > LONGEST_TEXT) throw systemFault();
		content.text = only;
	}
	const unknownOption = content.type === 'SELECT' && content.selectKey === null;
	value.valid = !unknownOption && contentFault(value) === null;
}

/** Those of the image and of labels are compared by Java, in lower case as they are stored; those below them by the database. */
function byExactKey(values: LabelValue[], key: string): LabelValue {
	const value = values.find((candidate) => candidate.entry.key === key);
	if (!value) throw ruleBroken('wrong_entry_id', key);
	return value;
}

function byKey(values: LabelValue[], key: string): LabelValue {
	return only(
		values.filter((candidate) => equalityKey(candidate.entry.key) === equalityKey(key)),
		key,
	);
}

function entryByKey(project: Project, parent: LabelEntry | null, key: string): LabelEntry {
	const entries = parent ? parent.children : project.configuration.roots;
	return only(
		entries.filter((candidate) => equalityKey(candidate.key) === equalityKey(key)),
		key,
	);
}

/** The database is asked for one; `car` and `Car`, which are both stored as `car`, are a fault. */
function only<T>(found: T[], key: string): T {
	const [first, second] = found;
	if (first === undefined) throw ruleBroken('wrong_entry_id', key);
	if (second !== undefined) throw systemFault();
	return first;
}

function fieldsOf(value: unknown): Array<[string, unknown]> {
	return isObject(value) ? Object.entries(value) : [];
}

function listOf(value: unknown): unknown[] {
	return Array.isArray(value) ? value : [];
}

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
