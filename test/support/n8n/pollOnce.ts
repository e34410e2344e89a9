import { PollContext, TriggersAndPollers } from 'n8n-core';
import { UserError } from 'n8n-workflow';
import type { ICredentialsHelper, INodeExecutionData, IPollFunctions, IWorkflowBase } from 'n8n-workflow';
import { createAdditionalData } from './additionalData';
import type { RunMode } from './execution';
import type { InstalledPackages } from './installedPackages';
import { Container } from './n8nInternals';
import { toWorkflow } from './workflowFile';

export interface Poll {
	/** The items that the trigger found; null when it returned nothing, after which n8n starts no execution. */
	items: INodeExecutionData[] | null;
	/** The workflow's static data after the poll, as JSON. */
	staticData: string;
}

/** Polls the trigger of a workflow once, without an execution and without saving: for measuring and for looking closely. */
export async function pollOnce(
	saved: IWorkflowBase,
	packages: InstalledPackages,
	credentialsHelper: ICredentialsHelper,
	mode: RunMode,
): Promise<Poll> {
	const workflow = toWorkflow(saved, packages);
	const [node] = workflow.getPollNodes();
	if (!node) throw new UserError(`The workflow "${saved.name}" has no polling trigger.`);
	// n8n's own types do not agree with each other about properties that are undefined.
	const context: unknown = new PollContext(
		workflow,
		node,
		createAdditionalData(credentialsHelper, { workflowId: saved.id }),
		mode,
		'activate',
	);
	const poll = async () =>
		await Container.get(TriggersAndPollers).runPollFunction(workflow, node, context as IPollFunctions);
	const outputs = await workflow.expression.withIsolate(poll);
	return { items: outputs?.[0] ?? null, staticData: JSON.stringify(workflow.staticData) };
}
