import type { ListedImage, Project } from '@datagym/client';
import { type LabelClass, type LabeledImage, sameImages, type SameImages } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { LongMap } from '@datagym/shared/longMap';
import { finishedLabels } from '../../finishedLabels';
import { withProgress } from '../../runner/progress';
import type { Run } from '../../runner/runContext';
import type { Parameters } from './parameters';

/** A project with its finished labels. */
export interface ReadProject {
	readonly projectId: string;
	readonly name: string;
	readonly datasetIds: readonly string[];
	readonly images: readonly LabeledImage[];
	readonly classes: readonly LabelClass[];
	/** Labels that could not be read. */
	readonly unreadCount: number;
}

/** @throws InputError for a video project. */
export async function readProjects(run: Run, parameters: Parameters): Promise<readonly ReadProject[]> {
	const projects = await Promise.all(
		parameters.projectIds.map(async (id) => await run.limit(async () => await run.api.projects.get(id))),
	);
	return await withProgress(
		run.n8n,
		() => `waiting for the labels of ${projects.length} projects`,
		Promise.all(projects.map(async (project) => await readProject(run, project, parameters))),
	);
}

async function readProject(run: Run, project: Project, { isExact, includesSkipped }: Parameters): Promise<ReadProject> {
	const { projectId, name, datasets } = project;
	const purpose = `Only labels of images can be compared, but "${name}" is a video project`;
	const labels = await finishedLabels(run, { projectId, isExact, includesSkipped, purpose });
	return {
		projectId,
		name,
		datasetIds: datasets.map(({ datasetId }) => datasetId),
		images: labels.images.filter(({ status }) => includesSkipped || status !== 'skipped'),
		classes: labels.classes,
		unreadCount: labels.problems.filter(({ severity }) => severity === 'error').length,
	};
}

/**
 * The images that projects have in common. Where names decide, all images of the projects count, so that an image is not taken for
 * one of the same name that is not finished.
 *
 * @throws InputError if there are none.
 */
export async function commonImages(
	run: Run,
	projects: readonly ReadProject[],
	{ identity }: Parameters,
): Promise<SameImages> {
	const byId = sameImages(projects, identity === 'name' ? 'name' : 'id');
	const left = new Set(byId.alone.map(({ project }) => project));
	const needsNames = identity === 'name' || (identity === 'automatic' && left.size > 1);
	const found = needsNames ? sameImages(await withAllNames(run, projects), identity) : byId;
	if (found.same.length > 0) return found;
	throw nothingInCommon(found, projects);
}

function nothingInCommon({ ambiguousNames, resizedNames }: SameImages, projects: readonly ReadProject[]): InputError {
	const [ambiguous] = ambiguousNames;
	if (ambiguous !== undefined)
		return new InputError(
			`A project has several images named "${ambiguous}", so the projects have no images in common`,
			'Use projects that share a dataset, or give each image its own name.',
		);
	const [resized] = resizedNames;
	if (resized !== undefined)
		return new InputError(
			`The copies of "${resized}" have other sizes, so the projects have no images in common`,
			'Use projects whose images have the same size in pixels.',
		);
	return new InputError(
		'The projects have no finished images in common',
		`Finished images of each project: ${projects.map(({ images }) => images.length).join(', ')}. Choose projects with the same images, or change "Match Images By".`,
	);
}

async function withAllNames(run: Run, projects: readonly ReadProject[]) {
	return await Promise.all(
		projects.map(async (project) => {
			const names = new LongMap<string>();
			const add = ({ imageId, imageName }: ListedImage) => names.set(imageId, imageName);
			const newFold = () => ({ add, end: () => undefined });
			await Promise.all(
				project.datasetIds.map(
					async (id) => await run.limit(async () => await run.api.datasets.foldImages(id, newFold)),
				),
			);
			// Finished images of datasets that are no longer connected are still in the export.
			for (const { imageId, imageName } of project.images) names.set(imageId, imageName);
			return { ...project, allNames: Array.from(names, ([, name]) => name) };
		}),
	);
}
