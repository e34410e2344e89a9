import { field } from '@datagym/shared/fields';
import { datasetId, limit, returnAll, search } from '../fields';
import { outputFields } from '../output';
import { byImage, IMAGE_FIELDS, imageRecord, limited, matches, simplified } from '../records';
import type { ItemOperation } from '../runner/operation';

const nameSearch = search('image name');

const sources = field({
	displayName: 'Sources',
	name: 'sources',
	type: 'multiOptions',
	default: [],
	options: [
		{ name: 'Linked', value: 'SHAREABLE_LINK', description: 'Added by URL' },
		{ name: 'S3', value: 'AWS_S3', description: 'Linked from an S3 bucket' },
		{ name: 'Uploaded', value: 'LOCAL', description: 'Stored in DataGym' },
	],
	description: 'Sources of the images to include. Leave empty to include all.',
});

export const getAll: ItemOperation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many images of dataset',
	description: 'Get the images of a dataset',
	fields: [datasetId, returnAll, limit, nameSearch, ...outputFields(IMAGE_FIELDS)],
	options: [sources],
	emptyHint: 'No images: the dataset is empty, or none matches the filters of this node.',
	async run(item, { api }) {
		const id = item.id(datasetId);
		const text = item.text(nameSearch);
		const wanted = item.options.list(sources);
		const images = [...(await api.images.containing(id, text))]
			.filter(({ imageName, source }) => matches(imageName, text) && (wanted.length === 0 || wanted.includes(source)))
			.sort(byImage);
		return limited(item, images).map((image) => simplified(item, image, (value) => imageRecord(value, id)));
	},
};
