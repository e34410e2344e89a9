import { imageNameFor } from '@datagym/client';
import { field, outputBinaryField } from '@datagym/shared/fields';
import { classKey, taskId } from '../fields';
import type { ItemOperation } from '../runner/operation';

const finishedTaskId = field({
	...taskId,
	description: 'ID of a completed, reviewed or skipped task, from Export: Get Labels',
});

const segmentationClassKey = field({
	...classKey,
	placeholder: 'e.g. sky',
	description: 'Key of a segmentation class. The bitmap of any other class is black.',
});

export const downloadBitmap: ItemOperation = {
	value: 'downloadBitmap',
	name: 'Download Bitmap',
	action: 'Download bitmap of class',
	description: 'Download the segmentation of a class in a finished task as a black and white BMP',
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
