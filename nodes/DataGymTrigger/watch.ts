import type { INodeExecutionData, IPollFunctions } from 'n8n-workflow';
import { connect } from '@datagym/shared/connect';
import { toNodeError } from '@datagym/shared/errors';
import { Budget } from './budget';
import { TaskFilter } from './filter';
import { poll, type PollResult } from './poll';
import { loadMemory, saveMemory } from './memory/savedMemory';
import { readSettings } from './settings';
import { openStaticData, unlessUnderWay, type StaticData } from './memory/staticData';
import type { PollRun } from './telling';
import { testEvents } from './testEvent';
import { untoldOf } from './sources/vanishedProjects';

/** Of n8n's own budget: what was begun has to be finished in the rest. */
const SHARE_OF_BUDGET = 0.6;

/** One poll as n8n asks for it: in the editor examples, else what is new. */
export async function watch(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	try {
		if (context.getMode() === 'manual') return [[...(await testEvents(await beginRun(context)))]];
		const staticData = openStaticData(context);
		return await unlessUnderWay(context, staticData, async () => await tellWhatIsNew(context, staticData));
	} catch (error) {
		throw toNodeError(context.getNode(), error);
	}
}

async function tellWhatIsNew(context: IPollFunctions, staticData: StaticData): Promise<INodeExecutionData[][] | null> {
	const run = await beginRun(context);
	const result = await poll(run, loadMemory(staticData.data));
	const untold = untoldOf(context, result.vanished, staticData);
	if (untold !== undefined)
		throw toNodeError(
			context.getNode(),
			untold.error,
			undefined,
			`This is about the project ${untold.projectId}; the others are watched on.`,
		);
	// Last of all: a poll that fails has changed nothing.
	if (result.isChanged) Object.assign(staticData.data, saveMemory(result.memory));
	if (result.items.length > 0) return [[...result.items]];
	return mustBeSaved(result, staticData) ? WITHOUT_ITEMS : null;
}

/** An execution that ends at the trigger: the one thing for which n8n saves what a trigger remembers at any time. */
const WITHOUT_ITEMS: INodeExecutionData[][] = [[]];

/** Whether n8n would forget, with the next restart, what no later poll can find out. */
function mustBeSaved({ hasBaseline, hasLearned }: PollResult, { keeping, isFirstPoll }: StaticData): boolean {
	return keeping === 'cursor' ? hasBaseline : !isFirstPoll && (hasBaseline || hasLearned);
}

async function beginRun(context: IPollFunctions): Promise<PollRun> {
	const settings = readSettings((name, whenMissing) => context.getNodeParameter(name, whenMissing));
	// Before 2.40, n8n had no budget for polls.
	const budget = context.getPollBudgetMs?.() ?? 300_000;
	const { concurrency, retryFor, requestsPerSecond } = settings;
	const timeout = Math.min(settings.timeout, budget / 1000);
	const api = await connect(context, { concurrency, timeout, retryFor, requestsPerSecond });
	return {
		api,
		settings,
		filter: new TaskFilter(api, settings.filters),
		budget: new Budget(settings.maxItems, budget * SHARE_OF_BUDGET),
		storeFile: async (stream, fileName, contentType) =>
			await context.helpers.prepareBinaryData(stream, fileName, contentType),
	};
}
