import { ExecuteContext, RoutingNode } from 'n8n-core';
import { createEmptyRunExecutionData, Workflow } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	ICredentialTestFunction,
	ICredentialTestRequest,
	INode,
	INodeCredentialTestResult,
	INodeExecutionData,
	INodeType,
	INodeTypes,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import type { SavedCredential } from './credentialStore';
import type { InstalledPackages } from './installedPackages';

/** The function of the first node that names one for the type; n8n fails if that node does not have it. */
export function findTestFunction(
	credentialType: string,
	packages: InstalledPackages,
): ICredentialTestFunction | undefined {
	for (const name of packages.getSupportedNodes(credentialType)) {
		const { description, methods } = packages.getByNameAndVersion(name);
		const testedBy = description.credentials?.find((used) => used.name === credentialType)?.testedBy;
		if (typeof testedBy === 'string') return methods?.credentialTest?.[testedBy];
	}
	return undefined;
}

/** A field that sends the credential's test request, in a node type made for it: how n8n tests credentials. */
function createTestNodeType(credentialType: string, { request }: ICredentialTestRequest, noOp: INodeType): INodeType {
	return {
		description: {
			...noOp.description,
			credentials: [{ name: credentialType, required: true }],
			properties: [{ displayName: 'Temp', name: 'temp', type: 'string', default: '', routing: { request } }],
		},
	};
}

/**
 * Runs the `test` of a credential type as the editor's "Save" does: follows
 * packages/cli/src/services/credentials-tester.service.ts of n8n 2.40.
 */
export async function testCredential(
	credential: SavedCredential,
	data: ICredentialDataDecryptedObject,
	test: ICredentialTestRequest,
	noOp: INodeType,
	additionalData: IWorkflowExecuteAdditionalData,
): Promise<INodeCredentialTestResult> {
	const { id, name, type } = credential;
	const nodeType = createTestNodeType(type, test, noOp);
	const nodeTypes: INodeTypes = {
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	};
	const node: INode = {
		id: 'temp',
		name: 'Temp-Node',
		type: noOp.description.name,
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		credentials: { [type]: { id, name } },
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const context = new ExecuteContext(
		workflow,
		node,
		{ ...additionalData, currentNodeParameters: {} },
		'internal',
		createEmptyRunExecutionData(),
		0,
		[],
		{ main: [[{ json: {} }]] },
		{ node, data: {}, source: null },
		[],
	);
	try {
		const routing = new RoutingNode(context, nodeType, { id, name, type, data });
		const output = await workflow.expression.withIsolate(async () => await routing.runNode());
		return judgeAnswer(test, output?.[0]?.[0]);
	} catch (error) {
		return judgeFailure(test, error as Error);
	}
}

function judgeAnswer({ rules = [] }: ICredentialTestRequest, answer?: INodeExecutionData): INodeCredentialTestResult {
	for (const rule of rules) {
		if (rule.type !== 'responseSuccessBody') continue;
		const { key, value, message } = rule.properties;
		if (answer?.json[key] === value) return { status: 'Error', message };
	}
	return { status: 'OK', message: 'Connection successful!' };
}

/** The parts of an HTTP client's error that n8n reads. */
interface FailedRequest {
	code?: string;
	response?: { status: number; statusText?: string };
}

function judgeFailure({ rules = [] }: ICredentialTestRequest, error: Error): INodeCredentialTestResult {
	const { response, code } = (error.cause ?? {}) as FailedRequest;
	if (!response) return { status: 'Error', message: code ?? error.message };
	for (const rule of rules) {
		if (rule.type === 'responseCode' && rule.properties.value === response.status) {
			return { status: 'Error', message: rule.properties.message };
		}
	}
	return { status: 'Error', message: response.statusText || `Received HTTP status code: ${response.status}` };
}
