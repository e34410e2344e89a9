import { projectId } from '../../fields';
import type { BatchOperation } from '../../operation';
import { importAll } from './importAll';

export const importPredictions: BatchOperation = {
	value: 'import',
	name: 'Import',
	action: 'Import predictions',
	description: 'Import labels that a model has made, for people to correct. The labels of all items are checked, then sent in batches.',
	fields: [
		projectId,
		{
			displayName: 'Predictions',
			name: 'predictions',
			type: 'json',
			default: '={{ $json }}',
			required: true,
			description:
				'Labels of one image, or an array for several, in DataGym’s shape: internal_media_ID or external_media_ID (the file name), labels and global_classifications. By default the input item itself.',
		},
		{
			displayName: 'Existing Labels',
			name: 'existingLabels',
			type: 'options',
			default: 'replace',
			options: [
				{ name: 'Keep and Add', value: 'add', description: 'Running again adds the labels once more' },
				{ name: 'Replace', value: 'replace', description: 'Running again gives the same result' },
			],
			description: 'What happens to the labels that the image has',
		},
		{
			displayName: 'Allow Finished Tasks',
			name: 'allowFinished',
			type: 'boolean',
			default: false,
			description: 'Whether to change the labels of tasks that are completed, reviewed or skipped. They stay in that state.',
		},
		{
			displayName: 'Options',
			name: 'options',
			type: 'collection',
			default: {},
			options: [
				{
					displayName: 'Check Label Configuration',
					name: 'checkConfiguration',
					type: 'boolean',
					default: true,
					description:
						'Whether to check classes, geometries and answers against the project’s label configuration, since DataGym stores wrong ones broken. Reads one task.',
				},
				{
					displayName: 'Image Size From',
					name: 'imageSizes',
					type: 'options',
					default: 'item',
					options: [
						{ name: 'Item', value: 'item', description: 'From width and height in the prediction, or else from the item’s image file' },
						{ name: 'Item or Server', value: 'server', description: 'If the item has none, from the task’s details: a request for each image' },
						{ name: 'Nowhere', value: 'off', description: 'Do not look for labels outside of the image' },
					],
					description: 'DataGym accepts labels outside of the image; with its size known, the output warns of them',
				},
				{
					displayName: 'Images per Request',
					name: 'batchSize',
					type: 'number',
					default: 50,
					typeOptions: { minValue: 1, maxValue: 500 },
					description: 'A server takes two to three seconds for 100 images',
				},
			],
		},
	],
	runAll: importAll,
};
