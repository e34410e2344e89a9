import type { Configuration, Content, Dataset, LabelEntry, LabelValue, Medium, Project, Task } from './model';
import { livingMedia } from './datasets';
import type { Store } from './store';

/** The objects as the wire of server 0.29 carries them; the 2020 generation translates them (`generations/`). */

export function projectView(store: Store, project: Project) {
	return {
		id: project.id,
		name: project.name,
		shortDescription: project.shortDescription,
		description: project.description,
		timestamp: project.timestamp,
		labelConfigurationId: project.configuration.id,
		labelIterationId: project.iterationId,
		owner: project.owner,
		mediaType: project.mediaType,
		datasets: store.chance.shuffled(living(project.datasets)).map((dataset) => ({
			id: dataset.id,
			name: dataset.name,
			shortDescription: dataset.shortDescription,
			timestamp: dataset.timestamp,
			owner: dataset.owner,
			mediaCount: livingMedia(dataset),
			projectCount: projectCount(dataset),
			mediaType: dataset.mediaType,
		})),
	};
}
export type ProjectView = ReturnType<typeof projectView>;

export function datasetView(store: Store, dataset: Dataset) {
	return {
		id: dataset.id,
		name: dataset.name,
		shortDescription: dataset.shortDescription,
		timestamp: dataset.timestamp,
		owner: dataset.owner,
		projectCount: projectCount(dataset),
		mediaType: dataset.mediaType,
		media: store.chance.shuffled(living(dataset.media)).map(mediumSummary),
	};
}
export type DatasetView = ReturnType<typeof datasetView>;

function mediumSummary(medium: Medium) {
	return { id: medium.id, timestamp: medium.timestamp, mediaSourceType: medium.sourceType, mediaName: medium.name };
}

export function mediumView(medium: Medium) {
	return {
		...mediumSummary(medium),
		valid: medium.valid,
		reason: medium.reason,
		url: medium.url,
		width: medium.width,
		height: medium.height,
	};
}
export type MediumView = ReturnType<typeof mediumView>;

/** A medium that one asks for: a link, which nobody has looked at, has no size [ui 111]. */
export function shownMedium(medium: Medium): Record<string, unknown> {
	const { width, height, ...about } = mediumView(medium);
	return medium.sourceType === 'SHAREABLE_LINK' ? about : { ...about, width, height };
}

export function taskRow(task: Task) {
	return {
		taskId: task.id,
		projectId: task.project.id,
		projectName: task.project.name,
		labelTaskState: task.state,
		labelTaskType: task.type,
		preLabelState: null,
		mediaId: task.medium.id,
		mediaName: task.medium.name,
		labeler: task.labeler,
		iterationId: task.project.iterationId,
		reviewComment: task.reviewComment,
		hasJsonUpload: task.hasJsonUpload,
		iterationRun: 1,
		benchmark: task.benchmark,
	};
}

export function taskView(store: Store, task: Task, values: LabelValue[]) {
	const { project, medium } = task;
	return {
		taskId: task.id,
		labelTaskState: task.state,
		projectName: project.name,
		labelConfig: configurationView(store, project.configuration),
		labelIteration: {
			id: project.iterationId,
			projectId: project.id,
			run: 1,
			entryValues: store.chance.shuffled(values).map((value) => valueView(store, value)),
		},
		media: shownMedium(medium),
		reviewComment: task.reviewComment,
		aiSegLimitReached: false,
		lastChangedConfig: project.configuration.changedAt,
		reviewActivated: project.reviewActivated,
		projectType: project.mediaType,
		datasetId: medium.dataset.id,
		datasetName: medium.dataset.name,
	};
}

export function configurationView(store: Store, configuration: Configuration) {
	const board = store.board(configuration.project);
	return {
		id: configuration.id,
		projectId: configuration.project.id,
		entries: entryViews(store, configuration.roots),
		numberOfCompletedTasks: board.count('COMPLETED'),
		numberOfReviewedTasks: board.count('REVIEWED'),
	};
}

type EntryView = Record<string, unknown>;

function entryViews(store: Store, entries: LabelEntry[]): EntryView[] {
	return store.chance.shuffled(entries).map((entry) => ({
		id: entry.id,
		lcEntryParentId: entry.parent?.id ?? null,
		entryKey: entry.key,
		entryValue: entry.value,
		type: entry.type,
		color: entry.color,
		shortcut: entry.shortcut,
		timestamp: store.startedAt,
		maxLength: entry.maxLength,
		children: entryViews(store, entry.children),
		options: entry.options,
		required: entry.required,
	}));
}

/** A label value; after an update the real server leaves the children out [280]. */
export function valueView(store: Store, value: LabelValue, withChildren = true): Record<string, unknown> {
	const { entry, task } = value;
	return {
		id: value.id,
		lcEntryValueParentId: value.parent?.id ?? null,
		labelIterationId: task.project.iterationId,
		mediaId: task.medium.id,
		lcEntryId: entry.id,
		timestamp: value.timestamp,
		labeler: value.labeler,
		valid: value.valid,
		configurationId: entry.configuration.id,
		entryTypeLcEntry: entry.type,
		entryKeyLcEntry: entry.key,
		entryValueLcEntry: entry.value,
		comment: value.comment,
		change: value.changes.map(({ id, frameNumber, frameType, content }) => ({
			id,
			frameNumber,
			type: frameType,
			...changeFields(content),
		})),
		children: withChildren ? store.chance.shuffled(value.children).map((child) => valueView(store, child)) : [],
		...contentFields(value.id, value.content, entry),
	};
}

function contentFields(id: string, content: Content, entry: LabelEntry): Record<string, unknown> {
	const look = { color: entry.color, shortcut: entry.shortcut };
	switch (content.type) {
		case 'POINT':
			return { point: { id, x: content.x, y: content.y }, ...look };
		case 'RECTANGLE':
			return { point: { id, x: content.x, y: content.y }, width: content.width, height: content.height, ...look };
		case 'LINE':
		case 'POLYGON':
			return { points: content.points, ...look };
		case 'IMAGE_SEGMENTATION':
			return { pointsCollection: content.rings, ...look };
		case 'SELECT':
			return { selectKey: content.selectKey, required: entry.required };
		case 'CHECKLIST':
			return { checkedValues: content.checkedValues, required: entry.required };
		case 'FREETEXT':
			return { text: content.text, required: entry.required };
	}
}

/** A key frame of a video value [676-680]. */
export function changeFields(content: Content): Record<string, unknown> {
	const kind = content.type;
	switch (content.type) {
		case 'POINT':
			return { kind, point: { x: content.x, y: content.y } };
		case 'RECTANGLE':
			return { kind, x: content.x, y: content.y, width: content.width, height: content.height };
		case 'LINE':
		case 'POLYGON':
			return { kind, points: content.points.map(({ x, y }) => ({ x, y })) };
		case 'IMAGE_SEGMENTATION':
			return { kind };
		case 'SELECT':
			return { kind, selectKey: content.selectKey };
		case 'CHECKLIST':
			return { kind, checkedValues: content.checkedValues };
		case 'FREETEXT':
			return { kind, text: content.text };
	}
}

export function living<T extends { deleted: boolean }>(things: Iterable<T>): T[] {
	return [...things].filter((thing) => !thing.deleted);
}

function projectCount(dataset: Dataset): number {
	return living(dataset.projects).length;
}
