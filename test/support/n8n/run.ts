import { inspect } from 'node:util';
import type {
	ExecutionStatus,
	IDataObject,
	INodeExecutionData,
	IRun,
	ITaskData,
	NodeExecutionHint,
} from 'n8n-workflow';

/** The reason of a failed run, as the editor shows it. */
export interface RunError {
	name: string;
	message: string;
	description?: string | undefined;
	httpCode?: string | undefined;
	node?: string | undefined;
	itemIndex?: number | undefined;
}

/** A finished execution. */
export interface WorkflowRun {
	executionId: string;
	status: ExecutionStatus;
	milliseconds: number;
	error?: RunError | undefined;
	/** The workflow's static data after the run, as n8n would save it. */
	staticData: IDataObject;
	/** All items that a node gave out, over all its runs. Empty for a node that did not run. */
	itemsOf(node: string, output?: number): INodeExecutionData[];
	/** The hints that a node showed above its output. */
	hintsOf(node: string): NodeExecutionHint[];
	/** Everything that the execution holds in one text, errors and their causes included: for searching it for secrets. */
	readonly text: string;
	/** The execution as n8n-core returned it. */
	readonly raw: IRun;
}

export function describeRun(executionId: string, raw: IRun, staticData: IDataObject): WorkflowRun {
	const tasksOf = (node: string): ITaskData[] => raw.data.resultData.runData[node] ?? [];
	return {
		executionId,
		status: raw.status,
		milliseconds: (raw.stoppedAt ?? new Date()).getTime() - raw.startedAt.getTime(),
		error: describeError(raw),
		staticData,
		itemsOf: (node, output = 0) => tasksOf(node).flatMap((task) => task.data?.main?.[output] ?? []),
		hintsOf: (node) => tasksOf(node).flatMap((task) => task.hints ?? []),
		get text() {
			return inspect(raw, { depth: Infinity, maxArrayLength: Infinity, maxStringLength: Infinity });
		},
		raw,
	};
}

function describeError({ data: { resultData } }: IRun): RunError | undefined {
	const { error, lastNodeExecuted } = resultData;
	if (!error) return undefined;
	return {
		name: error.name,
		message: error.message,
		description: error.description ?? undefined,
		httpCode: 'httpCode' in error ? (error.httpCode ?? undefined) : undefined,
		node: ('node' in error ? error.node?.name : undefined) ?? lastNodeExecuted,
		itemIndex: error.context?.itemIndex as number | undefined,
	};
}
