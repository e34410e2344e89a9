import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import pLimit from 'p-limit';
import type { Steps } from '@datagym/labels';
import { connect } from '@datagym/shared/connect';
import { InputError, toNodeError } from '@datagym/shared/errors';
import { showHint } from '@datagym/shared/hints';
import { networkOf, nodeNetwork } from '@datagym/shared/network';
import { finish } from '@datagym/shared/turns';
import { checkAgent } from './agents';
import { itemInputs, type ItemInput } from './itemInput';
import { manyAtOnce } from './manyAtOnce';
import type { BatchOperation, ItemOperation, Operation, Output, Verdict } from './operation';
import { Run } from './runContext';

/** Runs an operation over all input items: several at a time, results in the items' order, each paired with its item. */
export async function runOperation(n8n: IExecuteFunctions, operation: Operation): Promise<INodeExecutionData[]> {
	const items = await itemInputs(n8n);
	const first = items[0];
	if (first === undefined) return [];
	const run = await startRun(n8n, operation, first).catch((error: unknown) => {
		throw toNodeError(n8n.getNode(), error);
	});
	const verdicts =
		'runAll' in operation ? await runTogether(operation, items, run) : await runEach(operation, items, run);
	failUnlessContinuing(n8n, verdicts);
	if (verdicts.every((verdict) => 'outputs' in verdict && verdict.outputs.length === 0))
		showHint(n8n, operation.emptyHint === undefined ? [] : [operation.emptyHint]);
	return await finish(itemsOf(n8n, verdicts, items));
}

async function startRun(n8n: IExecuteFunctions, operation: Operation, { options }: ItemInput): Promise<Run> {
	checkAgent(n8n, operation);
	const network = await networkOf(n8n, options.raw(nodeNetwork));
	const { concurrency } = network;
	const api = await connect(n8n, network);
	return new Run(n8n, api, pLimit(concurrency), pLimit(concurrency));
}

/** One item at a time as far as the user sees: after a failure no further item is started, unless the node continues on errors. */
export async function runEach(
	operation: Pick<ItemOperation, 'run'>,
	items: readonly ItemInput[],
	run: Run,
): Promise<readonly Verdict[]> {
	let stop = false;
	const runOne = async (item: ItemInput): Promise<Verdict> => {
		if (stop || run.isCanceled) return { error: NOT_STARTED };
		// An operation that asks no server may throw before there is a promise.
		const work = async () => await operation.run(item, run);
		const verdict = await work().then(
			(outputs): Verdict => ({ outputs }),
			(error: unknown): Verdict => ({ error }),
		);
		stop ||= 'error' in verdict && !run.n8n.continueOnFail();
		return verdict;
	};
	return await manyAtOnce(items, async (work) => await run.itemLimit(work), runOne);
}

async function runTogether(
	operation: BatchOperation,
	items: readonly ItemInput[],
	run: Run,
): Promise<readonly Verdict[]> {
	return await operation.runAll(items, run).catch((error: unknown) => items.map((): Verdict => ({ error })));
}

/** The verdict on an item that was left alone, because an earlier one failed and the node does not continue on errors. */
export const NOT_STARTED = Symbol('not started');

function failUnlessContinuing(n8n: IExecuteFunctions, verdicts: readonly Verdict[]): void {
	if (n8n.continueOnFail()) return;
	const index = verdicts.findIndex((verdict) => 'error' in verdict && verdict.error !== NOT_STARTED);
	const failed = verdicts[index];
	if (failed === undefined || !('error' in failed)) return;
	throw toNodeError(n8n.getNode(), failed.error, index, describeProgress(verdicts));
}

/** Nothing stays half-done without being told. */
function describeProgress(verdicts: readonly Verdict[]): string {
	if (verdicts.length === 1) return '';
	const done = verdicts.filter((verdict) => 'outputs' in verdict).length;
	const failed = verdicts.filter((verdict) => 'error' in verdict && verdict.error !== NOT_STARTED).length;
	return `${done} of ${verdicts.length} items were processed, ${failed} failed and ${verdicts.length - done - failed} were not started.`;
}

function* itemsOf(
	n8n: IExecuteFunctions,
	verdicts: readonly Verdict[],
	inputs: readonly ItemInput[],
): Steps<INodeExecutionData[]> {
	const items: INodeExecutionData[] = [];
	for (const [index, verdict] of verdicts.entries()) {
		if ('outputs' in verdict)
			for (const output of verdict.outputs) {
				items.push(paired(output, index));
				if (items.length % MANY === 0) yield;
			}
		else {
			const input = inputs[index]?.data ?? { json: {} };
			items.push({ ...failedItem(n8n, verdict.error, input, index), pairedItem: { item: index } });
		}
		if (index % MANY === 0) yield;
	}
	return items;
}

/** Items in a step. */
const MANY = 64;

function paired(made: Output, index: number): INodeExecutionData {
	const { madeFrom = [index], ...output } = made;
	const [first, ...others] = madeFrom.map((item) => ({ item }));
	return { ...output, pairedItem: first === undefined ? [] : others.length === 0 ? first : [first, ...others] };
}

/**
 * The input item with what went wrong, so that it can be repaired or tried again. For the error output, n8n takes an item with no
 * more than these fields for a failed one and adds the input's fields itself; an `error` beside the JSON would make it replace that.
 */
function failedItem(
	n8n: IExecuteFunctions,
	thrown: unknown,
	{ json, binary }: INodeExecutionData,
	index: number,
): Pick<INodeExecutionData, 'json' | 'binary'> {
	const error = thrown === NOT_STARTED ? canceled(n8n, index) : toNodeError(n8n.getNode(), thrown, index);
	const facts = { error: error.message, ...(error.description ? { details: error.description } : {}) };
	const beside = thrown instanceof InputError ? thrown.output : {};
	return {
		json: n8n.getNode().onError === 'continueErrorOutput' ? facts : { ...json, ...facts, ...beside },
		...(binary !== undefined && { binary }),
	};
}

function canceled(n8n: IExecuteFunctions, itemIndex: number): NodeOperationError {
	return new NodeOperationError(n8n.getNode(), 'The execution was canceled before this item was processed', {
		itemIndex,
	});
}
