import { KeyMap } from '../classes/classKey';
import {
	CLASSIFICATION_ENTRY_TYPES,
	classTypeOf,
	compareKeys,
	GEOMETRY_ENTRY_TYPES,
	numberClasses,
} from '../classes/labelClass';
import { isGeometryType, type GeometryType, type LabelClass, type LabeledImage } from '../model';
import { relocate, type LabelProblem } from '../parsing/problem';
import { isList, isRecord, shown, textOf } from '../parsing/record';
import { readImageElement, type GeometryTypes } from './imageElement';
import { inOrder } from './labelOrder';

/** One element of an export, by its kind. */
export type ExportElement =
	| { readonly kind: 'classes'; readonly classes: LabelClass[]; readonly problems: LabelProblem[] }
	| { readonly kind: 'image'; readonly image: LabeledImage; readonly problems: LabelProblem[] }
	/** A task of a video project, whose labels have to be fetched one by one. */
	| {
			readonly kind: 'video';
			readonly image: LabeledImage;
			readonly taskExportUrl: string;
			readonly problems: LabelProblem[];
	  }
	| { readonly kind: 'unreadable'; readonly problems: LabelProblem[] };

const NO_TYPES: GeometryTypes = new Map();
const ENTRY_TYPES = [...GEOMETRY_ENTRY_TYPES, ...CLASSIFICATION_ENTRY_TYPES];

/**
 * Reads the elements of `GET /export/{projectId}` of both generations one after the other, so that an export of any size
 * is never held twice: give an array, or a generator that parses as it goes.
 *
 * Paths of problems start with the element's position: `[3].labels.car[0].rectangle`. Never throws by itself.
 */
export function* readExport(elements: Iterable<unknown>): Generator<ExportElement, void, undefined> {
	const reader = new ExportReader();
	for (const value of elements) yield reader.read(value);
}

/** The same for elements that arrive one by one: give them in their order. */
export class ExportReader {
	private types = NO_TYPES;
	private position = 0;

	read(value: unknown): ExportElement {
		const element = readExportElement(value, this.types);
		if (element.kind === 'classes') this.types = geometryTypesOf(element.classes);
		if (element.problems.length > 0) relocate(element.problems, 0, `[${this.position}]`);
		this.position++;
		return element;
	}
}

/**
 * Reads one element of an export: the header with the classes, or an image.
 * `types` are those of the header (`geometryTypesOf`); only exports of 2020 need them. Paths are relative to the element.
 * Source: docs/contract.md#export; `api-docs-2020.txt`; recordings 334, 631, 684.
 */
export function readExportElement(value: unknown, types: GeometryTypes = NO_TYPES): ExportElement {
	const problems: LabelProblem[] = [];
	if (!isRecord(value)) {
		problems.push({
			severity: 'error',
			reason: 'unreadable',
			path: '',
			message: `An export element must be an object, but got ${shown(value)}. Export the project again.`,
		});
		return { kind: 'unreadable', problems };
	}
	if ('label_classes' in value)
		return { kind: 'classes', classes: readClassHeader(value.label_classes, problems), problems };
	const image = inOrder(readImageElement(value, types, problems));
	const taskExportUrl = textOf(value.task_export_url);
	if (taskExportUrl !== undefined)
		return { kind: 'video', image: withVideoSize(image, value), taskExportUrl, problems };
	if (image.imageId === '' && image.imageName === '') {
		problems.push({
			severity: 'error',
			reason: 'no-image',
			path: '',
			message: 'The element has no image: "internal_media_ID" is missing. Export the project again.',
		});
	}
	return { kind: 'image', image, problems };
}

/** Types by key, as the server compares keys; keys that stand for two types of geometry (under different parents) are not in it. */
export function geometryTypesOf(classes: readonly LabelClass[]): GeometryTypes {
	const types = new Map<string, GeometryType>();
	const ambiguous = new Set<string>();
	for (const { key, type } of classes) {
		if (!isGeometryType(type)) continue;
		if ((types.get(key) ?? type) !== type) ambiguous.add(key);
		types.set(key, type);
	}
	const known = new KeyMap<GeometryType>();
	for (const [key, type] of types) if (!ambiguous.has(key)) known.set(key, type);
	return known;
}

/** In the order of their keys, since the server has none. The header is flat: no parents, options, names; entries of one key under several parents are repeated. */
function readClassHeader(value: unknown, problems: LabelProblem[]): LabelClass[] {
	if (!isList(value)) {
		problems.push({
			severity: 'error',
			reason: 'unreadable',
			path: 'label_classes',
			message: `The classes must be a list, but got ${shown(value)}. Export the project again.`,
		});
		return [];
	}
	const classes = new Map<string, Omit<LabelClass, 'number'>>();
	value.forEach((item, index) => {
		const record = isRecord(item) ? item : {};
		const key = textOf(record.class_name);
		const wireType = textOf(record.geometry_type) ?? textOf(record.classification_type);
		const type = ENTRY_TYPES.find((known) => known === wireType?.toLowerCase());
		if (key !== undefined && type !== undefined)
			classes.set(`${type} ${key}`, { key, name: key, type: classTypeOf(type) });
		else
			problems.push({
				severity: 'warning',
				reason: 'unreadable',
				path: `label_classes[${index}]`,
				message: `This class has no name or an unknown type (${shown(wireType)}) and was skipped. Check the server's version.`,
			});
	});
	return numberClasses([...classes.values()].sort((a, b) => compareKeys(a.key, b.key) || compareKeys(a.type, b.type)));
}

function withVideoSize(image: LabeledImage, value: Readonly<Record<string, unknown>>): LabeledImage {
	const width = Number(value.video_width);
	const height = Number(value.video_height);
	return width > 0 && height > 0 && Number.isFinite(width + height) ? { ...image, width, height } : image;
}
