import { imageNameFor } from '@datagym/client';
import { field, outputBinaryField } from '@datagym/shared/fields';
import { classKey, taskId } from '../fields';
import type { ItemOperation } from '../runner/operation';

const finishedTaskId = field({
	...taskId,
	description:
		'The task must be completed, reviewed or skipped. Get Labels returns the ID for images that have segmentations.',
});

const segmentationClassKey = field({
	...classKey,
	placeholder: 'e.g. sky',
	description: 'Key of a segmentation class. For other classes the bitmap is all black.',
});

export const downloadBitmap: ItemOperation = {
	value: 'downloadBitmap',
	name: 'Download Bitmap',
	action: 'Download the bitmap of a class in a task',
	description:
		"Download the segmentation of one class in one finished task as a black and white BMP of the image's size",
	fields: [finishedTaskId, segmentationClassKey, outputBinaryField],
	async run(item, { api, n8n }) {
		const id = item.id(finishedTaskId);
		const key = item.requiredText(segmentationClassKey);
		const binaryField = item.requiredText(outputBinaryField);
		const { stream } = await api.downloadBitmap(id, key);
		const fileName = `${imageNameFor(`${id}_${key}`)}.bmp`;
		const binary = await n8n.helpers.prepareBinaryData(stream, fileName, 'image/bmp');
		return [
			{
				json: { ...item.data.json, taskId: id, classKey: key, fileName },
				binary: { ...item.data.binary, [binaryField]: binary },
			},
		];
	},
};
