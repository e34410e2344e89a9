import { imageId } from '../fields';
import type { ItemOperation } from '../runner/operation';
import { ifDone, unlessDone } from '../alreadyDone';

const ifDeleted = ifDone('If Already Deleted', 'ifDeleted', 'the image has already been deleted');

export const deleteImage: ItemOperation = {
	value: 'delete',
	name: 'Delete',
	action: 'Delete image',
	description: 'Delete an image from its dataset, including its tasks in all projects',
	fields: [imageId, ifDeleted],
	async run(item, { api }) {
		const id = item.id(imageId);
		const deletedNow = await unlessDone(item, ifDeleted, ['ex_gen_image_delete'], () => api.images.delete(id));
		return [{ json: { imageId: id, deleted: true, deletedNow } }];
	},
};
