import type { INodeProperties } from 'n8n-workflow';

export const labelId: INodeProperties = {
	displayName: 'Label ID',
	name: 'labelId',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. {{ $json.labelId }}',
	description: 'ID of the label; Label: Get Many returns it',
};

export const classKey: INodeProperties = {
	displayName: 'Class Key',
	name: 'classKey',
	type: 'string',
	default: '',
	required: true,
	placeholder: 'e.g. car',
	description: 'Key of a class in the project’s label configuration, which Label Configuration: Get returns',
};

export const geometry: INodeProperties = {
	displayName: 'Geometry',
	name: 'geometry',
	type: 'json',
	default: '',
	placeholder: '[{ "x": 10, "y": 20, "w": 30, "h": 40 }]',
	description:
		'Pixels from the top left corner of the image, decimals allowed: the corner and size of a rectangle, or a list of points, as DataGym’s import has them; or the “geometry” that this node returns for a label',
};

export const classifications: INodeProperties = {
	displayName: 'Classifications',
	name: 'classifications',
	type: 'json',
	default: '',
	placeholder: '{ "color": "red", "damage": ["dent", "scratch"] }',
	description:
		'Answers by the key of the question: an option’s key, a text or a list of options’ keys. Answers that belong to an answer stand in an object after it. The “classifications” that this node returns for a label are taken, too.',
};

export const allowFinished: INodeProperties = {
	displayName: 'Allow Finished Tasks',
	name: 'allowFinished',
	type: 'boolean',
	default: false,
	description:
		'Whether to change the labels of tasks that are completed, reviewed or skipped. They stay in that state.',
};

export const comment: INodeProperties = {
	displayName: 'Comment',
	name: 'comment',
	type: 'string',
	default: '',
	description: 'A note on the label, which labelers see in DataGym',
};
