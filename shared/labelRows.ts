import type { IDataObject } from 'n8n-workflow';
import {
	atOnce,
	boundingBox,
	type Classifications,
	eachObject,
	type Geometry,
	isGeometryClass,
	type LabelClass,
	type LabeledImage,
	type LabelObject,
	type LabelProblem,
	type LabelValue,
	ownerOf,
	setOwn,
	type Steps,
} from '@datagym/labels';
import { authorRecord } from './labelRecords';

/** An image with all that its rows say. */
export interface ImageOfRows {
	readonly image: LabeledImage;
	/** Labels that could not be read. */
	readonly problems: ReadonlyArray<Pick<LabelProblem, 'path' | 'message'>>;
	/** The same labels with who made each and when, which task details tell. */
	readonly values?: readonly LabelValue[] | undefined;
	/** Columns that are the same for all labels of the image; they come before those of the image itself. */
	readonly common: IDataObject;
}

/** A label as a flat record. Without an object, it says something about an image that has none. */
export interface LabelRow {
	readonly record: IDataObject;
	readonly object?: LabelObject;
}

/** In each row, in this order. Coordinates are pixels of the displayed image, as in the label model. */
const COLUMNS = [
	'imageName',
	'imageId',
	'taskId',
	'status',
	'className',
	'type',
	'x',
	'y',
	'width',
	'height',
	'labelId',
	'parentLabelId',
	'parentClassName',
	'score',
	'labeler',
	'timestamp',
	'imageWidth',
	'imageHeight',
	'projectId',
	'geometry',
	'problem',
] as const;

/** In the rows of a node that knows more; `event` comes first, the others last. */
const MORE_COLUMNS = ['projectName', 'reviewComment', 'hint'] as const;

const KNOWN_COLUMNS: readonly string[] = ['event', ...COLUMNS, ...MORE_COLUMNS];

/** As keys of classes are stored, in lower case. */
const TAKEN = new Set(KNOWN_COLUMNS.map((name) => name.toLowerCase()));

/** What a cell of a spreadsheet holds: n8n refuses to write a longer text to one. */
const LONGEST_TEXT = 32_767;

/** A row for each label of an image, nested ones right after the one that they are in; without any, one row about the image. */
export function labelRows(content: ImageOfRows): readonly LabelRow[] {
	const authors = new Map((content.values ?? []).flatMap(withNested).map((value) => [value.valueId, value]));
	const rows: LabelRow[] = [];
	eachObject(content.image, (object, parent) => {
		const author = object.id === undefined ? undefined : authors.get(object.id);
		rows.push({
			object,
			record: rowOf(content, { ...objectColumns(object, parent), ...authorRecord(author) }, object),
		});
	});
	return rows.length > 0 ? rows : [{ record: rowOf(content, {}, undefined) }];
}

function withNested(value: LabelValue): LabelValue[] {
	return [value, ...value.children.flatMap(withNested)];
}

function rowOf(
	{ image, problems, common }: ImageOfRows,
	columns: IDataObject & { problem?: string },
	object: LabelObject | undefined,
): IDataObject {
	const { imageName, imageId, taskId, status, labeler, storedSize } = image;
	const unread = problems.map(({ path, message }) => (path === '' ? message : `${path}: ${message}`));
	const known: IDataObject = {
		imageName,
		imageId,
		taskId,
		status,
		labeler,
		imageWidth: storedSize?.width,
		imageHeight: storedSize?.height,
		...common,
		...columns,
		problem: [...unread, ...(columns.problem === undefined ? [] : [columns.problem])].join(' ') || null,
	};
	const record: IDataObject = {};
	for (const name of KNOWN_COLUMNS) {
		const value = known[name];
		if (value !== undefined || (COLUMNS as readonly string[]).includes(name)) record[name] = value ?? null;
	}
	addAnswers(record, object?.classifications ?? {}, labelColumn);
	addAnswers(record, image.classifications, imageColumn);
	return record;
}

