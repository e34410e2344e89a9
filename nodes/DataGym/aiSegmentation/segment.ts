import { isDataGymError } from '@datagym/client';
import { messageOf } from '@datagym/shared/errors';
import { imageId } from '../fields';
import type { ItemOperation } from '../runner/operation';
import { outlineRecord, pointFields, pointsInput } from './points';

export const segment: ItemOperation = {
	value: 'segment',
	name: 'Segment',
	action: 'Segment object with AI',
	description: 'Get the polygon of an object. Combines all three steps.',
	fields: [imageId, ...pointFields],
	async run(item, { api: { segmentation } }) {
		const id = item.id(imageId);
		const points = pointsInput(item);
		await segmentation.prepare(id);
		const outcome = await segmentation.calculate({ imageId: id, ...points }).then(
			(outline) => ({ outline }),
			(error: unknown) => ({ error }),
		);
		const unfinished = await segmentation.finish(id).then(
			() => [],
			(error: unknown) => [
				`The image could not be released on the server (${messageOf(error)}). Use AI Segmentation: Finish to release it.`,
			],
		);
		if ('error' in outcome) throw withNotes(outcome.error, unfinished);
		return [
			{
				json: {
					...item.data.json,
					...outlineRecord(id, outcome.outline),
					...(unfinished.length === 0 ? {} : { warnings: unfinished }),
				},
			},
		];
	},
};

function withNotes(error: unknown, notes: readonly string[]): unknown {
	if (!isDataGymError(error) || notes.length === 0) return error;
	return error.with({ remedy: [error.failure.remedy, ...notes].join(' ') });
}
