import { livingMedia } from '../../store/datasets';
import type { Dataset, LabelEntry, LabelValue, Project, TaskState } from '../../store/model';
import type { Store } from '../../store/store';
import { living, shownMedium, valueView } from '../../store/views';

/** The objects as the user interface's own API carries them. */

const EXPORTABLE: readonly TaskState[] = ['COMPLETED', 'SKIPPED', 'REVIEWED'];

export function projectForPeople(store: Store, project: Project) {
	const board = store.board(project);
	return {
		...projectHead(project),
		datasets: living(project.datasets).map(datasetRow),
		labelConfigurationId: project.configuration.id,
		labelIterationId: project.iterationId,
		owner: project.owner,
		exportable: EXPORTABLE.some((state) => board.first(state) !== undefined),
		reviewActivated: project.reviewActivated,
		orgData: null,
		mediaType: project.mediaType,
		deleted: project.deleted,
	};
}

/** In the answers to most changes nobody has counted the images. */
export function changedProject(store: Store, project: Project) {
	const view = projectForPeople(store, project);
	return { ...view, datasets: view.datasets.map((dataset) => ({ ...dataset, mediaCount: 0 })) };
}

function projectHead({ id, name, shortDescription, description, pinned, timestamp, deleteTime }: Project) {
	return { id, name, shortDescription, description, pinned, timestamp, deleteTime };
}

/** A project below one of its datasets [ui 162]. */
function projectSummary(project: Project) {
	const { owner, reviewActivated, mediaType, deleted } = project;
	return { ...projectHead(project), owner, reviewActivated, mediaType, deleted };
}

function datasetHead({ id, name, shortDescription, timestamp, deleted, deleteTime, owner }: Dataset) {
	return { id, name, shortDescription, timestamp, deleted, deleteTime, owner };
}

/** A dataset in a list: how many images, not which. */
export function datasetRow(dataset: Dataset) {
	return {
		...datasetHead(dataset),
		mediaCount: livingMedia(dataset),
		projectCount: living(dataset.projects).length,
		orgData: null,
		mediaType: dataset.mediaType,
	};
}

/** `media` is always empty [ui 127]. */
export function datasetForPeople(dataset: Dataset) {
	return {
		...datasetHead(dataset),
		projectCount: living(dataset.projects).length,
		allowPublicUrls: true,
		media: [],
		mediaType: dataset.mediaType,
	};
}

/** Only in the list of the datasets that one administers are they not left out. */
export function datasetWithMedia(store: Store, dataset: Dataset) {
	return { ...datasetForPeople(dataset), media: store.chance.shuffled(living(dataset.media)).map(shownMedium) };
}

/** A dataset with its images and projects [ui 129, 162]. */
export function datasetWithProjects(store: Store, dataset: Dataset) {
	return {
		...datasetHead(dataset),
		media: store.chance.shuffled(living(dataset.media)).map(shownMedium),
		projects: living(dataset.projects).map(projectSummary),
	};
}

export function iterationView(store: Store, project: Project, values: readonly LabelValue[]) {
	const entryValues = store.chance.shuffled(values).map((value) => valueView(store, value));
	return { id: project.iterationId, projectId: project.id, run: 1, entryValues };
}

/** The user interface's file of a configuration; `required` is not in it [420], and the other fields go by the type [ui 325]. */
export function configurationFile(entries: readonly LabelEntry[]): Array<Record<string, unknown>> {
	return entries.map((entry) => ({
		children: configurationFile(entry.children),
		type: entry.type,
		entryKey: entry.key,
		entryValue: entry.value,
		...fieldsOfType(entry),
	}));
}

function fieldsOfType({ type, color, shortcut, options, maxLength }: LabelEntry): Record<string, unknown> {
	if (type === 'SELECT' || type === 'CHECKLIST') return { options };
	return type === 'FREETEXT' ? { maxLength } : { color, shortcut };
}
