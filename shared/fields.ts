import type { INodeProperties } from 'n8n-workflow';

/**
 * The definition of a field, with the literal types of its name, default and choices: the readers of `ItemInput` take it and know
 * from it what a value is called, what it is if it is missing, and what it can be.
 */
export function field<const Definition extends INodeProperties>(definition: Definition): Definition {
	return definition;
}

export const outputBinaryField = field({
	displayName: 'Put Output File in Field',
	name: 'binaryPropertyName',
	type: 'string',
	default: 'data',
	required: true,
	hint: 'The name of the output binary field to put the file in',
	description: 'Name of the binary field in the output',
});
