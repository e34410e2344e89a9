import { imageId } from '../fields';
import type { ItemOperation } from '../runner/operation';
import { ifDone, unlessDone } from '../alreadyDone';

const ifDeleted = ifDone('If Already Deleted', 'ifDeleted', 'the image is deleted already');

export const deleteImage: ItemOperation = {
	value: 'delete',
	name: 'Delete',
	action: 'Delete an image',
	description: 'Delete an image from its dataset, with its tasks in all projects',
	fields: [imageId, ifDeleted],
	async run(item, { api }) {
		const id = item.id(imageId);
		const deletedNow = await unlessDone(item, ifDeleted, ['ex_gen_image_delete'], () => api.deleteImage(id));
		return [{ json: { imageId: id, deleted: true, deletedNow } }];
	},
};
