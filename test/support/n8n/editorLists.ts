import { LoadOptionsContext } from 'n8n-core';
import { UserError, Workflow } from 'n8n-workflow';
import type {
	ILoadOptionsFunctions,
	INode,
	INodeCredentials,
	INodeListSearchResult,
	INodeParameters,
	INodePropertyOptions,
	NodeParameterValueType,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import type { InstalledPackages } from './installedPackages';

/** A list of a node that is open in the editor. */
export interface EditorList {
	/** Full name of the node type, as `n8n-nodes-datagym.dataGym`. */
	nodeType: string;
	/** Name of the method below `methods.listSearch`, `methods.loadOptions` or `methods.actionHandler`. */
	method: string;
	/** The node's parameters as far as the user has filled them in. */
	parameters?: INodeParameters | undefined;
	version?: number;
}

interface OpenNode extends EditorList {
	credentials: INodeCredentials;
	packages: InstalledPackages;
	additionalData: IWorkflowExecuteAdditionalData;
}

/** The page that the editor shows when a resource locator's list is opened, searched or scrolled on. */
export async function searchList(
	open: OpenNode,
	filter?: string,
	paginationToken?: string,
): Promise<INodeListSearchResult> {
	const { context, workflow, methods } = openInEditor(open);
	const search = methods?.listSearch?.[open.method] ?? unknownMethod(open, 'listSearch', methods?.listSearch);
	return await workflow.expression.withIsolate(async () => await search.call(context, filter, paginationToken));
}

/** The entries that the editor offers in a drop-down that a node fills. */
export async function loadOptions(open: OpenNode): Promise<INodePropertyOptions[]> {
	const { context, workflow, methods } = openInEditor(open);
	const load = methods?.loadOptions?.[open.method] ?? unknownMethod(open, 'loadOptions', methods?.loadOptions);
	return await workflow.expression.withIsolate(async () => await load.call(context));
}

/** What the editor chooses after a click on the entry that makes something new; the search is sent with it. */
export async function runAction(open: OpenNode, search: string): Promise<NodeParameterValueType> {
	const { context, workflow, methods } = openInEditor(open);
	const act = methods?.actionHandler?.[open.method] ?? unknownMethod(open, 'actionHandler', methods?.actionHandler);
	return await workflow.expression.withIsolate(async () => await act.call(context, { name: search }));
}

function openInEditor({ nodeType, version, parameters = {}, credentials, packages, additionalData }: OpenNode) {
	const { methods, description } = packages.getByNameAndVersion(nodeType, version);
	const node: INode = {
		id: 'open',
		name: 'Temp-Node',
		type: nodeType,
		typeVersion: version ?? [description.version].flat().at(-1) ?? 1,
		position: [0, 0],
		parameters,
		credentials,
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes: packages });
	// n8n's own types do not agree with each other about properties that are undefined.
	const context: unknown = new LoadOptionsContext(
		workflow,
		node,
		{ ...additionalData, currentNodeParameters: parameters },
		'',
	);
	return { context: context as ILoadOptionsFunctions, workflow, methods };
}

function unknownMethod({ nodeType, method }: EditorList, kind: string, known: object = {}): never {
	throw new UserError(
		`${nodeType} has no ${kind} method "${method}"; it has: ${Object.keys(known).join(', ') || 'none'}.`,
	);
}
