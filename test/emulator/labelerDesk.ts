import type { AxiosInstance } from 'axios';
import sharp from 'sharp';
import { httpClient, Refusal } from '../support/httpClient';
import type { Chance } from './store/chance';

/** A value as GET /task shows it, as far as a labeler looks at it. */
interface DeskValue {
	id: string;
	lcEntryId: string;
	lcEntryValueParentId: string | null;
	entryTypeLcEntry: string;
	comment: string | null;
	required?: boolean;
	children: DeskValue[];
	point?: { x: number | null; y: number | null };
	width?: number | null;
	height?: number | null;
	points?: Array<{ x: number; y: number }>;
	selectKey?: string | null;
	checkedValues?: string[];
	text?: string | null;
}

interface DeskEntry {
	id: string;
	type: string;
	options: Record<string, string>;
	children: DeskEntry[];
}

export interface DeskTask {
	taskId: string;
	mediaId: string;
	iterationId: string;
}

interface OpenMedium {
	mediaSourceType?: string;
	/** Of the file as stored. */
	width: number | null;
	height: number | null;
}

interface OpenTask {
	labelConfig: { entries: DeskEntry[] };
	labelIteration: { entryValues: DeskValue[] };
	media: OpenMedium;
	lastChangedConfig: number;
}

export interface DeskAddress {
	/** Of the server, with its base path. */
	url: string;
	projectId: string;
	/** Sent with every request, such as a proxy's password. */
	headers?: Record<string, string>;
}

const ATTEMPTS = 3;
const NOTHING_TO_DO = 202;

/** What a person does at the labeling desk, as requests of the user interface, which both generations have. */
export class Desk {
	private readonly client: AxiosInstance;

	constructor(
		private readonly address: DeskAddress,
		private readonly chance: Chance,
	) {
		this.client = httpClient({ baseURL: address.url, headers: address.headers ?? {} });
	}

	/** Only the user interface can bring tasks from BACKLOG to WAITING (docs/contract.md#task-states). */
	async fetchBacklog(): Promise<void> {
		await this.request('PUT', '/api/task/moveAll', {
			projectId: this.address.projectId,
			datasetId: 'ALL',
			direction: 'WAITING',
		});
	}

	async nextTask(): Promise<DeskTask | undefined> {
		const url = `/api/user/nextTask/${this.address.projectId}`;
		const { status, data } = await this.client.request<DeskTask>({ method: 'GET', url });
		// A success that is none (docs/contract.md#open-core-ui-api).
		return status === NOTHING_TO_DO ? undefined : data;
	}

	async skip(task: DeskTask): Promise<void> {
		await this.request('PUT', `/api/task/${task.taskId}/skipTask`);
	}

	async review(task: DeskTask, good: boolean): Promise<void> {
		const comment = good ? 'good' : 'please look again';
		await this.request('PUT', `/api/task/${good ? 'reviewedSuccess' : 'reviewedFailed'}`, {
			taskId: task.taskId,
			reviewComment: comment,
		});
	}

	/**
	 * Keeps or corrects what is there, adds what is missing, and completes the task. What somebody else replaced meanwhile, as
	 * an import does, is looked at anew.
	 */
	async label(task: DeskTask, correct: boolean): Promise<void> {
		for (let attempt = 1; ; attempt++) {
			try {
				return await this.labelOnce(task, correct);
			} catch (error) {
				if (attempt === ATTEMPTS || !(error instanceof Refusal)) throw error;
			}
		}
	}

	private async labelOnce(task: DeskTask, correct: boolean): Promise<void> {
		let open = await this.open(task);
		const drawn = open.labelIteration.entryValues.filter((value) => value.point || value.points);
		if (drawn.length === 0 && (await this.draw(task, open))) open = await this.open(task);
		if (correct && drawn[0]) await this.shift(task, drawn[0]);
		const options = new Map(
			open.labelConfig.entries.flatMap(flat).map((entry) => [entry.id, Object.keys(entry.options)]),
		);
		for (const value of open.labelIteration.entryValues.flatMap(flat))
			await this.fillIn(task, value, options.get(value.lcEntryId) ?? []);
		await this.request('PUT', `/api/task/${task.taskId}/completeTask`, { lastChangedConfig: open.lastChangedConfig });
	}

