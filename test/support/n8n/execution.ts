import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import { createRunExecutionData, UserError } from 'n8n-workflow';
import type {
	ExecutionError,
	ICredentialsHelper,
	IDataObject,
	INode,
	INodeExecutionData,
	IRun,
	ITaskData,
	IWorkflowBase,
	IWorkflowExecuteAdditionalData,
	Workflow,
} from 'n8n-workflow';
import { createAdditionalData } from './additionalData';
import type { InstalledPackages } from './installedPackages';
import { describeRun, type WorkflowRun } from './run';
import { toWorkflow } from './workflowFile';

/** `manual` is "Execute workflow" in the editor; `trigger` is how an active workflow runs on its trigger's items. */
export type RunMode = 'manual' | 'trigger';

export interface NodeFinished {
	node: string;
	milliseconds: number;
	/** Number of items of each output. */
	items: number[];
	status: ITaskData['executionStatus'];
}

export interface ExecutionOptions {
	executionId: string;
	mode: RunMode;
	/** The items that the trigger gives out, in place of one empty item. */
	input?: INodeExecutionData[] | undefined;
	/** The node to begin with, where it is not the workflow's trigger. */
	startNode?: string;
	/** Cancels the run, as the editor's stop button does. */
	signal?: AbortSignal | undefined;
	onNodeFinished?: (finished: NodeFinished) => void;
}

/** Runs a workflow through n8n-core from its first node to its end. An error of a node is part of the result, not thrown. */
export async function execute(
	saved: IWorkflowBase,
	packages: InstalledPackages,
	credentialsHelper: ICredentialsHelper,
	options: ExecutionOptions,
): Promise<WorkflowRun> {
	const workflow = toWorkflow(saved, packages);
	const { executionId } = options;
	const additionalData = createAdditionalData(credentialsHelper, { executionId, workflowId: saved.id });
	additionalData.hooks = createHooks(saved, options);
	const raw = await runToEnd(workflow, additionalData, firstNode(workflow, options.startNode), options);
	return describeRun(executionId, raw, JSON.parse(JSON.stringify(workflow.staticData)) as IDataObject);
}

function firstNode(workflow: Workflow, name?: string): INode {
	const node = name === undefined ? workflow.getStartNode() : workflow.getNode(name);
	if (!node)
		throw new UserError(`The workflow "${workflow.name}" has no ${name ? `node "${name}"` : 'trigger'} to begin with.`);
	return node;
}

function createHooks(
	saved: IWorkflowBase,
	{ executionId, mode, onNodeFinished }: ExecutionOptions,
): ExecutionLifecycleHooks {
	const hooks = new ExecutionLifecycleHooks(mode, executionId, saved);
	if (onNodeFinished) {
		hooks.addHandler('nodeExecuteAfter', (node, { executionTime, executionStatus, data }) =>
			onNodeFinished({
				node,
				milliseconds: executionTime,
				items: (data?.main ?? []).map((items) => items?.length ?? 0),
				status: executionStatus,
			}),
		);
	}
	return hooks;
}

async function runToEnd(
	workflow: Workflow,
	additionalData: IWorkflowExecuteAdditionalData,
	node: INode,
	{ mode, input, signal }: ExecutionOptions,
): Promise<IRun> {
	const nodeExecutionStack = [{ node, data: { main: [input ?? [{ json: {} }]] }, source: null }];
	// The editor pins given items to the trigger; an active workflow's trigger hands on the items that it is started with.
	const pinData = mode === 'manual' && input ? { ...workflow.pinData, [node.name]: input } : workflow.pinData;
	const startedAt = new Date();
	try {
		const data = createRunExecutionData({
			executionData: { nodeExecutionStack },
			resultData: pinData === undefined ? {} : { pinData },
		});
		const execution = new WorkflowExecute(additionalData, mode, data).processRunExecutionData(workflow);
		const cancel = () => execution.cancel();
		signal?.addEventListener('abort', cancel, { once: true });
		if (signal?.aborted) cancel();
		return await execution.finally(() => signal?.removeEventListener('abort', cancel));
	} catch (error) {
		// n8n-core throws what it finds before the first node runs, such as a missing required parameter.
		return neverStarted(error as ExecutionError, mode, startedAt);
	}
}

function neverStarted(error: ExecutionError, mode: RunMode, startedAt: Date): IRun {
	return {
		data: createRunExecutionData({ resultData: { error } }),
		mode,
		startedAt,
		stoppedAt: new Date(),
		status: 'error',
		storedAt: 'fs',
	};
}
