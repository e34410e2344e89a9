import { type DataGymApi, hasKey, imageNameFor } from '@datagym/client';
import { readTask } from '@datagym/labels';
import { unknownKeys } from '@datagym/shared/classKeys';
import { field, outputBinaryField } from '@datagym/shared/fields';
import { keyLocator, taskId } from '../fields';
import type { ItemOperation } from '../runner/operation';

const finishedTaskId = field({
	...taskId,
	description: 'A completed, reviewed or skipped task',
});

const segmentationClassKey = keyLocator(
	{
		displayName: 'Class Key',
		name: 'classKey',
		required: true,
		description: 'Key of a segmentation class',
	},
	{ searchListMethod: 'searchTaskSegmentations', noun: 'class', example: 'sky' },
);

export const downloadBitmap: ItemOperation = {
	value: 'downloadBitmap',
	name: 'Download Bitmap',
	action: 'Download bitmap of class',
	description: 'Download the segmentation of a class as a BMP',
	fields: [finishedTaskId, segmentationClassKey, outputBinaryField],
	async run(item, { api, n8n }) {
		const id = item.id(finishedTaskId);
		const key = await storedKey(api, item.requiredText(segmentationClassKey));
		const binaryField = item.requiredText(outputBinaryField);
		const { stream } = await api.exports.bitmap(id, key).catch(async (error: unknown) => {
			throw isUnknownKey(error) ? await explained(api, id, key) : error;
		});
		const fileName = `${imageNameFor(`${id}_${key}`)}.bmp`;
		const binary = await n8n.helpers.prepareBinaryData(stream, fileName, 'image/bmp');
		return [
			{
				json: { ...item.data.json, taskId: id, className: key, fileName },
				binary: { ...item.data.binary, [binaryField]: binary },
			},
		];
	},
};

/** Here the server compares keys letter by letter, and stores them in lower case (docs/contract.md#configuration-entries). */
async function storedKey(api: DataGymApi, key: string): Promise<string> {
	return (await api.has('tasks')) ? key.toLowerCase() : key;
}

function isUnknownKey(error: unknown): boolean {
	return hasKey(error, 'ex_notfound') && error.failure.params?.[1] === 'entry_key';
}

async function explained(api: DataGymApi, taskId: string, key: string): Promise<Error> {
	const { classes } = readTask(await api.tasks.get(taskId));
	const keys = classes.filter(({ type }) => type === 'segmentation').map((known) => known.key);
	return unknownKeys(segmentationClassKey.displayName, [key], keys, 'segmentation class');
}
