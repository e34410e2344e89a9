import type { IConnections, INode, INodeParameters } from 'n8n-workflow';
import type { WorkflowFile } from './n8n/engine';

/** A node of a test's workflow: its name, its full type, its parameters and what else differs from the ordinary. */
export function node(name: string, type: string, parameters: INodeParameters = {}, other: Partial<INode> = {}): INode {
	return { id: name, name, type, typeVersion: 1, position: [0, 0], parameters, ...other };
}

/** A resource locator as the editor saves it. */
export const byId = (value: string) => ({ __rl: true, mode: 'id', value });

export const manualTrigger = node('Start', 'n8n-nodes-base.manualTrigger');

/** A node that adds a field to each item. */
export function set(field: string, value: string): INode {
	const assignments = { assignments: [{ id: field, name: field, value, type: 'string' }] };
	const parameters = { assignments, includeOtherFields: true, options: {} };
	return node(`Set ${field}`, 'n8n-nodes-base.set', parameters, { typeVersion: 3.4 });
}

/** A workflow in which each node feeds the next one. */
export function chain(...nodes: INode[]): WorkflowFile {
	const connections: IConnections = {};
	nodes.slice(1).forEach((next, index) => {
		connections[nodes[index]!.name] = { main: [[{ node: next.name, type: 'main', index: 0 }]] };
	});
	return { nodes, connections };
}
