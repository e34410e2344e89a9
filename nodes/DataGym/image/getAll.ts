import type { Image } from '@datagym/client';
import { field } from '@datagym/shared/fields';
import { datasetId, limit, returnAll, search } from '../fields';
import { outputFields } from '../output';
import { mostOf, OutputsByName } from '../outputsByName';
import { IMAGE_FIELDS, imageRecord, matches, simplified } from '../records';
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
		const isWanted = ({ imageName, source }: Image) =>
			matches(imageName, text) && (wanted.length === 0 || wanted.includes(source));
		const first = await api.images.foldContaining(id, text, () => {
			const outputs = new OutputsByName<Image>(mostOf(item), (image) =>
				simplified(item, image, (value) => imageRecord(value, id)),
			);
			return { add: (image) => void (isWanted(image) && outputs.add(image)), end: () => outputs };
		});
		return await OutputsByName.joined([first]);
	},
};
