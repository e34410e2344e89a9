import { bySchema, listReader, nestedListReader, nestedObjectReader, type InnerListOptions } from './answerReaders';
import { refused, unreadable } from './errors';
import { detectGeneration, requireFeature, type Generation } from './generation';
import { GuardedReads } from './guardedReads';
import { path, type ApiRequest, type StreamAnswer } from './http';
import { IDEMPOTENT, NEVER_RETRY, unlessDoneBefore, type Idempotency } from './idempotency';
import { LabelValueRequests } from './labelValues';
import type { LinkOrigin } from './linkRules';
import { asAdded, findCreatedDataset, findLinkedImages, findUploadedImage } from './lookUp';
import { SegmentationRequests } from './segmentation';
import type { ByteStream } from './streams';
import type { Transport } from './transport';
import {
	wireCompletion,
	wireImportAnswer,
	wireLabelConfig,
	wireNothing,
	wireVideoTask,
	type LabelConfigAnswer,
} from './wire/answers';
import {
	IMAGE_LISTS,
	wireDataset,
	wireImage,
	wireUrlResults,
	withImages,
	type Dataset,
	type Image,
	type UrlResult,
} from './wire/dataset';
import { wireProject, type Project } from './wire/project';
import { readAs } from './wire/schema';
import {
	taskRowReader,
	wireTask,
	wireTaskDetails,
	type Task,
	type TaskDetails,
	type TaskRow,
	type TaskState,
} from './wire/task';

/** A file to upload. The name must fit into Latin-1; the bytes are asked for anew if the request is repeated. */
interface UploadFile {
	readonly name: string;
	readonly size?: number | undefined;
	readonly open: () => Promise<Buffer | ByteStream>;
}

interface ImportChecks {
	readonly isDone?: (() => Promise<boolean>) | undefined;
	readonly mayRetry?: (() => Promise<boolean>) | undefined;
}

/** One typed function an endpoint (docs/contract.md). Retries, errors and the two generations are not its users' concern. */
export class DataGymApi {
	constructor(
		private readonly transport: Transport,
		private readonly forcedGeneration?: Generation,
	) {
		this.labelValues = new LabelValueRequests(transport);
		this.segmentation = new SegmentationRequests(transport);
	}

	/** Labeling value by value (generation `media` only). */
	readonly labelValues: LabelValueRequests;
	/** Polygons by the server's AI, where it has one (generation `media` only). */
	readonly segmentation: SegmentationRequests;

	private readonly guardedReads = new GuardedReads();

	/** The same, for reading what much depends on: it is given time also where it hardly ever gets better. */
	patiently(): DataGymApi {
		return new DataGymApi(this.transport.with({ isShared: true }), this.forcedGeneration);
	}

	/** The same, without a second try. */
	once(): DataGymApi {
		return new DataGymApi(this.transport.with({ retryFor: 0 }), this.forcedGeneration);
	}

	get baseUrl(): string {
		return this.transport.baseUrl;
	}

	/** The same server, asked without regard to a canceled execution (see `Transport.insisting`). */
	insisting(least: number): DataGymApi {
		return new DataGymApi(this.transport.insisting(least), this.forcedGeneration);
	}

	async generation(): Promise<Generation> {
		return this.forcedGeneration ?? (await detectGeneration(this.transport));
	}

	// Projects

	async getProjects(): Promise<readonly Project[]> {
		return await this.transport.elements(
			{ method: 'GET', path: 'project' },
			listReader(() => bySchema(wireProject)),
		);
	}

	/** @throws DataGymError `ex_notfound`, made here, since the server has no request for one project. */
	async getProject(projectId: string): Promise<Project> {
		const project = (await this.getProjects()).find((candidate) => candidate.projectId === projectId);
		if (project !== undefined) return project;
		throw refused({ method: 'GET', path: 'project' }, 404, {
			key: 'ex_notfound',
			params: ['Project', 'id', projectId],
		});
	}

	async connectDataset(projectId: string, datasetId: string): Promise<void> {
		const request = { method: 'POST', path: path`project/${projectId}/dataset/${datasetId}` } as const;
		await unlessDoneBefore(['ex_already_contains'], this.transport.json(request, wireNothing, IDEMPOTENT));
	}

	async disconnectDataset(projectId: string, datasetId: string): Promise<void> {
		const request = { method: 'DELETE', path: path`project/${projectId}/dataset/${datasetId}/remove` } as const;
		await unlessDoneBefore(['ex_gen_does_not_contain'], this.transport.json(request, wireNothing, IDEMPOTENT));
	}

	// Datasets and images

	/** The answer holds every image of every dataset: about 165 bytes an image. */
	async getDatasets(): Promise<readonly Dataset[]> {
		return await this.transport.elements({ method: 'GET', path: 'dataset' }, nestedListReader(DATASETS));
	}

	async getDataset(datasetId: string): Promise<Dataset> {
		return await this.transport.elements(
			{ method: 'GET', path: path`dataset/${datasetId}` },
			nestedObjectReader(DATASETS),
		);
	}

