import { imageId } from '../fields';
import type { ItemOperation } from '../runner/operation';

export const finish: ItemOperation = {
	value: 'finish',
	name: 'Finish',
	action: 'Finish the AI segmentation of an image',
	description: "Let the server's AI forget a prepared image, the last of three steps",
	fields: [imageId],
	async run(item, { api }) {
		const id = item.id(imageId);
		await api.segmentation.finish(id);
		return [{ json: { ...item.data.json, imageId: id, finished: true } }];
	},
};
