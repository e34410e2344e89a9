import * as z from 'zod4/mini';
import { unreadable } from './errors';
import { requireFeature } from './generation';
import { IDEMPOTENT, unlessDoneBefore, type Idempotency } from './idempotency';
import { path } from './http';
import type { Transport } from './transport';
import { wireNothing } from './wire/answers';
import { count, readAs, text } from './wire/schema';
import type { TaskDetails } from './wire/task';

export type LabelValueType =
	| 'POINT'
	| 'LINE'
	| 'POLYGON'
	| 'RECTANGLE'
	| 'IMAGE_SEGMENTATION'
	| 'SELECT'
	| 'CHECKLIST'
	| 'FREETEXT';

/** A class or classification of a label configuration with its ID. */
export interface LabelEntry {
	readonly entryId: string;
	readonly key: string;
	/** As shown to people. */
	readonly name: string;
	readonly type: string;
	readonly required: boolean;
	readonly options: Readonly<Record<string, string>>;
	readonly maxLength?: number;
	readonly children: readonly LabelEntry[];
}

type WirePoint = { readonly x: number | null; readonly y: number | null };

/** What a label says, in the form in which an update takes it; pixels, decimals allowed. */
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

/** A label or an answer, as task details carry it. */
export interface LabelValue {
	readonly valueId: string;
	readonly parentId?: string;
	readonly entryId: string;
	readonly key: string;
	/** As shown to people. */
	readonly name: string;
	readonly type: string;
	readonly labeler?: string;
	/** When it was made, epoch milliseconds; after any change when the server was started (CONTRACT.md, section 7). */
	readonly timestamp?: number;
	readonly comment?: string;
	readonly content: LabelContent;
	readonly children: readonly LabelValue[];
}

/** The labels of a task and what is needed to change them. */
export interface TaskLabels {
	readonly taskId: string;
	readonly state: string;
	readonly imageId: string;
	readonly iterationId: string;
	readonly entries: readonly LabelEntry[];
	readonly values: readonly LabelValue[];
}

const wireEntry: z.ZodMiniType<LabelEntry> = z.pipe(
	z.looseObject({
		id: z.string(),
		entryKey: z.string(),
		entryValue: text,
		type: z.string(),
		required: z.nullish(z.boolean()),
		options: z.nullish(z.record(z.string(), z.string())),
		maxLength: count,
		children: z.nullish(z.array(z.lazy(() => wireEntry))),
	}),
	z.transform(
		(raw): LabelEntry => ({
			entryId: raw.id,
			key: raw.entryKey,
			name: raw.entryValue ?? raw.entryKey,
			type: raw.type.toUpperCase(),
			required: raw.required ?? false,
			options: raw.options ?? {},
			...(raw.maxLength === null || raw.maxLength === undefined ? {} : { maxLength: raw.maxLength }),
			children: raw.children ?? [],
		}),
	),
);

const wirePoint = z.pipe(
	z.looseObject({ x: count, y: count }),
	z.transform(({ x, y }): WirePoint => ({ x: x ?? null, y: y ?? null })),
);
const wirePoints = z.nullish(z.array(wirePoint));

const wireValue: z.ZodMiniType<LabelValue> = z.pipe(
	z.looseObject({
		id: z.string(),
		lcEntryValueParentId: text,
		lcEntryId: z.string(),
		entryTypeLcEntry: z.string(),
		entryKeyLcEntry: z.string(),
		entryValueLcEntry: text,
		labeler: text,
		timestamp: count,
		comment: text,
		point: z.nullish(wirePoint),
		width: count,
		height: count,
		points: wirePoints,
		pointsCollection: z.nullish(z.array(z.looseObject({ points: wirePoints }))),
		selectKey: text,
		checkedValues: z.nullish(z.array(z.string())),
		text,
		children: z.nullish(z.array(z.lazy(() => wireValue))),
	}),
	z.transform(
		(raw): LabelValue => ({
			valueId: raw.id,
			...(typeof raw.lcEntryValueParentId === 'string' ? { parentId: raw.lcEntryValueParentId } : {}),
			entryId: raw.lcEntryId,
			key: raw.entryKeyLcEntry,
			name: raw.entryValueLcEntry ?? raw.entryKeyLcEntry,
			type: raw.entryTypeLcEntry,
			...(typeof raw.labeler === 'string' ? { labeler: raw.labeler } : {}),
			...(typeof raw.timestamp === 'number' ? { timestamp: raw.timestamp } : {}),
			...(typeof raw.comment === 'string' ? { comment: raw.comment } : {}),
			content: contentOf(raw),
			children: raw.children ?? [],
		}),
	),
);