	async createDataset(name: string, shortDescription: string): Promise<Dataset> {
		const json = shortDescription === '' ? { name } : { name, shortDescription };
		return await this.transport.json({ method: 'POST', path: 'dataset', json }, wireDataset, {
			kind: 'lookUpFirst',
			find: async (startedAt) => findCreatedDataset(await this.getDatasets(), name, startedAt()),
		});
	}

	async uploadImage(datasetId: string, file: UploadFile): Promise<Image> {
		return await this.transport.json(
			{
				method: 'POST',
				path: await this.imagePath(path`${datasetId}/file`),
				headers: {
					'Content-Type': 'application/octet-stream',
					'X-filename': file.name,
					...(file.size === undefined ? {} : { 'Content-Length': String(file.size) }),
				},
				body: file.open,
			},
			wireImage,
			{
				kind: 'lookUpFirst',
				find: async (startedAt) => findUploadedImage((await this.getDataset(datasetId)).images, file.name, startedAt()),
			},
		);
	}

	/** One result for each different URL, in no order. Nothing is fetched by the server yet. */
	async addImageUrls(datasetId: string, urls: readonly string[]): Promise<readonly UrlResult[]> {
		const request = {
			method: 'POST',
			path: await this.imagePath(path`${datasetId}/url`),
			json: urls,
			isLarge: true,
		} as const;
		return await this.transport.json(request, wireUrlResults, {
			kind: 'lookUpFirst',
			find: async (startedAt) => {
				const added = findLinkedImages((await this.getDataset(datasetId)).images, startedAt());
				if (added.length === 0) return undefined;
				const results = await this.transport.json(request, wireUrlResults, IDEMPOTENT);
				return results.map((result) => asAdded(result, added));
			},
		});
	}

	/**
	 * A linked image the server would fetch now; if that failed, it would skip the image's tasks (docs/contract.md#linked-images).
	 * So this is for uploaded images, and in S3 for one at a time: `shared/imageFile.ts` knows the others' links.
	 *
	 * @param source as the server's lists say it: LOCAL, AWS_S3 or SHAREABLE_LINK.
	 */
	async downloadImage(imageId: string, source = 'LOCAL'): Promise<StreamAnswer> {
		const request = { method: 'GET', path: await this.imagePath(path`${imageId}`) } as const;
		const read = async () => await this.transport.stream(request, true, source === 'AWS_S3');
		return await (source === 'LOCAL' ? read() : this.guardedReads.read(read));
	}

	/** A picture from another host, without the token. @throws DataGymError `link` */
	async fetchLink(link: string, origin: LinkOrigin): Promise<StreamAnswer> {
		return await this.transport.links.fetch(link, origin);
	}

	async deleteImage(imageId: string): Promise<void> {
		const request = { method: 'DELETE', path: await this.imagePath(path`${imageId}`) } as const;
		await unlessDoneBefore(['ex_gen_image_delete'], this.transport.json(request, wireNothing, IDEMPOTENT));
	}

	// Label configuration

	/**
	 * Refused unless the configuration is empty. Takes completed tasks back.
	 *
	 * @param isCleared whether the caller has just cleared it, so that no label can be lost by clearing it once more.
	 */
	async uploadLabelConfig(
		labelConfigurationId: string,
		entries: readonly unknown[],
		isCleared = false,
	): Promise<LabelConfigAnswer> {
		const request = { method: 'PUT', path: path`config/${labelConfigurationId}`, json: entries } as const;
		const clearAgain = async () => {
			await this.clearLabelConfig(labelConfigurationId);
			return undefined;
		};
		return await this.transport.json(
			request,
			wireLabelConfig,
			isCleared ? { kind: 'lookUpFirst', find: clearAgain } : NEVER_RETRY,
		);
	}

	/** Deletes all labels of the project, too. */
	async clearLabelConfig(labelConfigurationId: string): Promise<void> {
		await this.transport.json(
			{ method: 'DELETE', path: path`config/${labelConfigurationId}` },
			wireNothing,
			IDEMPOTENT,
		);
	}

	// Tasks (generation `media` only)

	/** All tasks in one state, sorted by image name; the server cannot list several states at once, nor pages. */
	async getTasks(projectId: string, state: TaskState, limit = 0): Promise<readonly Task[]> {
		return await requireFeature(
			this.transport,
			'tasks',
			this.transport.elements(
				taskList(projectId, state, limit),
				listReader(() => bySchema(wireTask)),
			),
		);
	}

	/** The same list as rows that are hardly looked at, for comparing many; `readTaskRow` makes a task of one. */
	async getTaskRows(projectId: string, state: TaskState, limit = 0): Promise<readonly TaskRow[]> {
		return await requireFeature(
			this.transport,
			'tasks',
			this.transport.elements(taskList(projectId, state, limit), listReader(taskRowReader)),
		);
	}

	/** Not quite read-only: adds the missing, empty global classifications to the task (docs/contract.md#task-details). */
	async getTask(taskId: string): Promise<TaskDetails> {
		return await requireFeature(
			this.transport,
			'tasks',
			this.transport.json({ method: 'GET', path: path`task/${taskId}`, isLarge: true }, wireTaskDetails),
		);
	}

