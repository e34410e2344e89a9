import { DEEPEST_LEVEL, type GeometryType, type LabeledImage, type LabelObject } from '../model';
import { relocate, type LabelProblem } from '../parsing/problem';
import { isList, isRecord, ownValue, shown, textOf, type JsonRecord } from '../parsing/record';
import { NO_CLASSIFICATIONS, readClassifications } from './classifications';
import { isGeometryKey, readGeometry } from './geometry';

/** Shared by all that have none. */
const NO_OBJECTS: readonly LabelObject[] = Object.freeze([]);

/** Types of the geometry classes by key, needed for geometries of the 2020 generation, which do not name their type. */
export interface GeometryTypes {
	get(key: string): GeometryType | undefined;
}

/**
 * Reads one image with its labels, as the export writes it and the import takes it, of both generations.
 *
 * Paths of problems are relative to the element. Labels that cannot be read are skipped and reported; nothing is thrown.
 * Source: docs/contract.md#export.
 */
export function readImageElement(element: JsonRecord, types: GeometryTypes, problems: LabelProblem[]): LabeledImage {
	const before = problems.length;
	const classifications = readClassifications(element.global_classifications, problems);
	if (problems.length > before) relocate(problems, before, 'global_classifications');
	const objects = readLabels(element.labels, 'labels', types, problems, 1);
	const status = textOf(element.status);
	const labeler = textOf(element.labeler);
	return {
		imageId: textOf(element.internal_media_ID) ?? textOf(element.internal_image_ID) ?? '',
		imageName: textOf(element.external_media_ID) ?? textOf(element.external_image_ID) ?? '',
		...(status !== undefined && { status }),
		...(labeler !== undefined && { labeler }),
		objects,
		classifications,
	};
}

/** Reads `{"car": [{"rectangle": ...}, ...], ...}`. */
function readLabels(
	value: unknown,
	place: string,
	types: GeometryTypes,
	problems: LabelProblem[],
	level: number,
): readonly LabelObject[] {
	if (value === undefined || value === null) return NO_OBJECTS;
	if (!isRecord(value) || level > DEEPEST_LEVEL) {
		problems.push(
			unreadable(
				place,
				isRecord(value)
					? 'Labels are nested too deeply: DataGym supports one level. Remove the inner ones.'
					: `The labels must be an object, but got ${shown(value)}. Provide an object such as {"car": [...]}.`,
			),
		);
		return NO_OBJECTS;
	}
	let objects: LabelObject[] | undefined;
	for (const className of Object.keys(value)) {
		const labels = ownValue(value, className);
		if (!isList(labels)) {
			problems.push({
				...unreadable(
					`${place}.${className}`,
					`The labels of a class must be a list, but got ${shown(labels)}. Put them in brackets.`,
				),
				className,
			});
			continue;
		}
		for (let index = 0; index < labels.length; index++) {
			const before = problems.length;
			const object = readLabel(labels[index], className, types, problems, level);
			if (problems.length > before) relocate(problems, before, `${place}.${className}[${index}]`, className);
			if (object !== undefined) (objects ??= []).push(object);
		}
	}
	return objects ?? NO_OBJECTS;
}

function readLabel(
	label: unknown,
	className: string,
	types: GeometryTypes,
	problems: LabelProblem[],
	level: number,
): LabelObject | undefined {
	if (!isRecord(label)) {
		problems.push(
			unreadable(
				'',
				`A label must be an object, but got ${shown(label)}. Provide an object such as {"rectangle": [...]}.`,
			),
		);
		return undefined;
	}
	const parts = readParts(label, className, types, problems, level);
	if (parts.geometry === undefined) return undefined;
	const { geometry, score } = parts;
	const object = {
		className,
		geometry,
		classifications: parts.classifications ?? NO_CLASSIFICATIONS,
		children: parts.children ?? NO_OBJECTS,
	};
	return score === undefined ? object : { ...object, score };
}

type Parts = Partial<Pick<LabelObject, 'geometry' | 'classifications' | 'children' | 'score'>>;

/** All keys of a label in one pass, since an export holds millions of labels. */
function readParts(
	label: JsonRecord,
	className: string,
	types: GeometryTypes,
	problems: LabelProblem[],
	level: number,
): Parts {
	const parts: { -readonly [Part in keyof Parts]: Parts[Part] } = {};
	let geometryKey: string | undefined;
	for (const key in label) {
		const value = label[key];
		if (isGeometryKey(key)) {
			if (geometryKey !== undefined) {
				problems.push({
					severity: 'warning',
					reason: 'duplicate',
					path: key,
					message: `The label has two geometries; "${geometryKey}" is used. Split it into two labels.`,
				});
				continue;
			}
			geometryKey = key;
			const geometry = readGeometry(key, value, types.get(className));
			if (geometry.type !== 'fault') parts.geometry = geometry;
			else problems.push({ severity: 'error', reason: geometry.reason, path: key, message: geometry.message });
		} else if (key === 'classifications') {
			const before = problems.length;
			parts.classifications = readClassifications(value, problems);
			if (problems.length > before) relocate(problems, before, key);
		} else if (key === 'nested_geometries') {
			parts.children = readLabels(value, key, types, problems, level + 1);
		} else if (key === 'score' && typeof value === 'number' && Number.isFinite(value)) {
			parts.score = value;
		} else {
			problems.push({
				severity: 'warning',
				reason: 'unknown-field',
				path: key,
				message: `The unknown label field "${key}" was skipped. Remove it.`,
			});
		}
	}
	if (geometryKey === undefined)
		problems.push(
			unreadable('', 'The label has no geometry. Provide "rectangle", "polygon", "line", "point" or "geometry".'),
		);
	return parts;
}

function unreadable(path: string, message: string): LabelProblem {
	return { severity: 'error', reason: 'unreadable', path, message };
}
