import type { Resource } from '../runner/operation';
import { addUrls } from './addUrls';
import { deleteImage } from './delete';
import { download } from './download';
import { findDuplicates } from './findDuplicates';
import { getAll } from './getAll';
import { upload } from './upload';

export const image: Resource = {
	value: 'image',
	name: 'Image',
	description: 'An image in a dataset',
	operations: [addUrls, deleteImage, download, findDuplicates, getAll, upload],
	start: addUrls,
};
