import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';
import { getDatasets, getProjects } from './loadOptions';
import { fields, subtitle } from './fields';
import { connect } from '@datagym/shared/connect';
import { toNodeError } from '@datagym/shared/errors';
import { Budget, type PollRun } from './emit';
import { TaskFilter } from './filter';
import { loadMemory, saveMemory } from './memory/savedMemory';
import { nodeKey, openStaticData, unlessUnderWay, type StaticData } from './memory/staticData';
import { readParameters } from './parameters';
import { poll, type PollResult, type MissingProject } from './poll';
import { ImageStore } from './storedImage';
import { testEvents } from './testEvent';

export class DataGymTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'DataGym Trigger',
		name: 'dataGymTrigger',
		icon: { light: 'file:../DataGym/datagym.svg', dark: 'file:../DataGym/datagym.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle,
		description: 'Starts the workflow when images are labeled, reviewed, skipped or reopened in DataGym',
		defaults: { name: 'DataGym Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'dataGymApi', required: true }],
		properties: fields,
	};

	methods = { loadOptions: { getDatasets, getProjects } };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollOnce(this);
	}
}

/** Of n8n's own budget: what was begun has to be finished in the rest. */
const SHARE_OF_BUDGET = 0.6;

/** One poll as n8n asks for it: in the editor examples, else what is new. */
async function pollOnce(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	try {
		if (context.getMode() === 'manual') return [[...(await testEvents(await beginRun(context)))]];
		const staticData = openStaticData(context);
		return await unlessUnderWay(context, staticData, async () => await emitChanges(context, staticData));
	} catch (error) {
		throw toNodeError(context.getNode(), error);
	}
}

async function emitChanges(context: IPollFunctions, staticData: StaticData): Promise<INodeExecutionData[][] | null> {
	const run = await beginRun(context);
	const result = await poll(run, loadMemory(staticData.data));
	const gone = firstUnreported(context, result.missingProjects, staticData);
	if (gone !== undefined)
		throw toNodeError(
			context.getNode(),
			gone.error,
			undefined,
			`This concerns the project ${gone.projectId}. The trigger continues to watch the other projects.`,
		);
	// Last of all: a poll that fails has changed nothing.
	if (result.isChanged) Object.assign(staticData.data, saveMemory(result.memory));
	if (result.items.length > 0) return [[...result.items]];
	return mustBeSaved(result, staticData) ? WITHOUT_ITEMS : null;
}

/** An execution that ends at the trigger: the one thing for which n8n saves what a trigger remembers at any time. */
const WITHOUT_ITEMS: INodeExecutionData[][] = [[]];

/** Whether n8n would forget, with the next restart, what no later poll can find out. */
function mustBeSaved({ hasBaseline, mustSurvive }: PollResult, { keeping, isFirstPoll }: StaticData): boolean {
	return keeping === 'cursor' ? hasBaseline : !isFirstPoll && (hasBaseline || mustSurvive);
}

async function beginRun(context: IPollFunctions): Promise<PollRun> {
	const parameters = readParameters((name, whenMissing) => context.getNodeParameter(name, whenMissing));
	// Before 2.40, n8n had no budget for polls.
	const budget = context.getPollBudgetMs?.() ?? 300_000;
	const { concurrency, retryFor, requestsPerSecond } = parameters;
	const timeout = Math.min(parameters.timeout, budget / 1000);
	const api = await connect(context, { concurrency, timeout, retryFor, requestsPerSecond });
	return {
		api,
		parameters,
		filter: new TaskFilter(api, parameters.filters),
		budget: new Budget(parameters.maxItems, budget * SHARE_OF_BUDGET),
		images: new ImageStore(
			api,
			async (stream, fileName, contentType) => await context.helpers.prepareBinaryData(stream, fileName, contentType),
		),
		warn: oncePerPoll((message) => context.logger.warn(message)),
	};
}

/** When the host of many links is away, one line says as much as all. */
function oncePerPoll(warn: (message: string) => void): (message: string) => void {
	let isSaid = false;
	return (message) => {
		if (!isSaid) warn(message);
		isSaid = true;
	};
}

const reported = new Set<string>();

/**
 * One project of several that is gone must not keep the others from being watched. So it is an error once, which n8n records
 * and hands to the error workflow, and from then on a line in n8n's log. While n8n starts it is only that line, since an error
 * would keep the whole workflow from being activated.
 *
 * @returns the project to fail for, which has not been reported yet.
 */
function firstUnreported(
	context: IPollFunctions,
	missingProjects: readonly MissingProject[],
	{ isFirstPoll }: StaticData,
): MissingProject | undefined {
	const isStarting = isFirstPoll && ['init', 'leadershipChange'].includes(context.getActivationMode());
	for (const one of missingProjects) {
		const key = `${nodeKey(context)} ${one.projectId}`;
		if (!isStarting && !reported.has(key)) {
			reported.add(key);
			return one;
		}
		context.logger.warn(
			`The DataGym project ${one.projectId} no longer exists. The trigger continues to watch the other projects.`,
		);
	}
	return undefined;
}
