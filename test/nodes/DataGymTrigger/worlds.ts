import { once } from 'node:events';
import { Readable } from 'node:stream';
import type { IDataObject } from 'n8n-workflow';
import { DataGymApi, Transport, type Generation } from '@datagym/client';
import { atOnce } from '@datagym/labels/steps/steps';
import { Budget } from '@datagym/nodes/DataGymTrigger/budget';
import { TaskFilter } from '@datagym/nodes/DataGymTrigger/filter';
import { ImageStore } from '@datagym/nodes/DataGymTrigger/storedImage';
import { loadMemory, saveMemory } from '@datagym/nodes/DataGymTrigger/memory/savedMemory';
import { QuietLooks } from '@datagym/nodes/DataGymTrigger/quietLooks';
import { readParameters } from '@datagym/nodes/DataGymTrigger/parameters';
import { isSavedAgain, mustBeSaved, noteExecution } from '@datagym/nodes/DataGymTrigger/memory/saving';
import type { StaticData } from '@datagym/nodes/DataGymTrigger/memory/staticData';
import { poll, type PollResult } from '@datagym/nodes/DataGymTrigger/poll';
import type { Harness } from '../../support/datagym';
import type { ActiveWorkflow, MemoryKind } from '../../support/n8n/lentEngine';
import { chain, node } from '../../support/workflow';
import type { Script } from './model';
import { emittedBy, named, type Scene } from './scene';

/** A trigger somewhere, which polls when told to. */
export interface World {
	/** Polls as a part of switching it on; not where n8n kept the job. */
	activate(): Promise<'polled' | 'did not poll'>;
	/** Throws if the poll fails. */
	poll(): Promise<void>;
	kill(): Promise<void>;
	/** Begins an execution that writes static data, if that touches what the trigger remembers. @returns what ends it. */
	beginExecution?(): (() => void) | undefined;
	/** All that was emitted so far. */
	emitted(): readonly string[];
	/** How often n8n has saved what the trigger remembers, as far as executions show; always, if undefined. */
	executions(): number | undefined;
}

export type Chosen = Pick<Script, 'output' | 'every'> & {
	readonly events: string[];
	readonly options: { readonly maxItems: number };
};

/** Milliseconds for which the trigger without n8n waits for an answer: short only when the server is to be silent. */
export const PATIENT = 60_000;
export const patience = { milliseconds: PATIENT };

/** Time passes at once, but nothing is ever idle. */
async function untilAborted(_: number, signal?: AbortSignal): Promise<void> {
	if (signal !== undefined) await once(signal, 'abort');
}

/** The trigger without n8n: its memory goes through JSON after each poll, and is always saved. */
export class BareWorld implements World {
	private readonly events: string[] = [];
	/** What the trigger remembers, as JSON. */
	protected live = '{}';
	private readonly api: DataGymApi;
	private looks = new QuietLooks();

	constructor(
		private readonly lab: Harness,
		private readonly scene: Scene,
		private readonly chosen: Record<string, unknown>,
		generation: Generation = 'media',
	) {
		const { url, token } = this.lab.server;
		const transport = new Transport(
			async ({ method, url: address, query }) => {
				const parts = Object.entries({ ...query, token }).map(([key, value]) => `${key}=${String(value)}`);
				const answer = await fetch(`${address}?${parts.join('&')}`, {
					method,
					signal: AbortSignal.timeout(patience.milliseconds),
				});
				return {
					status: answer.status,
					headers: Object.fromEntries(answer.headers),
					body: Readable.from([Buffer.from(await answer.arrayBuffer())]),
				};
			},
			{
				baseUrl: url,
				idleTimeout: 5000,
				retryFor: 2000,
				isUnattended: false,
				limits: { concurrency: 6 },
				sleep: untilAborted,
			},
		);
		this.api = DataGymApi.over(transport, generation);
	}

	async activate() {
		await this.poll();
		return 'polled' as const;
	}