interface WireContent {
	entryTypeLcEntry: string;
	point?: WirePoint | null;
	width?: number | null;
	height?: number | null;
	points?: readonly WirePoint[] | null;
	pointsCollection?: ReadonlyArray<{ points?: readonly WirePoint[] | null }> | null;
	selectKey?: string | null;
	checkedValues?: readonly string[] | null;
	text?: string | null;
}

function contentOf(raw: WireContent): LabelContent {
	switch (raw.entryTypeLcEntry) {
		case 'POINT':
			return { x: raw.point?.x ?? null, y: raw.point?.y ?? null };
		case 'RECTANGLE':
			return { x: raw.point?.x ?? null, y: raw.point?.y ?? null, width: raw.width ?? null, height: raw.height ?? null };
		case 'LINE':
		case 'POLYGON':
			return { points: raw.points ?? [] };
		case 'IMAGE_SEGMENTATION':
			return { pointsCollection: (raw.pointsCollection ?? []).map(({ points }) => ({ points: points ?? [] })) };
		case 'SELECT':
			return { selectKey: raw.selectKey ?? null };
		case 'CHECKLIST':
			return { checkedValues: raw.checkedValues ?? [] };
		case 'FREETEXT':
			return { text: raw.text ?? null };
		default:
			return {};
	}
}

/** @throws DataGymError if the details hold no labels that can be read. */
export function taskLabels(details: TaskDetails): TaskLabels {
	const { taskId, labelTaskState: state, media, labelIteration, labelConfig } = details;
	const entries = readAs(z.array(wireEntry), labelConfig.entries);
	const values = readAs(z.array(wireValue), labelIteration?.entryValues ?? []);
	if (entries.ok && values.ok && typeof media?.id === 'string' && typeof labelIteration?.id === 'string') {
		return {
			taskId,
			state,
			imageId: media.id,
			iterationId: labelIteration.id,
			entries: entries.value,
			values: values.value,
		};
	}
	throw unreadable({ method: 'GET', path: path`task/${taskId}` }, 200, 'the task’s labels are not as expected');
}

/** Others may work on the same task, so a label that is found there need not be the one that was to be made. */
const CHANGED_PERHAPS: Idempotency<never> = {
	kind: 'neverRetry',
	advice:
		'It is not known whether DataGym has done it: look at the task’s labels (Label: Get Many) before you run this again, and delete an empty one.',
};

/** Where a new label shall be. */
export interface LabelPlace extends Pick<TaskLabels, 'taskId' | 'imageId' | 'iterationId'> {
	readonly entryId: string;
	/** The label that it lies in. */
	readonly parentId?: string;
}

/** The endpoints `lcValue` (CONTRACT.md, section 6). The server checks little: a wrong pair of IDs is stored and does harm later. */
export class LabelValueRequests {
	constructor(private readonly transport: Transport) {}

	/** Makes an empty label, with its empty classifications as children. */
	async create({ taskId, imageId, iterationId, entryId, parentId }: LabelPlace): Promise<LabelValue> {
		const json = {
			iterationId,
			mediaId: imageId,
			labelTaskId: taskId,
			lcEntryId: entryId,
			lcEntryValueParentId: parentId,
		};
		const request = { method: 'POST', path: path`lcValue/${entryId}`, json } as const;
		return await requireFeature('single labels', this.transport.json(request, wireValue, CHANGED_PERHAPS));
	}

	/** Replaces the content. The parent is sent along, since the server cuts the label loose without it [707, 708]. */
	async update(taskId: string, value: LabelValue, content: LabelContent, comment = value.comment): Promise<void> {
		const { valueId, entryId, parentId } = value;
		const json = {
			...content,
			id: valueId,
			lcEntryId: entryId,
			labelTaskId: taskId,
			lcEntryValueParentId: parentId,
			comment,
		};
		const request = { method: 'PUT', path: path`lcValue/${valueId}`, json } as const;
		await requireFeature('single labels', this.transport.json(request, wireNothing, IDEMPOTENT));
	}

	/** Geometries only, with all that is in them. */
	async delete(valueId: string): Promise<void> {
		const request = { method: 'DELETE', path: path`lcValue/${valueId}` } as const;
		await unlessDoneBefore(
			['ex_notfound'],
			requireFeature('single labels', this.transport.json(request, wireNothing, IDEMPOTENT)),
		);
	}

	/** To a class of the same geometry. Its answers are lost, and the label has another ID afterward. */
	async changeClass(valueId: string, entryId: string): Promise<LabelValue> {
		const json = { newLcEntryId: entryId };
		const request = { method: 'PUT', path: path`lcValue/${valueId}/changeType`, json } as const;
		return await requireFeature('single labels', this.transport.json(request, wireValue, CHANGED_PERHAPS));
	}
}
