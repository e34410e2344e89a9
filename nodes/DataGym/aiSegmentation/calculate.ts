import { imageId } from '../fields';
import type { ItemOperation } from '../runner/operation';
import { outlineRecord, pointFields, pointsInput } from './points';

export const calculate: ItemOperation = {
	value: 'calculate',
	name: 'Calculate',
	action: 'Calculate polygon with AI',
	description: 'Get the polygon of an object (step 2 of 3)',
	fields: [imageId, ...pointFields],
	async run(item, { api }) {
		const id = item.id(imageId);
		const outline = await api.segmentation.calculate({ imageId: id, ...pointsInput(item) });
		return [{ json: { ...item.data.json, ...outlineRecord(id, outline) } }];
	},
};
