import { imageId } from '../fields';
import type { ItemOperation } from '../runner/operation';

export const prepare: ItemOperation = {
	value: 'prepare',
	name: 'Prepare',
	action: 'Prepare an image for AI segmentation',
	description: "Have the server's AI load an image, the first of three steps. Segment does all three.",
	fields: [imageId],
	async run(item, { api }) {
		const id = item.id(imageId);
		await api.segmentation.prepare(id);
		return [{ json: { ...item.data.json, imageId: id, prepared: true } }];
	},
};
