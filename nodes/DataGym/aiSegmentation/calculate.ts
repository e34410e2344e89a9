import { imageId } from '../fields';
import type { ItemOperation } from '../runner/operation';
import { outlineRecord, pointFields, pointsInput } from './points';

export const calculate: ItemOperation = {
	value: 'calculate',
	name: 'Calculate',
	action: 'Calculate an outline by AI segmentation',
	description:
		'Get the outline of an object in a prepared image, the second of three steps. It can be repeated with other points.',
	fields: [imageId, ...pointFields],
	async run(item, { api }) {
		const id = item.id(imageId);
		const outline = await api.segmentation.calculate({ imageId: id, ...pointsInput(item) });
		return [{ json: { ...item.data.json, ...outlineRecord(id, outline) } }];
	},
};
