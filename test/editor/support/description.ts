import { createRequire } from 'node:module';
import { join } from 'node:path';
import {
	NodeHelpers,
	type INode,
	type INodeParameters,
	type INodeProperties,
	type INodePropertyOptions,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';

const DIST = join(__dirname, '..', '..', '..', 'dist', 'nodes');

/** The description of a built node, as n8n gives it to its editor. */
export function describeNode(name: 'DataGym' | 'DataGymTrigger'): INodeTypeDescription {
	const exported = createRequire(__filename)(join(DIST, name, `${name}.node.js`)) as Record<
		string,
		new () => INodeType
	>;
	return new exported[name]!().description;
}

/** What a drop-down offers. */
export function choicesOf(property: INodeProperties | undefined): INodePropertyOptions[] {
	return (property?.options ?? []) as INodePropertyOptions[];
}

/** What n8n's own rules show for these parameters, with the defaults of all others. */
export function shownProperties(
	description: INodeTypeDescription,
	parameters: INodeParameters,
	properties = description.properties,
): INodeProperties[] {
	const node = { typeVersion: 1 } as INode;
	const filled =
		NodeHelpers.getNodeParameters(description.properties, parameters, true, false, node, description) ?? parameters;
	return properties.filter((property) => NodeHelpers.displayParameter(filled, property, node, description));
}
