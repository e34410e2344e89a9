import { isRecord } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import type { ItemInput } from '../../runner/itemInput';

export const classMapping = field({
	displayName: 'Class Mapping (JSON)',
	name: 'classMapping',
	type: 'json',
	default: '{}',
	placeholder: 'e.g. { "automobile": "car", "pickup": "truck" }',
	description: "Class keys by the model's class names. Others are kept.",
});

export const classMappingForm = field({
	displayName: 'Class Mapping',
	name: 'classMappingForm',
	type: 'fixedCollection',
	typeOptions: { multipleValues: true },
	placeholder: 'Add class',
	default: {},
	description: "The project's class for each class of the model. Others are kept.",
	options: [
		{
			displayName: 'Class',
			name: 'classes',
			values: [
				{
					displayName: 'Class of the Model',
					name: 'modelClass',
					type: 'string',
					default: '',
					placeholder: 'e.g. automobile',
					description: 'Name that the model gives to the class',
				},
				{
					displayName: 'Class of the Project Name or ID',
					name: 'projectClass',
					type: 'options',
					typeOptions: { loadOptionsMethod: 'getClasses', loadOptionsDependsOn: ['projectId'] },
					default: '',
					description:
						'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
				},
			],
		},
	],
});

/** Class keys by the model's names. The form goes before the JSON. @throws InputError for what is no class key. */
export function mappedClasses({ options }: ItemInput): Readonly<Record<string, string>> {
	const value = options.optionalJson(classMapping) ?? {};
	const names = isRecord(value) ? Object.entries(value) : undefined;
	const known = names?.flatMap(([name, key]) =>
		typeof key === 'string' && key.trim() !== '' ? [[name, key] as const] : [],
	);
	if (known === undefined || known.length !== names?.length)
		throw new InputError(
			'"Class Mapping (JSON)" must be an object of class keys',
			'Enter JSON such as {"automobile": "car"}, from the model\'s name to the class key.',
		);
	return Object.fromEntries([...known, ...rowsOf(options)]);
}

function rowsOf(options: ItemInput['options']): readonly (readonly [string, string])[] {
	return options.rows(classMappingForm).map(({ modelClass, projectClass }) => {
		const [name, key] = [modelClass, projectClass].map((text) => (typeof text === 'string' ? text.trim() : ''));
		if (name === undefined || name === '' || key === undefined || key === '')
			throw new InputError(
				'"Class Mapping" has a row that is not complete',
				'Enter the class of the model and choose the class of the project in each row, or remove the row.',
			);
		return [name, key];
	});
}
