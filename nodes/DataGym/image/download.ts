import { safeFileName } from '@datagym/shared/fileName';
import { imageId, outputBinaryField } from '../fields';
import type { ItemOperation } from '../runner/operation';

export const download: ItemOperation = {
	value: 'download',
	name: 'Download',
	action: 'Download an image',
	description: 'Download the file of an image as binary data',
	fields: [
		imageId,
		outputBinaryField,
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			default: {},
			options: [
				{
					displayName: 'File Name',
					name: 'fileName',
					type: 'string',
					default: '',
					placeholder: 'e.g. {{ $json.imageName }}',
					description: 'Name of the file. By default the image’s name, which DataGym does not tell for linked images.',
				},
			],
		},
	],
	async run(item, { api, n8n }) {
		const id = item.id('imageId', 'Image');
		const field = item.requiredText('binaryPropertyName', 'Put Output File in Field');
		const { stream, contentType, fileName } = await api.downloadImage(id);
		const wanted = String(item.option('fileName') ?? '').trim();
		const name = safeFileName(wanted || fileName || nameFromItem(item.data.json.imageName) || id, contentType);
		const binary = await n8n.helpers.prepareBinaryData(stream, name, contentType || undefined);
		return [
			{ json: { ...item.data.json, imageId: id, fileName: name }, binary: { ...item.data.binary, [field]: binary } },
		];
	},
};

const nameFromItem = (value: unknown) => (typeof value === 'string' ? value : '');
