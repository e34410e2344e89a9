import * as z from 'zod/v4-mini';
import type { DataGymError } from '../errors';
import { IDEMPOTENT, unlessDoneBefore, type Idempotency } from '../idempotency';
import type { Server } from '../server';
import { wireNothing } from '../wire/answers';
import type { TaskRequests } from './tasks';

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

/** Where a new label shall be. */
export interface LabelPlace {
	readonly taskId: string;
	readonly imageId: string;
	readonly iterationId: string;
	readonly entryId: string;
	/** The label that it lies in. */
	readonly parentId?: string | undefined;
}

/** Label values, one by one (docs/contract.md#label-values). The server checks little: a wrong pair of IDs is stored and does harm later. */
export class LabelRequests {
	constructor(
		private readonly server: Server,
		private readonly tasks: TaskRequests,
	) {}

	/**
	 * Makes an empty label, with its empty classifications as children.
	 *
	 * @param find looks for it after a lost answer, where it can be told from the labels of others; it is made again only if it is
	 * not found.
	 */
	async create(
		{ taskId, imageId, iterationId, entryId, parentId }: LabelPlace,
		find?: () => Promise<WireLabelValue | undefined>,
	): Promise<WireLabelValue> {
		const { dialect, transport } = this.server;
		const json = {
			iterationId,
			mediaId: imageId,
			labelTaskId: taskId,
			lcEntryId: entryId,
			lcEntryValueParentId: parentId,
		};
		const idempotency: Idempotency<WireLabelValue> =
			find === undefined ? CHANGED_PERHAPS : { kind: 'lookUpFirst', find };
		const created = transport.json(dialect.createLabel(entryId, json), wireLabelValue, idempotency);
		return await this.server.require('singleLabels', created);
	}

	/**
	 * Replaces the content. The parent is sent along, since the server cuts the label loose without it [707, 708].
	 *
	 * @param content in the fields of the server, as `labels/` writes it.
	 */
	async update(taskId: string, value: ChangedValue, content: object, comment = value.comment): Promise<void> {
		const { dialect, transport } = this.server;
		const { valueId, entryId, parentId } = value;
		const json = {
			...content,
			id: valueId,
			lcEntryId: entryId,
			labelTaskId: taskId,
			lcEntryValueParentId: parentId,
			comment,
		};
		const updated = transport.json(dialect.updateLabel(valueId, json), wireNothing, IDEMPOTENT);
		await this.server.require('singleLabels', updated);
	}

	/** Geometries only, with all that is in them. */
	async delete(valueId: string): Promise<void> {
		const { dialect, transport } = this.server;
		const deleted = transport.json(dialect.deleteLabel(valueId), wireNothing, IDEMPOTENT);
		await unlessDoneBefore(['ex_notfound'], this.server.require('singleLabels', deleted));
	}

	/** To a class of the same geometry. Its answers are lost, and the label has another ID afterward. */
	async changeClass(valueId: string, entryId: string): Promise<WireLabelValue> {
		const { dialect, transport } = this.server;
		const changed = transport.json(dialect.changeClass(valueId, entryId), wireLabelValue, CHANGED_PERHAPS);
		return await this.server.require('singleLabels', changed);
	}

	/** For a label in which an ID or a key is missing, in the answer to its change. */
	unreadable(taskId: string): DataGymError {
		const error = this.tasks.unreadableLabels(taskId);
		return error.with({ remedy: `${CHANGED_PERHAPS.advice} ${error.failure.remedy}` });
	}
}
