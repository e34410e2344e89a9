import type { Geometry } from '../model';
import { isList, isRecord, textOf, type JsonRecord } from '../parsing/record';

/** A label's or classification's value as task details carry it, with the IDs by which it is changed. */
export interface LabelValue {
	readonly valueId: string;
	/** Of the value that it lies in. */
	readonly parentId?: string;
	/** Of the entry of the label configuration. */
	readonly entryId: string;
	readonly key: string;
	/** As shown to people. */
	readonly name: string;
	/** The type of the entry, in lower case: rectangle, image_segmentation, select … */
	readonly type: string;
	readonly labeler?: string;
	/** When it was made, epoch milliseconds; after any change when the server was started (docs/contract.md#label-timestamps). */
	readonly timestamp?: number;
	readonly comment?: string;
	/** Whether somebody has set key frames, as only people do, in videos. */
	readonly isAnimated?: true;
	readonly content: LabelContent;
	readonly children: readonly LabelValue[];
}

type WirePoint = { readonly x: number | null; readonly y: number | null };

/** What a value says, in the form in which an update takes it; pixels, decimals allowed. */
export interface LabelContent {
	readonly x?: number | null;
	readonly y?: number | null;
	readonly width?: number | null;
	readonly height?: number | null;
	readonly points?: readonly WirePoint[];
	/** Rings: the first is the outline, the others are holes. */
	readonly pointsCollection?: ReadonlyArray<{ readonly points: readonly WirePoint[] }>;
	readonly selectKey?: string | null;
	readonly checkedValues?: readonly string[];
	readonly text?: string | null;
}

const DEEPEST_LEVEL = 8;

/**
 * Reads the answer of `POST /lcValue/{entryId}` and of `PUT /lcValue/{id}/changeType`, which is one value with its children.
 *
 * @returns undefined if it lacks an ID or a key, at any level. Source: docs/contract.md#label-values.
 */
export function readLabelValue(value: unknown, level = 1): LabelValue | undefined {
	if (!isRecord(value) || level > DEEPEST_LEVEL) return undefined;
	const children = (isList(value.children) ? value.children : []).map((child) => readLabelValue(child, level + 1));
	const known = children.filter((child) => child !== undefined);
	return known.length === children.length ? identifiedValue(value, known) : undefined;
}

/** @returns undefined if an ID or the key is missing. */
export function identifiedValue(value: JsonRecord, children: readonly LabelValue[]): LabelValue | undefined {
	const [valueId, entryId, key, type] = [value.id, value.lcEntryId, value.entryKeyLcEntry, value.entryTypeLcEntry].map(
		textOf,
	);
	if (valueId === undefined || entryId === undefined || key === undefined || type === undefined) return undefined;
	const parentId = textOf(value.lcEntryValueParentId);
	const labeler = textOf(value.labeler);
	const { timestamp, comment, change } = value;
	return {
		valueId,
		...(parentId !== undefined && { parentId }),
		entryId,
		key,
		name: textOf(value.entryValueLcEntry) ?? key,
		type: type.toLowerCase(),
		...(labeler !== undefined && { labeler }),
		...(typeof timestamp === 'number' && { timestamp }),
		...(typeof comment === 'string' && { comment }),
		...(isList(change) && change.length > 0 && { isAnimated: true }),
		content: contentOf(value),
		children,
	};
}

function contentOf(value: JsonRecord): LabelContent {
	switch (value.entryTypeLcEntry) {
		case 'POINT':
			return pointOf(value.point);
		case 'RECTANGLE':
			return { ...pointOf(value.point), width: numberOf(value.width), height: numberOf(value.height) };
		case 'LINE':
		case 'POLYGON':
			return { points: pointsOf(value.points) };
		case 'IMAGE_SEGMENTATION':
			return {
				pointsCollection: (isList(value.pointsCollection) ? value.pointsCollection : []).map((ring) => ({
					points: pointsOf(isRecord(ring) ? ring.points : undefined),
				})),
			};
		case 'SELECT':
			return { selectKey: typeof value.selectKey === 'string' ? value.selectKey : null };
		case 'CHECKLIST':
			return { checkedValues: isList(value.checkedValues) ? value.checkedValues.filter(isText) : [] };
		case 'FREETEXT':
			return { text: typeof value.text === 'string' ? value.text : null };
		default:
			return {};
	}
}

const isText = (value: unknown) => typeof value === 'string';

const numberOf = (value: unknown) => (typeof value === 'number' ? value : null);

function pointOf(value: unknown): WirePoint {
	return isRecord(value) ? { x: numberOf(value.x), y: numberOf(value.y) } : { x: null, y: null };
}

const pointsOf = (value: unknown) => (isList(value) ? value.map(pointOf) : []);

/** A geometry as the server stores it; of a segmentation the first region, whose first ring is the outline. */
export function geometryContent(geometry: Geometry): LabelContent {
	switch (geometry.type) {
		case 'rectangle':
			return { x: geometry.x, y: geometry.y, width: geometry.width, height: geometry.height };
		case 'point':
			return { x: geometry.x, y: geometry.y };
		case 'line':
		case 'polygon':
			return { points: geometry.points };
		case 'segmentation':
			return { pointsCollection: geometry.regions.flat().map((points) => ({ points })) };
	}
}

/** The values of a classification as the server stores them. */
export function classificationContent(type: string, values: readonly string[]): LabelContent {
	if (type === 'select') return { selectKey: values[0] ?? null };
	return type === 'checklist' ? { checkedValues: values } : { text: values[0] ?? null };
}
