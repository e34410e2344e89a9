import { AsyncLocalStorage } from 'node:async_hooks';
import type { IDataObject, INode, Workflow } from 'n8n-workflow';

/** The rows of a polling workflow in n8n's database, as the JSON text that n8n writes. */
export interface SavedMemory {
	/** The workflow's static data, of all its nodes. */
	staticData: string;
	/** The polling node's own data, in the world of durable cursors. */
	cursor?: string;
}

/**
 * Which of n8n's two ways of keeping a poll's static data is at work:
 * - `static data`: it lives in memory and is saved with activation, deactivation and items;
 * - `durable cursors` (`N8N_POLLER_DURABLE_CURSORS_ENABLED`): every poll reads a fresh copy, which is saved in one
 *   transaction with the execution of its items, or alone when a scheduled poll returned null; a failed poll changes nothing.
 */
export type MemoryKind = 'static data' | 'durable cursors';

interface Staged {
	copy: IDataObject;
	before: string;
}

const parse = (json: string) => JSON.parse(json) as IDataObject;

/** Reads and saves the static data of one polling node, after packages/cli/src/workflows/triggers of n8n 2.40. */
export class PollMemory {
	private readonly staged = new AsyncLocalStorage<Staged>();

	constructor(
		readonly kind: MemoryKind,
		readonly saved: SavedMemory,
	) {}

	/** Runs a poll with what it finds as its static data. */
	async during<T>(poll: () => Promise<T>, workflow: Workflow, node: INode): Promise<T> {
		if (this.kind === 'static data') return await poll();
		this.saved.cursor ??= JSON.stringify(workflow.getStaticData('node', node));
		return await this.staged.run({ copy: parse(this.saved.cursor), before: this.saved.cursor }, poll);
	}

	dataOf(workflow: Workflow, node: INode): IDataObject {
		return this.staged.getStore()?.copy ?? workflow.getStaticData('node', node);
	}

	/** Saves the cursor of the poll that is running. */
	saveCursor(): void {
		const staged = this.staged.getStore();
		if (!staged) return;
		const after = JSON.stringify(staged.copy);
		if (after !== staged.before) this.saved.cursor = staged.before = after;
	}

	/** Saves the static data of a workflow, if a node changed it. */
	saveStaticData({ staticData }: Workflow): void {
		if (staticData.__dataChanged !== true) return;
		this.saved.staticData = JSON.stringify(staticData);
		staticData.__dataChanged = false;
	}
}
