import type { IDataObject, INodeProperties } from 'n8n-workflow';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import { returnAll, simplify } from './fields';
import type { ItemInput } from './runner/itemInput';

/**
 * In which form a record leaves the node. A workflow has *Simplify*, as in n8n's other nodes. An AI agent pays for each field that it
 * reads, so its tool has *Output* instead, as n8n's guidelines for verified nodes ask.
 */

const FOR_TOOLS = { show: { '@tool': [true] } };

const NOT_FOR_TOOLS = { hide: { '@tool': [true] } };

const simplifyItems = field({ ...simplify, displayOptions: NOT_FOR_TOOLS });

const toolOutput = field({
	displayName: 'Output',
	name: 'toolOutput',
	type: 'options',
	default: 'simplified',
	displayOptions: FOR_TOOLS,
	options: [
		{ name: 'Raw', value: 'raw', description: 'All data as DataGym sent it' },
		{ name: 'Selected Fields', value: 'selectedFields', description: 'Only the fields you choose' },
		{ name: 'Simplified', value: 'simplified', description: 'The most important fields, at most ten' },
	],
	description: 'How much data the AI agent gets',
});

/** The field by its name, for reading; which choices it has, each operation says. */
const selectedFields = field({
	displayName: 'Fields',
	name: 'selectedFields',
	type: 'multiOptions',
	default: [],
	displayOptions: { show: { '@tool': [true], toolOutput: ['selectedFields'] } },
	description: 'Fields that the AI agent gets',
});

/**
 * *Simplify* for a workflow, *Output* for a tool.
 *
 * @param names the fields of a record, which a tool can choose from.
 */
export const outputFields = (names: readonly string[], description: string = simplify.description) =>
	[
		{ ...simplifyItems, description },
		toolOutput,
		{ ...selectedFields, options: [...names].sort().map((value) => ({ name: titleOf(value), value })) },
	] as const;

/** A field that a tool does not have, or begins with another value of. */
export const forWorkflows = <const Field extends INodeProperties>(definition: Field) => ({
	...definition,
	displayOptions: { ...definition.displayOptions, hide: { ...definition.displayOptions?.hide, ...NOT_FOR_TOOLS.hide } },
});

/** A field that only a tool has, or the same as a tool begins it. */
const forTools = <const Field extends INodeProperties>(definition: Field) => ({
	...definition,
	displayOptions: { ...definition.displayOptions, show: { ...definition.displayOptions?.show, ...FOR_TOOLS.show } },
});

/** *Return All*, which a workflow begins with where lists are to be complete, and a tool never. */
export const allInWorkflows = [forWorkflows({ ...returnAll, default: true }), forTools(returnAll)] as const;

/** A record in each form. */
export interface Forms {
	readonly raw: () => unknown;
	/** What a workflow gets with *Simplify*, and a tool selects from. */
	readonly record: () => IDataObject;
	/** What a tool gets by default: at most ten fields without objects in them. */
	readonly brief: () => IDataObject;
}

/** @throws InputError if fields are to be selected, and none or an unknown one is. */
export function inChosenForm(item: ItemInput, { raw, record, brief }: Forms): IDataObject {
	switch (formOf(item)) {
		case 'raw':
			return raw() as IDataObject;
		case 'record':
			return record();
		case 'simplified':
			return brief();
		case 'selectedFields':
			return selected(record(), item.list(selectedFields));
	}
}

/** Whether the server's own answer is wanted. */
export function isRaw(item: ItemInput): boolean {
	return formOf(item) === 'raw';
}

/** Whether an AI agent gets what the node chooses for it. */
export function isBrief(item: ItemInput): boolean {
	return formOf(item) === 'simplified';
}

/** Whether the item's node is a tool of an AI agent: only there it has the field. */
export function isTool(item: ItemInput): boolean {
	return (item.raw(toolOutput) ?? undefined) !== undefined;
}

function formOf(item: ItemInput): 'raw' | 'record' | 'selectedFields' | 'simplified' {
	if (isTool(item)) return item.choice(toolOutput);
	return item.flag(simplifyItems) ? 'record' : 'raw';
}

/** The chosen fields, in the order of the record; one that this record lacks is left out. */
function selected(record: IDataObject, names: readonly string[]): IDataObject {
	if (names.length === 0) {
		throw new InputError('"Fields" is empty', 'Select the fields to return, or set "Output" to "Simplified".');
	}
	const wanted = new Set(names.map(comparable));
	return Object.fromEntries(Object.entries(record).filter(([name]) => wanted.has(comparable(name))));
}

/** A model may write the displayed name. */
const comparable = (name: string) => name.replace(/\s/g, '').toLowerCase();

/** `labelConfigurationId` as *Label Configuration ID*. */
function titleOf(name: string): string {
	const words = name.replace(/[A-Z]/g, (letter) => ` ${letter}`).replace(/\bId\b/g, 'ID');
	return words.charAt(0).toUpperCase() + words.slice(1);
}