	private async open({ taskId }: DeskTask): Promise<OpenTask> {
		return await this.request<OpenTask>('GET', `/api/task/${taskId}`);
	}

	/** A box of the first rectangle class, somewhere in the image. */
	private async draw(task: DeskTask, { labelConfig, media }: OpenTask): Promise<boolean> {
		const entry = labelConfig.entries.find(({ type }) => type === 'RECTANGLE');
		if (!entry) return false;
		const body = {
			iterationId: task.iterationId,
			mediaId: task.mediaId,
			labelTaskId: task.taskId,
			lcEntryId: entry.id,
		};
		const value = await this.request<DeskValue>('POST', `/api/lcvalues/${entry.id}`, body);
		const { width, height } = await this.naturalSize(task, media);
		const box = { x: this.within(width / 2), y: this.within(height / 2), width: width / 4, height: height / 4 };
		await this.update(task, value, box);
		return true;
	}

	/**
	 * The size that the labeling page draws in, an `<img>`'s natural one: browsers turn it by the EXIF orientation (contract,
	 * section 14). Linked images come without one, and looking at them is not harmless.
	 */
	private async naturalSize(
		{ mediaId }: DeskTask,
		{ mediaSourceType, width, height }: OpenMedium,
	): Promise<{ width: number; height: number }> {
		const stored = { width: width ?? 640, height: height ?? 480 };
		if (mediaSourceType !== 'LOCAL' || stored.width === stored.height) return stored;
		const { data } = await this.client.request<ArrayBuffer>({
			method: 'GET',
			url: `/api/media/${mediaId}`,
			responseType: 'arraybuffer',
		});
		return (await sharp(Buffer.from(data)).metadata()).autoOrient;
	}

	/** Moves a pre-label by a few pixels. */
	private async shift(task: DeskTask, value: DeskValue): Promise<void> {
		const [right, down] = [1 + this.within(5), 1 + this.within(5)];
		const moved = (point: { x: number | null; y: number | null }) => ({
			x: (point.x ?? 0) + right,
			y: (point.y ?? 0) + down,
		});
		if (value.points) await this.update(task, value, { points: value.points.map(moved) });
		else if (value.point)
			await this.update(task, value, { ...moved(value.point), width: value.width, height: value.height });
	}

	private async fillIn(task: DeskTask, value: DeskValue, options: string[]): Promise<void> {
		if (!value.required) return;
		const choice = options[this.within(options.length)];
		if (value.entryTypeLcEntry === 'SELECT' && !value.selectKey) await this.update(task, value, { selectKey: choice });
		if (value.entryTypeLcEntry === 'CHECKLIST' && !value.checkedValues?.length)
			await this.update(task, value, { checkedValues: [choice] });
		if (value.entryTypeLcEntry === 'FREETEXT' && !value.text) await this.update(task, value, { text: 'seen' });
	}

	/** The parent goes along, or the value is cut loose from it [707]. */
	private async update(task: DeskTask, value: DeskValue, content: Record<string, unknown>): Promise<void> {
		const { id, lcEntryId, lcEntryValueParentId, comment } = value;
		await this.request('PUT', `/api/lcvalues/${id}`, {
			id,
			lcEntryId,
			labelTaskId: task.taskId,
			lcEntryValueParentId,
			comment,
			...content,
		});
	}

	private within(limit: number): number {
		return Math.floor(this.chance.next() * limit);
	}

	private async request<T>(method: string, path: string, body?: unknown): Promise<T> {
		const { data } = await this.client.request<T>({ method, url: path, data: body });
		return data;
	}
}

/** A tree as a list. */
function flat<T extends { children: T[] }>(node: T): T[] {
	return [node, ...node.children.flatMap(flat)];
}
