import { geometryFault, type WireGeometry, writeGeometry } from './geometry';
import { entryTypeOf } from '../classes/labelClass';
import type { LabelClass, LabeledImage, LabelObject } from '../model';
import { relocate, type LabelProblem } from '../parsing/problem';
import { isRecord, ownValue, setOwn, shown } from '../parsing/record';
import { writeImportClassifications, type WireClassifications } from './classifications';
import { geometryTypesOf } from './export';
import { readImageElement } from './imageElement';

/** One label as the import takes it: the geometry under its own key. */
type ImportLabel = { [Key in WireGeometry['key'] | 'geometry']?: WireGeometry['value'] } & {
	classifications: WireClassifications;
	nested_geometries?: Record<string, ImportLabel[]>;
};

/** One element of the body of `POST /project/{id}/prediction`. */
export interface ImportElement {
	internal_media_ID: string;
	/** The name of the id in the API of 2020. A newer server ignores it beside the new one. */
	internal_image_ID?: string;
	/** Always written: a server adds labels to the old ones when it is missing. */
	keepData: boolean;
	global_classifications: WireClassifications;
	labels: Record<string, ImportLabel[]>;
}

export interface ImportWriting {
	/** `true` adds to the image's labels, `false` replaces them. */
	readonly keepData: boolean;
	/** Whether it is for a server of the API of 2020, which wants the id under its old name and each geometry under `geometry`. */
	readonly for2020?: boolean;
}

/**
 * Writes one image as an element of the import. What the import would refuse or spoil is skipped and reported, since one bad
 * label makes the server refuse the whole request: broken numbers, too few points, segmentations, classifications below
 * two values, nesting deeper than one level. Classes are not checked here (`checkPrediction` does).
 * Source: docs/contract.md#prediction-import.
 */
export function writeImportElement(
	image: LabeledImage,
	options: ImportWriting,
): { element: ImportElement; problems: LabelProblem[] } {
	const problems: LabelProblem[] = [];
	if (image.imageId === '') {
		problems.push({
			severity: 'error',
			reason: 'no-image',
			path: '',
			message:
				'The image has no ID, so DataGym would skip it without an error. Provide its ID, or find the image by its name.',
		});
	}
	const before = problems.length;
	const global = writeImportClassifications(image.classifications, problems);
	if (problems.length > before) relocate(problems, before, 'global_classifications');
	const element: ImportElement = {
		internal_media_ID: image.imageId,
		...(options.for2020 === true && { internal_image_ID: image.imageId }),
		keepData: options.keepData,
		global_classifications: global,
		labels: writeLabels(image.objects, 'labels', { level: 1, for2020: options.for2020 === true }, problems),
	};
	return { element, problems };
}

/** Where the labels go. */
interface Target {
	readonly level: number;
	readonly for2020: boolean;
}

function writeLabels(
	objects: readonly LabelObject[],
	place: string,
	target: Target,
	problems: LabelProblem[],
): Record<string, ImportLabel[]> {
	const labels: Record<string, ImportLabel[]> = {};
	const counts = new Map<string, number>();
	for (const object of objects) {
		const index = counts.get(object.className) ?? 0;
		counts.set(object.className, index + 1);
		const label = writeLabel(object, `${place}.${object.className}[${index}]`, target, problems);
		if (label === undefined) continue;
		const others = ownValue(labels, object.className);
		if (others === undefined) setOwn(labels, object.className, [label]);
		else others.push(label);
	}
	return labels;
}

function writeLabel(
	object: LabelObject,
	place: string,
	target: Target,
	problems: LabelProblem[],
): ImportLabel | undefined {
	const { className, geometry } = object;
	const path = `${place}.${entryTypeOf(geometry.type)}`;
	const fault = geometryFault(geometry);
	if (fault !== undefined) {
		problems.push({ severity: 'error', path, className, ...fault });
		return undefined;
	}
	const before = problems.length;
	const classifications = writeImportClassifications(object.classifications, problems);
	if (problems.length > before) relocate(problems, before, `${place}.classifications`, className);
	const { key, value } = writeGeometry(geometry);
	return {
		[target.for2020 ? 'geometry' : key]: value,
		classifications,
		...nestedGeometries(object, place, target, problems),
	};
}

function nestedGeometries(
	object: LabelObject,
	place: string,
	target: Target,
	problems: LabelProblem[],
): Pick<ImportLabel, 'nested_geometries'> {
	if (object.children.length === 0) return {};
	if (target.level > 1) {
		problems.push({
			severity: 'error',
			reason: 'not-supported',
			path: `${place}.nested_geometries`,
			className: object.className,
			message: 'DataGym supports one level of nested labels; the inner labels were skipped. Move them one level up.',
		});
		return {};
	}
	return {
		nested_geometries: writeLabels(
			object.children,
			`${place}.nested_geometries`,
			{ ...target, level: target.level + 1 },
			problems,
		),
	};
}

/** An element of an import that a user gave, as a model. */
export interface ImportReading {
	readonly image: LabeledImage;
	/** What the element says about keeping the image's old labels, if it says anything. */
	readonly keepData?: boolean | undefined;
	readonly problems: LabelProblem[];
}

/**
 * Reads one element in DataGym's own JSON: an import of either generation, or an element of an export (also with two
 * values before an object, which the server's import refuses). Numbers may be texts of digits, the id may be missing.
 *
 * `classes` give geometries under `geometry` their type. Takes anything, never throws; paths are relative to the element.
 */
export function readImportElement(value: unknown, classes: readonly LabelClass[] = []): ImportReading {
	const problems: LabelProblem[] = [];
	const types = geometryTypesOf(classes);
	if (!isRecord(value)) {
		problems.push({
			severity: 'error',
			reason: 'unreadable',
			path: '',
			message: `A prediction must be an object, but got ${shown(value)}. Provide {"internal_media_ID": "...", "labels": {...}}.`,
		});
		return { image: readImageElement({}, types, []), problems };
	}
	const image = readImageElement(value, types, problems);
	if (value.keepData === undefined || typeof value.keepData === 'boolean')
		return { image, keepData: value.keepData, problems };
	problems.push({
		severity: 'error',
		reason: 'unreadable',
		path: 'keepData',
		message: `"keepData" must be true or false, but got ${shown(value.keepData)}. Write it without quotes.`,
	});
	return { image, problems };
}
