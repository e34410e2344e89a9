import { ExternalSecretsProxy } from 'n8n-core';
import { UserError } from 'n8n-workflow';
import type { ICredentialsHelper, INodeParameters, IWorkflowExecuteAdditionalData } from 'n8n-workflow';
import { Container } from './n8nInternals';

/** The address that n8n has by default. Nothing listens on it here; it only appears in links. */
const INSTANCE_URL = 'http://localhost:5678/';

interface ForWhat {
	executionId?: string;
	workflowId?: string;
	currentNodeParameters?: INodeParameters;
}

/** The surroundings that n8n hands to every node beside its workflow: the credentials helper, the addresses of the instance. */
export function createAdditionalData(
	credentialsHelper: ICredentialsHelper,
	forWhat: ForWhat = {},
): IWorkflowExecuteAdditionalData {
	return {
		...forWhat,
		credentialsHelper,
		currentNodeExecutionIndex: 0,
		variables: {},
		externalSecretsProxy: Container.get(ExternalSecretsProxy),
		instanceBaseUrl: INSTANCE_URL,
		restApiUrl: `${INSTANCE_URL}rest`,
		formBaseUrl: `${INSTANCE_URL}form`,
		formWaitingBaseUrl: `${INSTANCE_URL}form-waiting`,
		formTestBaseUrl: `${INSTANCE_URL}form-test`,
		webhookBaseUrl: `${INSTANCE_URL}webhook`,
		webhookWaitingBaseUrl: `${INSTANCE_URL}webhook-waiting`,
		webhookTestBaseUrl: `${INSTANCE_URL}webhook-test`,
		mcpBaseUrl: `${INSTANCE_URL}mcp`,
		mcpTestBaseUrl: `${INSTANCE_URL}mcp-test`,
		executeWorkflow: () => refuse('Sub-workflows'),
		startRunnerTask: () => refuse('Task runners (the Code node)'),
		getRunExecutionData: async () => undefined,
		getRuntimeCredential: async () => undefined,
		logAiEvent: () => undefined,
	};
}

async function refuse(what: string): Promise<never> {
	throw new UserError(`${what} need a whole n8n; this engine runs single workflows.`);
}
