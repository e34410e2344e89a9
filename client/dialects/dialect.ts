import type { ApiRequest } from '../http';
import type { TaskState } from '../wire/task';

/** A file to upload. The bytes are asked for anew if the request is repeated. */
export interface UploadFile {
	/** As `ImageRequests.nameFor` makes it for the server. */
	readonly name: string;
	readonly size?: number | undefined;
	readonly open: NonNullable<ApiRequest['body']>;
}

/** An endpoint that only some servers have. */
type Optional<Endpoint> = Endpoint | undefined;

type ById = (id: string) => ApiRequest;

/** Finished states whose tasks a review decides about, and how. */
export interface Review {
	readonly taskId: string;
	readonly isAccepted: boolean;
	/** At most 128 characters; empty for none. */
	readonly comment: string;
}

/** The fields of a project that people write. */
export interface ProjectTexts {
	readonly name: string;
	readonly shortDescription: string;
	readonly description: string;
}

/** An image in a task, by the IDs with which its labels are read. */
export interface LabelPlaces {
	readonly iterationId: string;
	readonly imageId: string;
	readonly taskId: string;
}

/**
 * How one kind of server is asked: which endpoint an operation has, and how its parameters are written. What a server does not have
 * is `undefined`. This is the only place that knows the kinds apart; docs/contract.md#which-server-has-what compares them.
 */
export interface Dialect {
	// Projects
	readonly listProjects: () => ApiRequest;
	readonly getProject: Optional<ById>;
	readonly createProject: Optional<(owner: string, texts: ProjectTexts, mediaType: string) => ApiRequest>;
	/** Replaces all of the texts. */
	readonly updateProject: Optional<(projectId: string, texts: ProjectTexts) => ApiRequest>;
	readonly deleteProject: Optional<ById>;
	/** The project with the number of its tasks in each state. */
	readonly projectCounts: Optional<ById>;
	readonly connectDataset: (projectId: string, datasetId: string) => ApiRequest;
	readonly disconnectDataset: (projectId: string, datasetId: string) => ApiRequest;

	// Datasets and images
	/** The organization that new projects and datasets belong to, where they must name it. */
	readonly getAccount: Optional<() => ApiRequest>;
	readonly listDatasets: () => ApiRequest;
	readonly getDataset: ById;
	readonly createDataset: (name: string, shortDescription: string, owner: string) => ApiRequest;
	readonly deleteDataset: Optional<ById>;
	/** The images of a dataset, where datasets come without them. */
	readonly listImages: Optional<ById>;
	/** A page of a dataset's images whose names contain a text, and perhaps of others, sorted by name. */
	readonly searchImages: Optional<(datasetId: string, name: string, page: number, size: number) => ApiRequest>;
	/** Whether names of files may hold any Unicode. */
	readonly keepsUnicode: boolean;
	readonly uploadImage: (datasetId: string, file: UploadFile) => Promise<ApiRequest>;
	readonly addImageUrls: (datasetId: string, urls: readonly string[]) => Promise<ApiRequest>;
	readonly downloadImage: (imageId: string) => Promise<ApiRequest>;
	readonly deleteImage: (imageId: string) => Promise<ApiRequest>;
	/** All or none of them. */
	readonly deleteImages: Optional<(imageIds: readonly string[]) => ApiRequest>;

	// Label configurations
	readonly getLabelConfig: Optional<ById>;
	/** Into an empty one. */
	readonly uploadLabelConfig: (labelConfigurationId: string, entries: readonly unknown[]) => ApiRequest;
	/**
	 * Compares by the entries' IDs with what is there: entries without an ID are added, and those that are not named are deleted
	 * with their labels (docs/contract.md#ui-label-configuration).
	 */
	readonly updateLabelConfig: Optional<
		(labelConfigurationId: string, entries: readonly unknown[], reopensTasks: boolean) => ApiRequest
	>;
	readonly clearLabelConfig: ById;

	// Tasks
	/**
	 * All tasks in the state, sorted by image name; without a state, those in all states, where a server can.
	 *
	 * @param search words that all have to be in the name of the image or of the labeler.
	 */
	readonly listTasks: (projectId: string, state: TaskState | undefined, limit: number, search?: string) => ApiRequest;
	readonly listsAllStates: boolean;
	readonly getTask: ById;
	readonly completeTask: (taskId: string, knownConfigTime: number) => ApiRequest;
	readonly skipTask: ById;
	readonly releaseTask: Optional<ById>;
	readonly recallTask: Optional<ById>;
	/** The tasks of a project (and, with one, of one dataset) that are in the backlog, or back into it. */
	readonly moveTasks: Optional<
		(projectId: string, datasetId: string | undefined, to: 'WAITING' | 'BACKLOG') => ApiRequest
	>;
	readonly reviewTask: Optional<(review: Review) => ApiRequest>;
	/** Takes a finished task back to its labelers. */
	readonly reopenTask: Optional<ById>;

	// Labels
	/** The labels of a task, without writing anything. */
	readonly listLabels: Optional<(places: LabelPlaces) => ApiRequest>;
	readonly createLabel: (entryId: string, json: object) => ApiRequest;
	readonly updateLabel: (valueId: string, json: object) => ApiRequest;
	readonly deleteLabel: ById;
	readonly changeClass: (valueId: string, entryId: string) => ApiRequest;
	readonly importLabels: (projectId: string, elements: readonly object[]) => ApiRequest;
	readonly exportLabels: ById;
	readonly exportBitmap: (taskId: string, classKey: string) => ApiRequest;
	readonly exportVideoTask: ById;

	// AI segmentation
	readonly prepareSegmentation: ById;
	readonly calculateSegmentation: (prompt: object) => ApiRequest;
	readonly finishSegmentation: ById;
}