	async poll(): Promise<void> {
		await this.pollOnce();
	}

	protected async pollOnce(): Promise<PollResult> {
		const fields: Record<string, unknown> = { projectIds: [this.scene.id], ...this.chosen };
		const parameters = readParameters((name, whenMissing) => fields[name] ?? whenMissing);
		const run = {
			api: this.api,
			parameters,
			filter: new TaskFilter(this.api, parameters.filters),
			budget: new Budget(parameters.maxItems, Infinity),
			images: new ImageStore(this.api, () => Promise.reject(new Error('No image is wanted'))),
			looks: this.looks,
			spareTasks: 0,
			warn: () => {},
		};
		const result = await poll(run, loadMemory(JSON.parse(this.live) as IDataObject));
		if (result.isChanged) this.live = JSON.stringify(atOnce(saveMemory(result.memory)));
		this.events.push(...result.items.map(({ json }) => named(json)));
		return result;
	}

	async kill() {
		this.looks = new QuietLooks();
	}

	emitted(): readonly string[] {
		return this.events;
	}

	executions(): number | undefined {
		return undefined;
	}
}

/** The trigger without n8n, whose memory is saved only when n8n saves the static data of a workflow ("Executions"). */
export class SavingWorld extends BareWorld {
	private saved = '{}';
	private saves = 0;
	private staticData: StaticData = { data: {}, keeping: 'workflow', isFirstPoll: true };

	override async activate() {
		this.live = this.saved;
		this.staticData = { data: {}, keeping: 'workflow', isFirstPoll: true };
		await this.poll();
		this.staticData = { ...this.staticData, isFirstPoll: false };
		this.save();
		return 'polled' as const;
	}

	override async poll(): Promise<void> {
		const result = await this.pollOnce();
		if (result.items.length > 0) noteExecution(this.staticData);
		else if (!isSavedAgain(this.staticData, ['A Code node']) && !mustBeSaved(result, this.staticData)) return;
		this.save();
	}

	beginExecution(): () => void {
		const began = this.saved;
		return () => (this.saved = began);
	}

	override executions(): number {
		return this.saves;
	}

	private save(): void {
		this.saved = this.live;
		this.saves++;
	}
}

/** The trigger in n8n's engine, through its machinery for active workflows. */
export class EngineWorld implements World {
	private readonly before: string[] = [];
	private active: ActiveWorkflow | undefined;

	constructor(
		private readonly memory: MemoryKind,
		private readonly lab: Harness,
		private readonly scene: Scene,
		private readonly chosen: Chosen,
	) {}

	async activate() {
		const saved = this.active?.saved;
		if (this.active) this.before.push(...emittedBy(this.active).flat());
		const file = chain(
			...this.scene.workflow({
				...this.chosen,
				options: { ...this.chosen.options, network: { settings: { retryFor: 1 } } },
			}).nodes,
			// Never reached: executions that write are ended by the steps.
			node('Stop', 'n8n-nodes-base.limit', { maxItems: 0 }),
			node('Count', 'n8n-nodes-base.code', { jsCode: "$getWorkflowStaticData('global').runs = 1; return [];" }),
		);
		const options = { credentials: [this.lab.credential], memory: this.memory, saved };
		this.active = await this.lab.engine.activate(file, options);
		return saved?.cursor === undefined ? ('polled' as const) : ('did not poll' as const);
	}

	async poll(): Promise<void> {
		const errors = this.active!.errors.length;
		await this.active!.tick();
		if (this.active!.errors.length > errors) throw this.active!.errors.at(-1)!;
	}

	async kill(): Promise<void> {
		await this.active!.kill();
	}

	beginExecution() {
		return this.memory === 'static data' ? this.active!.beginExecutionThatWrites() : undefined;
	}

	emitted(): readonly string[] {
		return [...this.before, ...emittedBy(this.active!).flat()];
	}

	executions() {
		return this.memory === 'durable cursors' ? undefined : this.active!.runs.length;
	}
}
