import type { IDataObject, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { nodeNetwork } from '@datagym/shared/network';
import type { ItemInput } from './itemInput';
import { allowAgents } from './agents';
import type { Run } from './runContext';

/** What one item becomes, before it is paired with the item that it came from. */
export interface Output {
	readonly json: IDataObject;
	readonly binary?: NonNullable<INodeExecutionData['binary']>;
	/** Indexes of the items that it was made from, if they are others than the one whose output it is; empty if it comes from none. */
	readonly madeFrom?: readonly number[];
}

/** The verdict on one input item of an operation that works on all items together. Outputs of several items are those of the first one. */
export type Verdict = { readonly outputs: readonly Output[] } | { readonly error: unknown };

interface OperationBase {
	/** Saved in workflows: never renamed. */
	readonly value: string;
	/** Title Case, in the drop-down. */
	readonly name: string;
	/** Sentence case, in the node panel and on the canvas. */
	readonly action: string;
	readonly description: string;
	/** Without the conditions on resource and operation, which are added by `describe`. */
	readonly fields: readonly INodeProperties[];
	/** Fields that the user adds below "Options", beside those of every operation; in any order. */
	readonly options?: readonly INodeProperties[];
	/** Shown above the output if there are no items and no error: what that means, and what to do. */
	readonly emptyHint?: string;
	/** Whether it destroys so much at once that an AI agent may run it only if the node allows it. */
	readonly isDestructive?: true;
}

/** Works on one item; called for several at a time. */
export interface ItemOperation extends OperationBase {
	readonly run: (item: ItemInput, run: Run) => Promise<readonly Output[]>;
}

/** Works on all items together: one verdict an item, in their order. */
export interface BatchOperation extends OperationBase {
	readonly runAll: (items: readonly ItemInput[], run: Run) => Promise<readonly Verdict[]>;
}

export type Operation = ItemOperation | BatchOperation;

export interface Resource {
	/** Saved in workflows: never renamed. */
	readonly value: string;
	readonly name: string;
	readonly description: string;
	/** In the order of their names. */
	readonly operations: readonly Operation[];
	/** The operation that a new node begins with. It is saved by being left out, so it never changes. */
	readonly start: Operation;
}

/**
 * The fields of the node: resource, operation, and those of each operation, shown for it only.
 *
 * @param start the resource that a new node begins with. It is saved by being left out, so it never changes.
 */
export function describe(resources: readonly Resource[], start: Resource): INodeProperties[] {
	return [
		{
			displayName: 'Resource',
			name: 'resource',
			type: 'options',
			noDataExpression: true,
			options: resources.map(({ name, value, description }) => ({ name, value, description })),
			default: valueOf(start),
		},
		...resources.map(describeOperations),
		...resources.flatMap((resource) => resource.operations.flatMap((operation) => fieldsOf(resource, operation))),
	];
}

function describeOperations({ value: resource, operations, start }: Resource): INodeProperties {
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [resource] } },
		options: operations.map(({ name, value, action, description }) => ({ name, value, action, description })),
		default: valueOf(start),
	};
}

function fieldsOf(resource: Resource, operation: Operation): INodeProperties[] {
	const permission = operation.isDestructive === true ? [allowAgents] : [];
	return [...operation.fields, ...permission, optionsOf(operation)].map((field) => ({
		...withExample(field),
		displayOptions: {
			...field.displayOptions,
			show: { resource: [resource.value], operation: [operation.value], ...field.displayOptions?.show },
		},
	}));
}

/** n8n's editor for JSON does not show placeholders. */
function withExample(field: INodeProperties): INodeProperties {
	const { type, placeholder, hint } = field;
	return type !== 'json' || placeholder === undefined || hint !== undefined
		? field
		: { ...field, hint: `e.g. ${placeholder.replace(/^e\.g\. /, '')}` };
}

/** What stands below the node on the canvas, in the words of the drop-downs. */
export function subtitleOf(resources: readonly Resource[]): string {
	const names = resources.flatMap(({ name, value, operations }) =>
		operations.map((operation) => [`${value}.${operation.value}`, `${name}: ${operation.name}`]),
	);
	return `={{ (${JSON.stringify(Object.fromEntries(names))})[$parameter["resource"] + "." + $parameter["operation"]] }}`;
}

/** The operation's own options and those that every operation has, in one collection. */
function optionsOf({ options = [] }: Operation): INodeProperties {
	return {
		displayName: 'Options',
		name: 'options',
		type: 'collection',
		placeholder: 'Add option',
		default: {},
		options: [...options, nodeNetwork].sort((a, b) => a.displayName.localeCompare(b.displayName)).map(withExample),
	};
}

function valueOf({ value }: { readonly value: string }): string {
	return value;
}
