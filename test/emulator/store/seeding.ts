import { readElement } from '../import/importLabels';
import type { JsonObject } from '../http/fields';
import { addDataset } from './datasets';
import { fillConfiguration, type EntryDraft } from './configuration';
import { addMedium } from './media';
import type { Dataset, FrameChange, Medium, Project, Task, TaskState, Video } from './model';
import { createProject, joinUnchecked } from './projects';
import { ORGANIZATION, TOKEN_USER, type Store } from './store';
import { createValue, valuesOf, withDescendants } from './values';

/** Label classes as one writes them for PUT /config; everything but key and type may be left out. */
export interface ClassDraft {
	entryKey: string;
	type: string;
	entryValue?: string;
	color?: string;
	shortcut?: string;
	required?: boolean;
	maxLength?: number;
	options?: Record<string, string>;
	children?: ClassDraft[];
}

export interface SeedProject {
	name: string;
	owner?: string;
	classes?: ClassDraft[];
	mediaType?: 'IMAGE' | 'VIDEO';
	/** Also makes and connects a dataset of this name. */
	datasetName?: string;
}

/** What an image of an import says: `labels` and `global_classifications` with the names of the wire. */
export interface SeedLabels {
	labels?: JsonObject | undefined;
	global_classifications?: JsonObject;
}

export interface SeedTasks {
	count: number;
	/** The state of each task, or of all; BACKLOG when left out. */
	state?: TaskState | ((index: number) => TaskState);
	/** `image_000001.jpg` and so on when left out. */
	name?: (index: number) => string;
	labels?: ((index: number) => SeedLabels) | undefined;
	width?: number;
	height?: number;
	labeler?: string | null;
}

/** Scenes without HTTP: for tests of triggers and for benches with many tasks. */
export class Seeder {
	constructor(private readonly store: Store) {}

	project(seed: SeedProject): { project: Project; dataset: Dataset | null } {
		const owner = seed.owner ?? ORGANIZATION;
		const project = createProject(this.store, {
			name: seed.name,
			shortDescription: seed.name,
			owner,
			mediaType: seed.mediaType,
		});
		if (seed.classes) fillConfiguration(this.store, project.configuration, seed.classes.map(entryDraft));
		if (seed.datasetName === undefined) return { project, dataset: null };
		const dataset = addDataset(this.store, { name: seed.datasetName, owner, mediaType: seed.mediaType });
		joinUnchecked(this.store, project, dataset);
		return { project, dataset };
	}

	/** Adds images to the dataset and brings their tasks in the project to the wanted states; labels are made when first read. */
	tasks(project: Project, dataset: Dataset, seed: SeedTasks): Task[] {
		const board = this.store.board(project);
		const added: Task[] = [];
		for (let index = 0; index < seed.count; index++) {
			const name = seed.name?.(index) ?? `image_${String(index + 1).padStart(6, '0')}.jpg`;
			const size = { width: seed.width ?? 640, height: seed.height ?? 480 };
			const medium = addMedium(this.store, dataset, { name, sourceType: 'LOCAL', mimeType: 'image/jpeg', ...size });
			const task = board.of(medium);
			if (!task) throw new Error(`The dataset ${dataset.name} is not connected to the project ${project.name}.`);
			const { labels } = seed;
			if (labels) {
				task.seeded = () => this.label(task, labels(index));
				task.hasJsonUpload = true;
			}
			task.labeler = seed.labeler ?? null;
			board.move(task, typeof seed.state === 'function' ? seed.state(index) : (seed.state ?? 'BACKLOG'));
			added.push(task);
		}
		return added;
	}

	/** Labels a task at once, as an import would. */
	label(task: Task, labels: SeedLabels): void {
		readElement(this.store, task, { ...labels }, TOKEN_USER);
		for (const root of valuesOf(task)) for (const value of withDescendants(root)) value.valid = true;
	}

	/** Changes the state of a task without asking whether that way exists. */
	move(task: Task, state: TaskState): void {
		this.store.board(task.project).move(task, state);
	}

	/** A video, which only the hosted service can store; the recordings made theirs by SQL [671-688]. */
	video(dataset: Dataset, name: string, video: Partial<Video> = {}): Medium {
		const about = { height: 720, width: 1280, totalFrames: 300, frameRate: '30/1', duration: 10, ...video };
		return addMedium(this.store, dataset, { name, sourceType: 'AWS_S3', mimeType: 'video/mp4', video: about });
	}

	/** A label in a video: one value of a class with its key frames. */
	videoLabel(task: Task, classKey: string, changes: Array<Omit<FrameChange, 'id'>>): void {
		const entry = task.project.configuration.roots.find((root) => root.key === classKey);
		if (!entry) throw new Error(`The project ${task.project.name} has no class ${classKey}.`);
		const value = createValue(this.store, task, entry, null, TOKEN_USER);
		value.changes = changes.map((change) => ({ ...change, id: this.store.newId() }));
	}
}

function entryDraft(draft: ClassDraft): EntryDraft {
	return {
		id: null,
		entryKey: draft.entryKey,
		entryValue: draft.entryValue ?? draft.entryKey,
		type: draft.type,
		color: draft.color ?? null,
		shortcut: draft.shortcut ?? null,
		required: draft.required ?? false,
		maxLength: draft.maxLength ?? (draft.type.toLowerCase() === 'freetext' ? 255 : null),
		options: draft.options ?? {},
		children: (draft.children ?? []).map(entryDraft),
	};
}
