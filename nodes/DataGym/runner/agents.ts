import type { IExecuteFunctions } from 'n8n-workflow';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';

/** Shown in the node's tool variant only, and without an expression, which could leave the decision to the model. */
export const allowAgents = field({
	displayName: 'Allow AI Agents',
	name: 'allowAgents',
	type: 'boolean',
	default: false,
	noDataExpression: true,
	displayOptions: { show: { '@tool': [true] } },
	description: 'Whether AI agents may run this operation',
});

interface Guarded {
	readonly name: string;
	readonly isDestructive?: true;
}

/**
 * What destroys much at once is not for an AI agent to decide, unless the author of the workflow has allowed it.
 *
 * @throws InputError if the operation is destructive, the node runs as a tool and does not allow it.
 */
export function checkAgent(n8n: Pick<IExecuteFunctions, 'getNode'>, { isDestructive, name }: Guarded): void {
	if (isDestructive !== true || mayDestroy(n8n)) return;
	throw new InputError(
		`The operation "${name}" is not allowed for AI agents`,
		'Turn on "Allow AI Agents" in the tool, or give the agent another operation.',
	);
}

/** The same for a choice that makes an operation destructive. @throws InputError */
export function checkAgentsChoice(n8n: Pick<IExecuteFunctions, 'getNode'>, field: string, choice: string): void {
	if (mayDestroy(n8n)) return;
	throw new InputError(
		`"${field}: ${choice}" is not allowed for AI agents`,
		`Turn on "Allow AI Agents" in the tool, or choose something else for "${field}".`,
	);
}

function mayDestroy(n8n: Pick<IExecuteFunctions, 'getNode'>): boolean {
	const { type, parameters } = n8n.getNode();
	// n8n gives the tool variant of a node the node's type with this ending.
	const isTool = type.endsWith('Tool');
	// Read as it is saved: what a model fills in is an expression there.
	return !isTool || parameters[allowAgents.name] === true;
}
