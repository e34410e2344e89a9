import { imageNameFor } from '@datagym/client';
import { outputBinaryField } from '../fields';
import type { ItemOperation } from '../runner/operation';

export const downloadBitmap: ItemOperation = {
	value: 'downloadBitmap',
	name: 'Download Bitmap',
	action: 'Download the bitmap of a class in a task',
	description:
		'Download the segmentation of one class in one finished task as a black and white BMP of the image’s size',
	fields: [
		{
			displayName: 'Task ID',
			name: 'taskId',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. {{ $json.taskId }}',
			description:
				'The task must be completed, reviewed or skipped. Get Labels returns the ID for images that have segmentations.',
		},
		{
			displayName: 'Class Key',
			name: 'classKey',
			type: 'string',
			default: '',
			required: true,
			placeholder: 'e.g. sky',
			description: 'Key of a segmentation class. For other classes the bitmap is all black.',
		},
		outputBinaryField,
	],
	async run(item, { api, n8n }) {
		const taskId = item.id('taskId', 'Task ID');
		const classKey = item.requiredText('classKey', 'Class Key');
		const field = item.requiredText('binaryPropertyName', 'Put Output File in Field');
		const { stream } = await api.downloadBitmap(taskId, classKey);
		const fileName = `${imageNameFor(`${taskId}_${classKey}`)}.bmp`;
		const binary = await n8n.helpers.prepareBinaryData(stream, fileName, 'image/bmp');
		return [
			{ json: { ...item.data.json, taskId, classKey, fileName }, binary: { ...item.data.binary, [field]: binary } },
		];
	},
};
