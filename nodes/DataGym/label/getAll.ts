import type { IDataObject } from 'n8n-workflow';
import { isList, isRecord, type LabelValue } from '@datagym/labels';
import { projectKeys } from '@datagym/shared/classKeys';
import { field } from '@datagym/shared/fields';
import { classKeys, limit, taskId } from '../fields';
import type { ItemInput } from '../runner/itemInput';
import type { ItemOperation, Output } from '../runner/operation';
import { allInWorkflows, inChosenForm, isRaw, outputFields } from '../output';
import { limited } from '../records';
import { briefLabel, classificationRecord, labelRecord, LABEL_FIELDS, objectsById } from './labelRecord';
import { isClassification, openTask, type OpenTask } from './openTask';

const includeImageAnswers = field({
	displayName: 'Include Image Classifications',
	name: 'includeImageAnswers',
	type: 'boolean',
	default: false,
	description: 'Whether to include whole-image classifications, one item each',
});

export const getAll: ItemOperation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many labels of task',
	description: 'Get the labels of a task. DataGym adds empty values to unanswered image classifications.',
	fields: [taskId, ...allInWorkflows, limit, ...outputFields(LABEL_FIELDS)],
	options: [classKeys, includeImageAnswers],
	emptyHint: 'No labels: the task has none, or none of the classes that this node asks for.',
	async run(item, run) {
		const task = await openTask(item, run);
		const outputs = isRaw(item) ? rawOutputs(task) : simpleOutputs(task, item);
		return limited(
			item,
			outputs.filter(filterOf(item, task)).map(({ output }) => output),
		);
	},
};

interface Found {
	readonly value: LabelValue;
	readonly output: Output;
}

function simpleOutputs(task: OpenTask, item: ItemInput): readonly Found[] {
	const objects = objectsById(task.reading.image.objects);
	const records = (values: readonly LabelValue[]): readonly Found[] =>
		values.flatMap((value) => {
			const isValue = isClassification(value.type);
			if (isValue && value.parentId !== undefined) return [];
			const object = objects.get(value.valueId);
			const record = isValue ? classificationRecord(task, value) : labelRecord(task, value, object);
			const json = inChosenForm(item, {
				raw: () => record,
				record: () => record,
				brief: () => briefLabel(record, object),
			});
			return [{ value, output: { json } }, ...(isValue ? [] : records(value.children))];
		});
	return records(task.values);
}

/** The server's own answer is a tree, whose roots become items. */
function rawOutputs({ values, details }: OpenTask): readonly Found[] {
	const { labelIteration } = details;
	const raw = isRecord(labelIteration) && isList(labelIteration.entryValues) ? labelIteration.entryValues : [];
	const byId = new Map(raw.filter(isRecord).map((value) => [value.id, value]));
	return values.map((value) => ({ value, output: { json: (byId.get(value.valueId) ?? {}) as IDataObject } }));
}

function filterOf(item: ItemInput, { reading }: OpenTask): (found: Found) => boolean {
	const known = reading.classes.map(({ key }) => key);
	const keys = projectKeys(classKeys.displayName, item.options.list(classKeys), known);
	const withClassifications = item.options.flag(includeImageAnswers);
	return ({ value }) =>
		(withClassifications || !isClassification(value.type)) && (keys.length === 0 || keys.includes(value.key));
}
