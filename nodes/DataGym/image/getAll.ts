import { datasetId, limit, returnAll, search, simplify } from '../fields';
import type { ItemOperation } from '../runner/operation';
import { imageRecord, limited, matches, simplified } from '../records';

export const getAll: ItemOperation = {
	value: 'getAll',
	name: 'Get Many',
	action: 'Get many images of a dataset',
	description: 'Get the images of a dataset',
	fields: [
		datasetId,
		returnAll,
		limit,
		search('image’s name'),
		simplify,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			default: {},
			options: [
				{
					displayName: 'Sources',
					name: 'sources',
					type: 'multiOptions',
					default: [],
					options: [
						{ name: 'Linked', value: 'SHAREABLE_LINK', description: 'Added by URL' },
						{ name: 'S3', value: 'AWS_S3', description: 'Linked from an S3 bucket' },
						{ name: 'Uploaded', value: 'LOCAL', description: 'Stored in DataGym' },
					],
					description: 'Only images from these sources. Leave empty to get all.',
				},
			],
		},
	],
	async run(item, { api }) {
		const id = item.id('datasetId', 'Dataset');
		const sources = item.optionList('sources');
		const images = (await api.getDataset(id)).images
			.filter(
				({ imageName, source }) =>
					matches(imageName, item.text('search')) && (sources.length === 0 || sources.includes(source)),
			)
			.sort((a, b) => a.imageName.localeCompare(b.imageName));
		return limited(item, images).map((image) => simplified(item, image, (value) => imageRecord(value, id)));
	},
};
