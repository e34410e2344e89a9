import { field, outputBinaryField } from '@datagym/shared/fields';
import { safeFileName } from '@datagym/shared/fileName';
import { openImage } from '@datagym/shared/imageFile';
import { imageId } from '../fields';
import { findOrigin, hintsAbout } from '../imageOrigins';
import type { ItemOperation } from '../runner/operation';

const fileName = field({
	displayName: 'File Name',
	name: 'fileName',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.imageName }}',
	description: 'By default, the name of the image',
});

export const download: ItemOperation = {
	value: 'download',
	name: 'Download',
	action: 'Download image',
	description: 'Download an image file as binary data',
	fields: [imageId, outputBinaryField],
	options: [fileName],
	async run(item, run) {
		const id = item.id(imageId);
		const binaryField = item.requiredText(outputBinaryField);
		const origin = await findOrigin(run, id, hintsAbout(item, id));
		const { stream, contentType, fileName: ownName } = await openImage(run.api, id, origin);
		const wanted = item.options.text(fileName) || ownName || nameFromItem(item.data.json.imageName) || id;
		const name = safeFileName(wanted, contentType);
		const binary = await run.n8n.helpers.prepareBinaryData(stream, name, contentType || undefined);
		return [
			{
				json: { ...item.data.json, imageId: id, fileName: name },
				binary: { ...item.data.binary, [binaryField]: binary },
			},
		];
	},
};

const nameFromItem = (value: unknown) => (typeof value === 'string' ? value : '');