/** The box is the smallest around any shape; that of a point has no size. */
function objectColumns(object: LabelObject, parent: LabelObject | undefined): IDataObject & { problem?: string } {
	const { id, className, geometry, score } = object;
	const text = JSON.stringify(geometry);
	return {
		className,
		type: geometry.type,
		...boxOf(geometry),
		labelId: id,
		parentLabelId: parent?.id,
		parentClassName: parent?.className,
		score,
		...(text.length <= LONGEST_TEXT
			? { geometry: text }
			: { problem: `The geometry is longer than a cell of a spreadsheet. "Item per Image" contains it.` }),
	};
}

function boxOf(geometry: Geometry): IDataObject {
	const { x, y, width, height } = boundingBox(geometry) ?? {};
	return { x, y, width, height };
}

/** The column of a classification: its keys from the outermost to its own. */
type ColumnName = (path: readonly string[]) => string;

/** A name that is taken, or could be, gets a prefix. */
const labelColumn: ColumnName = (path) => {
	const name = path.join('_');
	return TAKEN.has(name.toLowerCase()) || /^(image|label)_/i.test(name) ? `label_${name}` : name;
};

const imageColumn: ColumnName = (path) => `image_${path.join('_')}`;

/** Several values become one text; two classifications whose names are the same share their column. */
function addAnswers(
	record: IDataObject,
	classifications: Classifications,
	columnOf: ColumnName,
	above: readonly string[] = [],
): void {
	for (const [key, { values, children }] of Object.entries(classifications)) {
		const path = [...above, key];
		const name = columnOf(path);
		const before = Object.hasOwn(record, name) ? record[name] : null;
		const texts = [...(typeof before === 'string' ? [before] : []), ...values];
		setOwn(record, name, texts.length === 0 ? null : texts.join(', '));
		addAnswers(record, children, columnOf, path);
	}
}

/** The columns of all classifications of a project, as far as it is known what they are about. */
function columnsOfClasses(classes: readonly LabelClass[]): string[] {
	return classes.flatMap((known) => {
		if (isGeometryClass(known) || known.parents === undefined) return [];
		const owner = ownerOf(known, classes);
		if (owner === undefined) return [imageColumn([...known.parents, known.key])];
		return [labelColumn([...known.parents.slice(known.parents.lastIndexOf(owner) + 1), known.key])];
	});
}

/**
 * The same records, each with the columns of all, in one order: what each row has, then the classifications of labels, then those of
 * images, both by name. What a record does not say is null.
 *
 * @param classes of the project, whose classifications get their columns also where nobody has answered them.
 */
export function withSameColumns(records: readonly IDataObject[], classes: readonly LabelClass[] = []): IDataObject[] {
	return atOnce(sameColumns([...records], classes));
}

/** The same, of many records, each of which takes the place of its own in the list, so that none is held twice. */
export function* sameColumns(records: IDataObject[], classes: readonly LabelClass[] = []): Steps<IDataObject[]> {
	const names = new Set(columnsOfClasses(classes));
	for (const [index, record] of records.entries()) {
		for (const name of Object.keys(record)) names.add(name);
		if (index % MANY === 0) yield;
	}
	const known = KNOWN_COLUMNS.filter((name) => names.has(name));
	const others = [...names].filter((name) => !KNOWN_COLUMNS.includes(name)).sort(byColumn);
	const columns = [...known, ...others];
	for (const [index, record] of records.entries()) {
		if (!hasColumns(record, columns)) records[index] = withColumns(record, columns);
		if (index % MANY === 0) yield;
	}
	return records;
}

function hasColumns(record: IDataObject, columns: readonly string[]): boolean {
	const own = Object.keys(record);
	return own.length === columns.length && own.every((name, index) => name === columns[index]);
}

function withColumns(record: IDataObject, columns: readonly string[]): IDataObject {
	const complete: IDataObject = {};
	for (const name of columns) setOwn(complete, name, Object.hasOwn(record, name) ? record[name] : null);
	return complete;
}

/** Records in a step. */
const MANY = 64;

function byColumn(a: string, b: string): number {
	const [aOfImage, bOfImage] = [a, b].map((name) => Number(name.startsWith('image_')));
	return (aOfImage ?? 0) - (bOfImage ?? 0) || (a < b ? -1 : Number(a > b));
}
