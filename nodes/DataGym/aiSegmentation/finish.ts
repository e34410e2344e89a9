import { imageId } from '../fields';
import type { ItemOperation } from '../runner/operation';

export const finish: ItemOperation = {
	value: 'finish',
	name: 'Finish',
	action: 'Release prepared image',
	description: 'Release a prepared image (step 3 of 3)',
	fields: [imageId],
	async run(item, { api }) {
		const id = item.id(imageId);
		await api.segmentation.finish(id);
		return [{ json: { ...item.data.json, imageId: id, finished: true } }];
	},
};
