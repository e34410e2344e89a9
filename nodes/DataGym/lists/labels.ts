import type { ILoadOptionsFunctions, INodeListSearchResult } from 'n8n-workflow';
import { boundingBox, type LabelObject, type LabelValue } from '@datagym/labels';
import { toNodeError } from '@datagym/shared/errors';
import { loadKept } from '@datagym/shared/keptLists';
import { type Choice, chosenId, pageOf } from '@datagym/shared/lists';
import { objectsById } from '../label/labelRecord';
import { isClassification, readOpenTask } from '../label/openTask';
import { missing } from './classes';

/**
 * The labels of the chosen task, nested ones behind the one that they lie in, as `Car, 100 × 50 at 10, 20`: the name of the class, and
 * the size and the left upper corner of the smallest box around it, in whole pixels of the displayed image.
 */
export async function searchTaskLabels(
	this: ILoadOptionsFunctions,
	text?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const taskId = chosenId(this, 'taskId');
	if (taskId === undefined) throw toNodeError(this.getNode(), missing('task', 'enter the ID with "By ID"'));
	const choices = await loadKept(this, `labels of ${taskId}`, async (api) => {
		const { values, reading } = await readOpenTask(api, taskId);
		return choicesOf(values, objectsById(reading.image.objects));
	});
	return pageOf(choices, text, paginationToken);
}

function choicesOf(
	values: readonly LabelValue[],
	objects: ReadonlyMap<string, LabelObject>,
	parent = '',
): readonly Choice[] {
	return values.flatMap(({ valueId, key, name, type, children }) => {
		if (isClassification(type)) return [];
		const place = `${name}${placeOf(objects.get(valueId))}`;
		const choice = { name: `${place}${parent}`, value: valueId, keyword: key };
		return [choice, ...choicesOf(children, objects, ` (in ${place})`)];
	});
}

function placeOf(label: LabelObject | undefined): string {
	const box = label && boundingBox(label.geometry);
	if (box === undefined) return '';
	const [x, y, width, height] = [box.x, box.y, box.width, box.height].map(Math.round);
	return `${label?.geometry.type === 'point' ? '' : `, ${width} × ${height}`} at ${x}, ${y}`;
}
