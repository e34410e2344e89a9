import { imageId } from '../fields';
import type { ItemOperation } from '../runner/operation';

export const prepare: ItemOperation = {
	value: 'prepare',
	name: 'Prepare',
	action: 'Prepare image for AI segmentation',
	description: 'Load an image into the AI (step 1 of 3)',
	fields: [imageId],
	async run(item, { api }) {
		const id = item.id(imageId);
		await api.segmentation.prepare(id);
		return [{ json: { ...item.data.json, imageId: id, prepared: true } }];
	},
};
