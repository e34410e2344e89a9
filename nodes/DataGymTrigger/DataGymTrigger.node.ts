import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';
import { builderHint } from './builderHint';
import { getClasses, getDatasets } from './loadOptions';
import { getProjects } from '@datagym/shared/projectList';
import { fields, subtitle } from './fields';
import { connect } from '@datagym/shared/connect';
import { CREDENTIAL } from '@datagym/shared/n8nContext';
import { testCredential } from '@datagym/shared/credentialTest';
import { toNodeError } from '@datagym/shared/errors';
import { withSameColumns } from '@datagym/shared/labelRows';
import { finish } from '@datagym/shared/turns';
import { Budget } from './budget';
import type { PollRun } from './emit';
import { TaskFilter } from './filter';
import { isSavedAgain, mustBeSaved, noteExecution, staticDataWriters, warnOf } from './memory/saving';
import { newStamp } from './memory/processCopy';
import { loadMemory, saveMemory } from './memory/savedMemory';
import { nodeKey, openStaticData, type Keeping, type StaticData } from './memory/staticData';
import { readParameters, type TriggerParameters } from './parameters';
import { poll } from './poll';
import { isOutOfTime, outOfTime, pollTime } from './pollTime';
import { reportProblems } from './projectProblems';
import { quietLooksOf } from './quietLooks';
import { unlessRunning } from './runningPoll';
import { ImageStore } from './storedImage';
import { triggerPanel } from './triggerPanel';
import { testEvents } from './testEvent';

export class DataGymTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'DataGym Trigger',
		name: 'dataGymTrigger',
		icon: { light: 'file:../DataGym/datagym.svg', dark: 'file:../DataGym/datagym.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle,
		description: 'Starts the workflow when images or projects are finished in DataGym, and when images change',
		eventTriggerDescription: 'Looking for examples in DataGym',
		activationMessage: 'n8n will now check DataGym regularly and run this workflow when something is new.',
		triggerPanel,
		defaults: { name: 'DataGym Trigger' },
		polling: true,
		builderHint,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'dataGymApi', required: true, testedBy: 'testCredential' }],
		properties: fields,
	};

	methods = { credentialTest: { testCredential }, loadOptions: { getClasses, getDatasets, getProjects } };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await pollOnce(this);
	}
}

/** One poll as n8n asks for it: in the editor examples, else what is new. */
async function pollOnce(context: IPollFunctions): Promise<INodeExecutionData[][] | null> {
	try {
		if (context.getMode() === 'manual') {
			const parameters = await parametersOf(context);
			return await withinTime(context, 'workflow', parameters, async (run) => [
				aligned(parameters, await testEvents(run)),
			]);
		}
		const staticData = openStaticData(context);
		return await unlessRunning(context, staticData, async () => await emitChanges(context, staticData));
	} catch (error) {
		throw toNodeError(context.getNode(), error);
	}
}

async function emitChanges(context: IPollFunctions, staticData: StaticData): Promise<INodeExecutionData[][] | null> {
	const { data, keeping, isFirstPoll } = staticData;
	const writers = keeping === 'workflow' ? staticDataWriters(context) : [];
	if (isFirstPoll && writers.length > 0) warnOf(writers, context);
	const parameters = await parametersOf(context);
	const result = await withinTime(
		context,
		keeping,
		parameters,
		async (run) => await poll({ ...run, isActivation: isFirstPoll }, loadMemory(data)),
	);
	reportProblems(context, result, staticData);
	// Last of all: a poll that fails has changed nothing.
	if (result.isChanged) Object.assign(data, await finish(saveMemory(result.memory)), { stamp: newStamp() });
	if (result.items.length > 0) {
		noteExecution(staticData);
		return [aligned(parameters, result.items)];
	}
	const isDueAgain = isSavedAgain(staticData, writers);
	// n8n saves only what has changed.
	if (isDueAgain) data.stamp = newStamp();
	return isDueAgain || mustBeSaved(result, staticData) ? WITHOUT_ITEMS : null;
}

/** With an item per label, all items of a poll have the same columns, from whichever projects they come. */
function aligned({ output }: TriggerParameters, items: readonly INodeExecutionData[]): INodeExecutionData[] {
	if (output !== 'itemPerLabel') return [...items];
	const records = withSameColumns(items.map(({ json }) => json));
	return items.map((item, index) => ({ ...item, json: records[index] ?? item.json }));
}

/** An execution that ends at the trigger: the one thing for which n8n saves what a trigger remembers at any time. */
const WITHOUT_ITEMS: INodeExecutionData[][] = [[]];

const LEFT_FOR_LATER =
	'DataGym did not send the labels of all images in time for this poll of the DataGym trigger. The rest follows in the next polls.';

async function parametersOf(context: IPollFunctions): Promise<TriggerParameters> {
	const { network } = await context.getCredentials(CREDENTIAL);
	return readParameters((name, whenMissing) => context.getNodeParameter(name, whenMissing), network);
}

/** Does what a poll does, and ends its requests when the time for it is over. */
async function withinTime<Value>(
	context: IPollFunctions,
	keeping: Keeping,
	parameters: TriggerParameters,
	work: (run: PollRun) => Promise<Value>,
): Promise<Value> {
	const { total, forNewWork } = pollTime(context.getPollBudgetMs?.(), keeping, parameters.projectIds.length);
	const { network } = parameters;
	const timeout = Math.min(network.timeout, total / 1000);
	const api = await connect(context, { ...network, timeout, signal: AbortSignal.timeout(total) });
	const run: PollRun = {
		api,
		parameters,
		filter: new TaskFilter(api, parameters.filters),
		budget: new Budget(parameters.maxItems, forNewWork),
		images: new ImageStore(
			api,
			async (stream, fileName, contentType) => await context.helpers.prepareBinaryData(stream, fileName, contentType),
		),
		looks: quietLooksOf(nodeKey(context)),
		warn: oncePerPoll((message) => context.logger.warn(message)),
	};
	const value = await work(run).catch((error: unknown) => {
		throw isOutOfTime(error) ? outOfTime(total) : error;
	});
	if (run.budget.wasExceeded) context.logger.warn(LEFT_FOR_LATER);
	return value;
}

/** When the host of many links is away, one line says as much as all. */
function oncePerPoll(warn: (message: string) => void): (message: string) => void {
	let isSaid = false;
	return (message) => {
		if (!isSaid) warn(message);
		isSaid = true;
	};
}
