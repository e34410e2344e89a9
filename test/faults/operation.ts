import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import type { Engine } from '../support/n8n/engine';
import type { Scene } from './scene';

/** Servers with all that operations need. */
export const FAULTED_KINDS = ['current', 'open-core'] as const;
export type FaultedKind = (typeof FAULTED_KINDS)[number];

/** What stands in the server after an operation: 0 nothing of it, 1 all of it, 2 and more: done so often; between 0 and 1: half-done; undefined if there is nothing to see. */
type Effect = (scene: Scene) => number | undefined;

/** An operation of the DataGym node as the faults are tried on it. */
export interface NodeOperation {
	readonly kind: 'node';
	/** What distinguishes two ways of running the same operation. */
	readonly variant?: string;
	readonly resource: string;
	readonly operation: string;
	readonly parameters: (scene: Scene) => INodeParameters;
	readonly items?: (engine: Engine) => Promise<INodeExecutionData[]>;
	readonly effect?: Effect;
	/** Fields of the output that only the lost answer had. */
	readonly mayLack?: readonly string[];
	/** Puts the server into another state first. */
	readonly prepare?: (scene: Scene) => void;
	/** Whether only the open core's API has what it needs. */
	readonly onOpenCoreOnly?: true;
}

/** Something else in n8n that speaks to the server. */
export interface OtherOperation {
	readonly kind: 'poll' | 'credential' | 'searchList' | 'loadOptions';
	readonly name: string;
	/** Of the list. */
	readonly method?: string;
	readonly parameters?: INodeParameters;
	/** Puts the server into another state first. */
	readonly prepare?: (scene: Scene) => void;
}

export type FaultedOperation = NodeOperation | OtherOperation;

export function nameOf(operation: FaultedOperation): string {
	if (operation.kind !== 'node') return operation.name;
	const { resource, operation: name, variant } = operation;
	return `${resource}.${name}${variant === undefined ? '' : ` (${variant})`}`;
}
