export type MediaType = 'IMAGE' | 'VIDEO';
export type MediaSourceType = 'LOCAL' | 'SHAREABLE_LINK' | 'AWS_S3';

export const TASK_STATES = [
	'BACKLOG',
	'WAITING',
	'WAITING_CHANGED',
	'IN_PROGRESS',
	'SKIPPED',
	'COMPLETED',
	'REVIEWED',
	'REVIEWED_SKIP',
] as const;
export type TaskState = (typeof TASK_STATES)[number];

export const GEOMETRY_TYPES = ['POINT', 'LINE', 'POLYGON', 'RECTANGLE', 'IMAGE_SEGMENTATION'] as const;
export const CLASSIFICATION_TYPES = ['SELECT', 'CHECKLIST', 'FREETEXT'] as const;
type GeometryType = (typeof GEOMETRY_TYPES)[number];
type ClassificationType = (typeof CLASSIFICATION_TYPES)[number];
export type EntryType = GeometryType | ClassificationType;

export interface ApiToken {
	/** The token itself. */
	id: string;
	name: string;
	owner: string;
	createdAt: number;
	deleted: boolean;
	deleteTime: number | null;
	lastUsed: number | null;
}

export interface Dataset {
	id: string;
	name: string;
	shortDescription: string | null;
	timestamp: number;
	owner: string;
	mediaType: MediaType;
	deleted: boolean;
	deleteTime: number | null;
	dummy: boolean;
	media: Set<Medium>;
	projects: Set<Project>;
	/** How many living media bear a name or a URL, folded as the database compares them. */
	names: Map<string, number>;
	urls: Map<string, number>;
}

export interface Video {
	height: number;
	width: number;
	totalFrames: number;
	frameRate: string;
	duration: number;
}

export interface Medium {
	id: string;
	timestamp: number;
	sourceType: MediaSourceType;
	name: string;
	/** The name as the database sorts it; kept, for task lists are sorted by it. */
	sortKey: string;
	valid: boolean;
	reason: string | null;
	url: string | null;
	/** Pixels; null for links, which nobody has looked at. */
	width: number | null;
	height: number | null;
	mimeType: string | null;
	deleted: boolean;
	dataset: Dataset;
	tasks: Set<Task>;
	video: Video | null;
}

export interface LabelEntry {
	id: string;
	configuration: Configuration;
	parent: LabelEntry | null;
	children: LabelEntry[];
	key: string;
	value: string;
	type: EntryType;
	color: string | null;
	shortcut: string | null;
	maxLength: number | null;
	/** Null if it was sent so. */
	options: Record<string, string> | null;
	required: boolean;
}

export interface Configuration {
	id: string;
	project: Project;
	/** Milliseconds; `lastChangedConfig` of a task. */
	changedAt: number;
	roots: LabelEntry[];
}

export interface Project {
	id: string;
	name: string;
	shortDescription: string | null;
	description: string | null;
	timestamp: number;
	owner: string;
	mediaType: MediaType;
	pinned: boolean;
	reviewActivated: boolean;
	deleted: boolean;
	deleteTime: number | null;
	dummy: boolean;
	configuration: Configuration;
	iterationId: string;
	datasets: Set<Dataset>;
}

export interface Point {
	id: string;
	/** Pixels from the left and the top of the image, as floats; null when never set. */
	x: number | null;
	y: number | null;
}

/** What a label value holds, by the type of its class. */
export type Content =
	| { type: 'POINT'; x: number | null; y: number | null }
	| { type: 'RECTANGLE'; x: number | null; y: number | null; width: number | null; height: number | null }
	| { type: 'LINE' | 'POLYGON'; points: Point[] }
	| { type: 'IMAGE_SEGMENTATION'; rings: Array<{ id: string; points: Point[] }> }
	| { type: 'SELECT'; selectKey: string | null }
	| { type: 'CHECKLIST'; checkedValues: string[] }
	| { type: 'FREETEXT'; text: string | null };

export type FrameType = 'START' | 'CHANGE' | 'END' | 'START_END';

/** A key frame of a video label. */
export interface FrameChange {
	id: string;
	frameNumber: number;
	frameType: FrameType;
	content: Content;
}

export interface LabelValue {
	id: string;
	entry: LabelEntry;
	task: Task;
	parent: LabelValue | null;
	children: LabelValue[];
	timestamp: number;
	labeler: string;
	valid: boolean;
	comment: string | null;
	content: Content;
	changes: FrameChange[];
}

export interface Task {
	id: string;
	project: Project;
	medium: Medium;
	state: TaskState;
	type: 'DEFAULT' | 'BENCHMARK_MASTER';
	labeler: string | null;
	reviewComment: string | null;
	hasJsonUpload: boolean;
	benchmark: boolean;
	/** How often a review took it, and how often one gave it back. */
	approvals: number;
	rejections: number;
	/** Root values. Read them with `valuesOf`: seeded labels are made when first looked at. */
	values: LabelValue[];
	seeded: (() => void) | null;
}
