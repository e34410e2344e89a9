import { field } from '@datagym/shared/fields';

export const earlierVersion = field({
	displayName: 'Earlier Version',
	name: 'earlierVersion',
	type: 'json',
	default: '{}',
	required: true,
	placeholder: 'e.g. {{ $json.manifest }}',
	description: 'Manifest of the earlier version, or {} if none',
});

export const laterVersion = field({
	displayName: 'Later Version',
	name: 'laterVersion',
	type: 'json',
	default: '{}',
	required: true,
	placeholder: 'e.g. {{ $json.manifest }}',
	description: 'Manifest of the later version',
});

export const output = field({
	displayName: 'Output',
	name: 'output',
	type: 'options',
	default: 'changes',
	options: [
		{
			name: 'Item per Change',
			value: 'changes',
			description: 'One flat item per change and per drift',
		},
		{ name: 'One Item', value: 'summary', description: 'All changes in lists' },
	],
	description: 'How to return the differences',
});
