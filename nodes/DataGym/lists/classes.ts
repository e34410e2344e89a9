import type { ILoadOptionsFunctions, INodeListSearchResult, INodePropertyOptions } from 'n8n-workflow';
import { isGeometryClass, type LabelClass, readServerLabelConfig } from '@datagym/labels';
import { connectForList } from '@datagym/shared/connect';
import { InputError, toNodeError } from '@datagym/shared/errors';
import { classesOf } from '@datagym/shared/labelConfig';
import { loadKept } from '@datagym/shared/keptLists';
import { type Choice, chosenId, pageOf, sorted } from '@datagym/shared/lists';

/** The label configuration of the chosen project or task, for lists in the editor. */

type Filter = (labelClass: LabelClass) => boolean;

const isSegmentation: Filter = ({ type }) => type === 'segmentation';
const isNestedPoint: Filter = ({ type, parents }) => type === 'point' && parents?.length !== 0;
const isAboutImage: Filter = (each) => !isGeometryClass(each) && (each.parents?.length ?? 0) === 0;

export const getClasses = ofProject(isGeometryClass);
export const getSegmentationClasses = ofProject(isSegmentation);
export const getKeypointClasses = ofProject(isNestedPoint);

/** None as long as no project is chosen. */
function ofProject(filter: Filter) {
	return async function (this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
		const projectId = chosenId(this, 'projectId');
		if (projectId === undefined) return [];
		try {
			return keysIn((await classesOf(await connectForList(this), projectId)).filter(filter)).map(({ name, value }) => ({
				name,
				value,
			}));
		} catch (error) {
			throw toNodeError(this.getNode(), error);
		}
	};
}

/** Classifications of the whole image in the chosen project. */
export async function searchClassifications(
	this: ILoadOptionsFunctions,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const projectId = chosenId(this, 'projectId');
	if (projectId === undefined) throw toNodeError(this.getNode(), missing('project'));
	const choices = await loadKept(this, `classifications of ${projectId}`, async (api) =>
		keysIn((await classesOf(api, projectId)).filter(isAboutImage)),
	);
	return pageOf(choices, filter, paginationToken);
}

export const searchTaskClasses = ofTask('classes', isGeometryClass);
export const searchTaskSegmentations = ofTask('segmentations', isSegmentation);

/** From the task itself, since a task does not tell its project; the operation opens it as well (docs/contract.md#task-details). */
function ofTask(what: string, filter: Filter) {
	return async function (
		this: ILoadOptionsFunctions,
		text?: string,
		paginationToken?: string,
	): Promise<INodeListSearchResult> {
		const taskId = chosenId(this, 'taskId');
		if (taskId === undefined) throw toNodeError(this.getNode(), missing('task'));
		const choices = await loadKept(this, `${what} of ${taskId}`, async (api) => {
			const { classes } = readServerLabelConfig((await api.tasks.get(taskId)).labelConfig);
			return keysIn(classes.filter(filter));
		});
		return pageOf(choices, text, paginationToken);
	};
}

/** By the name that people see. */
function keysIn(classes: readonly LabelClass[]): readonly Choice[] {
	return sorted([...new Map(classes.map(({ key, name }) => [key, { name, value: key, keyword: key }])).values()]);
}

function missing(what: 'project' | 'task'): InputError {
	return new InputError(
		`The list needs a ${what}`,
		`Choose the ${what} first, or enter the key with "By Key". An expression has a value once the workflow has run.`,
	);
}
