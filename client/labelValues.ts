import * as z from 'zod/v4-mini';
import { unreadable, type DataGymError } from './errors';
import { requireFeature } from './generation';
import { path } from './http';
import { IDEMPOTENT, unlessDoneBefore, type Idempotency } from './idempotency';
import type { Transport } from './transport';
import { wireNothing } from './wire/answers';

/** A label or a classification's value, by what the server wants along with a change. */
interface ChangedValue {
	readonly valueId: string;
	readonly entryId: string;
	/** The value that it lies in. */
	readonly parentId?: string | undefined;
	readonly comment?: string;
}

/** What is needed of a value here; the rest of it is read by `labels/`. */
const wireLabelValue = z.looseObject({ id: z.string() });
type WireLabelValue = z.infer<typeof wireLabelValue>;

/** Others may work on the same task, so a label that is found there need not be the one that was to be made. */
const CHANGED_PERHAPS = {
	kind: 'neverRetry',
	advice:
		'DataGym may already have made the change. Check the labels of the task with Label: Get Many before you run this again, and delete any empty one.',
} as const satisfies Idempotency<never>;

/** For task details in which an ID or a key is missing. */
export function unreadableLabels(taskId: string): DataGymError {
	return unreadable(
		{ method: 'GET', path: path`task/${taskId}` },
		200,
		'the labels of the task have an unexpected structure',
	);
}

/** For a label in which an ID or a key is missing, in the answer to its change. */
export function unreadableLabel(taskId: string): DataGymError {
	const error = unreadableLabels(taskId);
	return error.with({ remedy: `${CHANGED_PERHAPS.advice} ${error.failure.remedy}` });
}

/** Where a new label shall be. */
export interface LabelPlace {
	readonly taskId: string;
	readonly imageId: string;
	readonly iterationId: string;
	readonly entryId: string;
	/** The label that it lies in. */
	readonly parentId?: string | undefined;
}

/** The endpoints `lcValue` (docs/contract.md#label-values). The server checks little: a wrong pair of IDs is stored and does harm later. */
export class LabelValueRequests {
	constructor(private readonly transport: Transport) {}

	/** Makes an empty label, with its empty classifications as children. */
	async create({ taskId, imageId, iterationId, entryId, parentId }: LabelPlace): Promise<WireLabelValue> {
		const json = {
			iterationId,
			mediaId: imageId,
			labelTaskId: taskId,
			lcEntryId: entryId,
			lcEntryValueParentId: parentId,
		};
		const request = { method: 'POST', path: path`lcValue/${entryId}`, json } as const;
		return await requireFeature(
			this.transport,
			'single labels',
			this.transport.json(request, wireLabelValue, CHANGED_PERHAPS),
		);
	}

	/**
	 * Replaces the content. The parent is sent along, since the server cuts the label loose without it [707, 708].
	 *
	 * @param content in the fields of the server, as `labels/` writes it.
	 */
	async update(taskId: string, value: ChangedValue, content: object, comment = value.comment): Promise<void> {
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
		await requireFeature(this.transport, 'single labels', this.transport.json(request, wireNothing, IDEMPOTENT));
	}

	/** Geometries only, with all that is in them. */
	async delete(valueId: string): Promise<void> {
		const request = { method: 'DELETE', path: path`lcValue/${valueId}` } as const;
		await unlessDoneBefore(
			['ex_notfound'],
			requireFeature(this.transport, 'single labels', this.transport.json(request, wireNothing, IDEMPOTENT)),
		);
	}

	/** To a class of the same geometry. Its answers are lost, and the label has another ID afterward. */
	async changeClass(valueId: string, entryId: string): Promise<WireLabelValue> {
		const json = { newLcEntryId: entryId };
		const request = { method: 'PUT', path: path`lcValue/${valueId}/changeType`, json } as const;
		return await requireFeature(
			this.transport,
			'single labels',
			this.transport.json(request, wireLabelValue, CHANGED_PERHAPS),
		);
	}
}
