import type { IDataObject, IPollFunctions } from 'n8n-workflow';
import type { PollResult } from '../poll';
import type { StaticData } from './staticData';

/** The last poll after an execution that saves the memory again; executions hardly ever last longer. */
const LAST_POLL = 64;

/** How the code of a node gets at static data, in JavaScript and Python. */
const WRITING = 'getWorkflowStaticData';

const quietPolls = new WeakMap<IDataObject, number>();

/** Whether n8n would forget, with the next restart, what no later poll can find out. */
export function mustBeSaved({ hasBaseline, mustSurvive }: PollResult, { keeping, isFirstPoll }: StaticData): boolean {
	return keeping === 'cursor' ? hasBaseline : !isFirstPoll && (hasBaseline || mustSurvive);
}

/**
 * Nodes of the workflow whose executions write static data, as far as a trigger can see: those after it, and those before these.
 * With them, the end of each execution overwrites in n8n's database what the trigger has remembered since its beginning.
 */
export function staticDataWriters(context: IPollFunctions): readonly string[] {
	const options = { includeNodeParameters: true };
	const after = context.getChildNodes(context.getNode().name, options);
	const nodes = new Map(after.map((node) => [node.name, node]));
	for (const { name } of after) for (const node of context.getParentNodes(name, options)) nodes.set(node.name, node);
	return [...nodes.values()]
		.filter(({ disabled, parameters }) => !disabled && JSON.stringify(parameters ?? {}).includes(WRITING))
		.map(({ name }) => name);
}

export function warnOf(writers: readonly string[], { logger }: IPollFunctions): void {
	logger.warn(
		`The node "${writers.join('", "')}" uses $getWorkflowStaticData, which overwrites what the DataGym trigger of the same workflow remembers. If n8n is stopped right afterward, events can be repeated or lost. Use a data table or a sub-workflow instead, or turn on N8N_POLLER_DURABLE_CURSORS_ENABLED.`,
	);
}

/** To be called after each poll that starts an execution with items. */
export function noteExecution({ data }: StaticData): void {
	quietPolls.set(data, 0);
}

/**
 * Whether the memory has to be saved again after a poll without items, since an execution may have overwritten it: n8n tells no
 * trigger when an execution ends, so after the first, second, fourth … poll since the last execution with items.
 */
export function isSavedAgain({ data, keeping, isFirstPoll }: StaticData, writers: readonly string[]): boolean {
	if (keeping === 'cursor' || isFirstPoll || writers.length === 0) return false;
	const polls = (quietPolls.get(data) ?? 0) + 1;
	quietPolls.set(data, polls);
	return polls <= LAST_POLL && Number.isInteger(Math.log2(polls));
}