	/**
	 * The task may be in any state, since a token counts as an administrator.
	 *
	 * @param knownConfigTime `lastChangedConfig` of the task's details.
	 * @returns false if the label configuration was changed after that time; nothing has happened then.
	 */
	async completeTask(taskId: string, knownConfigTime: number): Promise<boolean> {
		const json = { lastChangedConfig: knownConfigTime };
		const request = { method: 'PUT', path: path`task/${taskId}/completeTask`, json } as const;
		const answer = await requireFeature(
			this.transport,
			'tasks',
			this.transport.json(request, wireCompletion, IDEMPOTENT),
		);
		return !answer.hasLabelConfigChanged;
	}

	/** The task may be in any state, too. */
	async skipTask(taskId: string): Promise<void> {
		await requireFeature(
			this.transport,
			'tasks',
			this.transport.json({ method: 'PUT', path: path`task/${taskId}/skipTask` }, wireNothing, IDEMPOTENT),
		);
	}

	// Labels in and out

	/** The export's bytes as they come: it is as large as the project, and the server writes it for minutes. */
	async streamExport(projectId: string): Promise<ByteStream> {
		return (await this.transport.stream({ method: 'GET', path: path`export/${projectId}` })).stream;
	}

	/** The elements as the server wrote them; the first is the header with the classes. */
	async exportLabels(projectId: string): Promise<readonly unknown[]> {
		return await this.transport.elements(
			{ method: 'GET', path: path`export/${projectId}` },
			// Read one by one by `labels/`, so that a broken one does not spoil the others.
			listReader(() => (element: unknown) => element),
		);
	}

	async downloadBitmap(taskId: string, classKey: string): Promise<StreamAnswer> {
		return await this.transport.stream({ method: 'GET', path: path`export/bitmap/${taskId}/${classKey}` }, true);
	}

	/** The task's objects, frame by frame, as the server wrote them; without the names of classes. */
	async exportVideoTask(taskId: string): Promise<unknown> {
		return await requireFeature(
			this.transport,
			'videos',
			this.transport.json({ method: 'GET', path: path`exportVideoTask/${taskId}`, isLarge: true }, wireVideoTask),
		);
	}

	/**
	 * One transaction: all elements or none.
	 *
	 * @param checks.isDone tells, after a lost answer, whether the labels are there, if labels that are added leave a trace.
	 * @param checks.mayRetry tells whether labels that replace others may be sent again.
	 * @throws DataGymError with the key `ex_gen_error_messages` also when the server says so with status 200.
	 */
	async importLabels(projectId: string, elements: readonly object[], checks: ImportChecks = {}): Promise<void> {
		const request = { method: 'POST', path: path`project/${projectId}/prediction`, json: elements } as const;
		const isReplacing = elements.every((element) => 'keepData' in element && element.keepData === false);
		const { isDone, mayRetry } = checks;
		const lookUp = isDone && onceDone(isDone);
		const replacing = mayRetry === undefined ? IDEMPOTENT : ({ kind: 'idempotent', beforeRetry: mayRetry } as const);
		const idempotency = isReplacing ? replacing : (lookUp ?? MAY_HAVE_ADDED_LABELS);
		const answer = await this.transport.json(request, wireImportAnswer, idempotency);
		if ((answer.errorMessages ?? '') === '') return;
		throw this.transport.refused(request, 200, { key: 'ex_gen_error_messages', params: [answer.errorMessages ?? ''] });
	}

	private async imagePath(rest: string): Promise<string> {
		return `${await this.generation()}/${rest}`;
	}
}

function onceDone(isDone: () => Promise<boolean>): Idempotency<{ errorMessages: string }> {
	return { kind: 'lookUpFirst', find: async () => ((await isDone()) ? { errorMessages: '' } : undefined) };
}

const MAY_HAVE_ADDED_LABELS: Idempotency<never> = {
	kind: 'neverRetry',
	advice:
		'DataGym may already have added the labels, and importing them again would duplicate them. Check one of the images in DataGym, or import again with "Existing Labels" set to "Replace Earlier Imports".',
};

/** What a row has of a task. @throws DataGymError if the row is not one of DataGym. */
export function readTaskRow(
	row: TaskRow,
): Omit<Task, 'projectId' | 'iterationId' | 'hasPredictions' | 'isBenchmark' | 'raw'> {
	const read = readAs(wireTask, row);
	if (read.ok) return read.value;
	throw unreadable({ method: 'GET', path: 'task/list' }, 200, `the task ${row.taskId} has an unexpected structure`);
}

function taskList(projectId: string, state: TaskState, limit: number): ApiRequest {
	const query: Record<string, string | number> = limit > 0 ? { state, limit } : { state };
	return { method: 'GET', path: path`task/${projectId}/list`, query };
}

const DATASETS: InnerListOptions<Dataset, Image> = {
	names: IMAGE_LISTS,
	inner: bySchema(wireImage),
	outer: bySchema(wireDataset),
	join: withImages,
};
