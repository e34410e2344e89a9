import { ActiveWorkflowTriggers, PollContext, PollTriggerExecutor } from 'n8n-core';
import { UserError } from 'n8n-workflow';
import type {
	ICredentialsHelper,
	IDataObject,
	INode,
	INodeExecutionData,
	IPollFunctions,
	IWorkflowBase,
	IWorkflowExecuteAdditionalData,
	Workflow,
	WorkflowActivateMode,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { createAdditionalData } from './additionalData';
import type { InstalledPackages } from './installedPackages';
import { Container } from './n8nInternals';
import { PollMemory, type MemoryKind, type SavedMemory } from './pollMemory';
import { keepPollJobs, type HandScheduler } from './pollSchedule';
import type { WorkflowRun } from './run';
import { toWorkflow } from './workflowFile';

export interface ActivationOptions {
	memory?: MemoryKind;
	/** The memory that an earlier activation left in the database: this one is then a restart of n8n. */
	saved?: SavedMemory | undefined;
	/** Milliseconds that n8n gives to a poll; its own default if left out. */
	pollBudget?: () => number;
}

/** The parts of the engine that an active workflow needs. */
export interface Surroundings {
	packages: InstalledPackages;
	credentialsHelper: ICredentialsHelper;
	scheduler: HandScheduler;
	execute: (saved: IWorkflowBase, startNode: string, input: INodeExecutionData[]) => Promise<WorkflowRun>;
}

/** A workflow that is switched on and polls, driven by n8n-core's own machinery for active workflows. */
export class ActiveWorkflow {
	/** The executions that polls have started, in order. */
	readonly runs: WorkflowRun[] = [];
	/** Errors of scheduled polls, which n8n hands to the error workflow. */
	readonly errors: Error[] = [];
	private readonly memory: PollMemory;
	private readonly executions: Array<Promise<void>> = [];
	private readonly awaited: Array<() => void> = [];
	private readonly additionalData: IWorkflowExecuteAdditionalData;
	private workflow: Workflow;
	private active = false;

	constructor(
		private readonly row: IWorkflowBase,
		private readonly surroundings: Surroundings,
		private readonly options: ActivationOptions,
	) {
		const saved = options.saved ?? { staticData: JSON.stringify(row.staticData ?? {}) };
		this.memory = new PollMemory(options.memory ?? 'static data', { ...saved });
		this.additionalData = createAdditionalData(surroundings.credentialsHelper, { workflowId: row.id });
		this.workflow = this.readFromDatabase();
	}

	/** The content of n8n's database now: hand it to the next activation to restart from it. */
	get saved(): SavedMemory {
		return { ...this.memory.saved };
	}

	/** Switches the workflow on, which polls once as a test. Throws n8n's activation error when that fails. */
	async activate(): Promise<void> {
		const activation = this.options.saved ? 'init' : 'activate';
		const durable = this.memory.kind === 'durable cursors';
		keepPollJobs(durable, this.saved.cursor !== undefined);
		const triggers = Container.get(ActiveWorkflowTriggers);
		const getPollFunctions = this.createPollContext.bind(this);
		await this.workflow.expression.withIsolate(async () => {
			const { workflow, additionalData } = this;
			await triggers.addAllTriggers(
				workflow.id,
				workflow,
				additionalData,
				'trigger',
				activation,
				refuseTriggers,
				getPollFunctions,
			);
		});
		this.active = true;
		this.memory.saveStaticData(this.workflow);
		await Promise.all(this.executions);
	}

	/** Polls now, as at the next full minute. Comes back when the poll and the executions of its items are over. */
	async tick(): Promise<void> {
		if (!this.active) throw new UserError('The workflow is not active.');
		const pollIsOver = new Promise<void>((resolve) => this.awaited.push(resolve));
		if (this.memory.kind === 'durable cursors') await this.pollFresh();
		else this.surroundings.scheduler.fire(this.pollNode.id);
		await pollIsOver;
		await Promise.all(this.executions);
	}

	/**
	 * Begins an execution with a node that writes static data, such as a Code node with `$getWorkflowStaticData`. As n8n does, it
	 * reads all static data of the workflow from the database now, and saves all of it when it ends.
	 *
	 * @returns what ends it.
	 */
	beginExecutionThatWrites(): () => void {
		const read = JSON.parse(this.memory.saved.staticData) as IDataObject;
		return () => {
			this.memory.saved.staticData = JSON.stringify({ ...read, global: { runs: 1 } });
		};
	}

	/** Switches the workflow off, or ends n8n in good order: what is in memory is saved. */
	async deactivate(): Promise<void> {
		await this.kill();
		this.memory.saveStaticData(this.workflow);
	}

	/** Ends n8n without a warning: what was only in memory is lost. */
	async kill(): Promise<void> {
		if (!this.active) return;
		this.active = false;
		await Container.get(ActiveWorkflowTriggers).remove(this.row.id);
	}

	private get pollNode(): INode {
		const [node] = this.workflow.getPollNodes();
		if (!node) throw new UserError(`The workflow "${this.row.name}" has no polling trigger.`);
		return node;
	}

	private readFromDatabase(): Workflow {
		const staticData = JSON.parse(this.memory.saved.staticData) as IDataObject;
		return toWorkflow({ ...this.row, active: true, staticData }, this.surroundings.packages);
	}

	/** The durable scheduler builds the workflow anew from the database for each poll. */
	private async pollFresh(): Promise<void> {
		this.workflow = this.readFromDatabase();
		const { workflow, pollNode } = this;
		const context = this.createPollContext(workflow, pollNode, this.additionalData, 'trigger', 'update');
		await Container.get(PollTriggerExecutor).create(workflow, pollNode, context, () => this.active)();
	}

	private createPollContext(
		workflow: Workflow,
		node: INode,
		additionalData: IWorkflowExecuteAdditionalData,
		mode: WorkflowExecuteMode,
		activation: WorkflowActivateMode,
	): IPollFunctions {
		const context: unknown = new PollContext(
			workflow,
			node,
			additionalData,
			mode,
			activation,
			([items = []]) => this.emit(workflow, node, items),
			(error) => void this.errors.push(error),
			async () => this.memory.saveCursor(),
			async (poll) => await this.announceEnd(this.memory.during(poll, workflow, node)),
			() => this.memory.dataOf(workflow, node),
			this.options.pollBudget,
		);
		// n8n's own types do not agree with each other about properties that are undefined.
		return context as IPollFunctions;
	}

	/** Items of a poll: the memory is saved first, then the execution starts, and nobody waits for it. */
	private emit(workflow: Workflow, node: INode, items: INodeExecutionData[]): void {
		this.memory.saveCursor();
		this.memory.saveStaticData(workflow);
		const execution = this.surroundings.execute(this.row, node.name, items);
		this.executions.push(execution.then((run) => void this.runs.push(run)));
	}

	/** Tells `tick` of the end of a poll; an error reaches `errors` only after it, hence the delay. */
	private async announceEnd<T>(poll: Promise<T>): Promise<T> {
		const announce = this.awaited.shift();
		return await poll.finally(() => announce && setImmediate(announce));
	}
}

function refuseTriggers(): never {
	throw new UserError('Only polling triggers can be activated in this engine.');
}
