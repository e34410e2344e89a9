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

/** The classes of the chosen task; none as long as there is none. */
export async function getTaskClasses(this: ILoadOptionsFunctions): Promise<INodePropertyOptions[]> {
	const taskId = chosenId(this, 'taskId');
	if (taskId === undefined) return [];
	return (await loadTaskClasses(this, taskId, 'classes', isGeometryClass)).map(({ name, value }) => ({ name, value }));
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
		return pageOf(await loadTaskClasses(this, taskId, what, filter), text, paginationToken);
	};
}

async function loadTaskClasses(
	context: ILoadOptionsFunctions,
	taskId: string,
	what: string,
	filter: Filter,
): Promise<readonly Choice[]> {
	return await loadKept(context, `${what} of ${taskId}`, async (api) => {
		const { classes } = readServerLabelConfig((await api.tasks.get(taskId)).labelConfig);
		return keysIn(classes.filter(filter));
	});
}

/** By the name that people see. */
function keysIn(classes: readonly LabelClass[]): readonly Choice[] {
	return sorted([...new Map(classes.map(({ key, name }) => [key, { name, value: key, keyword: key }])).values()]);
}

/** Of a list that is about something which is chosen in another field. */
export function missing(what: 'project' | 'task', otherwise = 'enter the key with "By Key"'): InputError {
	return new InputError(
		`The list needs a ${what}`,
		`Choose the ${what} first, or ${otherwise}. An expression has a value once the workflow has run.`,
	);
}
