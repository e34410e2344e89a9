/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { once } from 'node:events';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { DataGymApi, Transport } from '@datagym/client';
import { Budget } from '@datagym/nodes/DataGymTrigger/emit';
import { TaskFilter } from '@datagym/nodes/DataGymTrigger/filter';
import { poll } from '@datagym/nodes/DataGymTrigger/poll';
import { loadMemory, saveMemory } from '@datagym/nodes/DataGymTrigger/memory/savedMemory';
import { readSettings } from '@datagym/nodes/DataGymTrigger/parameters';
import { deleteMedium } from '../../emulator/store/media';
import type { TaskState } from '../../emulator/store/model';
import type { Override } from '../../emulator/http/observation';
import { openHarness, type Harness } from '../../support/datagym';
import type { ActiveWorkflow, MemoryKind } from '../../support/n8n/lentEngine';
import { SEED } from '../../support/seed';
import { IMAGES, Model, scripts, type Fault, type Script } from './model';
import { Scene, toldBy } from './scene';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => await harness.close());

/** A trigger somewhere, which polls when told to. */
interface World {
	/** Whether every poll that succeeds is saved, and not only those that n8n must save. */
	readonly savesAlways: boolean;
	/** Polls as a part of switching it on; not where n8n kept the job. */
	activate(): Promise<'polled' | 'did not poll'>;
	/** Throws if the poll fails. */
	poll(): Promise<void>;
	kill(): Promise<void>;
	/** All that was told so far. */
	told(): string[];
}

async function play(
	{ events, output, begin, steps }: Script,
	open: (scene: Scene, settings: { events: string[]; output: string }) => World,
): Promise<void> {
	const scene = Scene.of(harness, 'Promise', IMAGES);
	for (const [image, state] of begin) scene.move(state, image);
	const world = open(scene, { events: [...events], output });
	const model = new Model(events);
	const now = () =>
		new Map(
			scene.tasks
				.filter(({ medium }) => !medium.deleted)
				.map(({ medium, state }): [string, TaskState] => [medium.name, state]),
		);
	const expectTold = (before: readonly string[], due: readonly string[]) =>
		expect(world.told().slice(before.length).sort()).toEqual([...due].sort());
	await world.activate();
	model.begin(now());
	for (const step of steps) {
		const before = world.told();
		if (step.do === 'move') scene.move(step.to, step.image);
		else if (step.do === 'delete') {
			if (!scene.task(step.image).medium.deleted) deleteMedium(scene.task(step.image).medium);
		} else if (step.do === 'kill') {
			await world.kill();
			model.kill();
			if ((await world.activate()) === 'polled') expectTold(before, model.poll(now(), true));
		} else {
			const struck = strike(step.fault, step.atRequest);
			const failed = await world.poll().then(
				() => false,
				() => true,
			);
			harness.server.onRequest(undefined);
			patience = 5000;
			expect(failed && !struck()).toBe(false);
			expectTold(before, failed ? [] : model.poll(now(), world.savesAlways));
		}
	}
	const before = world.told();
	await world.poll();
	expectTold(before, model.poll(now(), world.savesAlways));
	await world.kill();
}

const ANSWERS: Readonly<Record<Exclude<Fault, 'none' | 'silence'>, { answer: Override; lasts: boolean }>> = {
	'passing 503': { answer: { status: 503 }, lasts: false },
	'lasting 503': { answer: { status: 503 }, lasts: true },
	'500': { answer: { status: 500, body: '{"key":"ex_system"}' }, lasts: true },
	'cut answer': { answer: { status: 200, body: '[{"taskId":"c58' }, lasts: true },
	'cut connection': { answer: { destroy: true }, lasts: true },
};

/** Milliseconds for which the trigger without n8n waits for an answer: short only when the server is to be silent. */
let patience = 5000;

/** Lets a fault strike at one of the next requests. Returns whether it did in a way that may make a poll fail. */
function strike(fault: Fault, atRequest: number): () => boolean {
	if (fault === 'none') return () => false;
	let requests = 0;
	if (fault === 'silence') patience = 50;
	harness.server.onRequest(async () => {
		requests++;
		if (fault === 'silence') {
			if (requests === atRequest) await new Promise((resolve) => setTimeout(resolve, 100));
			return undefined;
		}
		const { answer, lasts } = ANSWERS[fault];
		return requests === atRequest || (lasts && requests > atRequest) ? answer : undefined;
	});
	return () => (requests >= atRequest && fault !== 'passing 503') || fault === 'silence';
}

/** Time passes at once, but nothing is ever idle. */
async function untilAborted(_: number, signal?: AbortSignal): Promise<void> {
	if (signal !== undefined) await once(signal, 'abort');
}

/** The trigger without n8n: its memory goes through JSON after each poll. */
class BareWorld implements World {
	readonly savesAlways = true;
	private readonly events: string[] = [];
	private data = '{}';
	private readonly api: DataGymApi;

	constructor(
		private readonly scene: Scene,
		private readonly parameters: Record<string, unknown>,
	) {
		const { url, token } = harness.server;
		const transport = new Transport(
			async ({ method, url: address, query }) => {
				const parts = Object.entries({ ...query, token }).map(([key, value]) => `${key}=${String(value)}`);
				const answer = await fetch(`${address}?${parts.join('&')}`, { method, signal: AbortSignal.timeout(patience) });
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
				allowance: { concurrency: 6 },
				sleep: untilAborted,
			},
		);
		this.api = new DataGymApi(transport, 'media');
	}

	async activate() {
		await this.poll();
		return 'polled' as const;
	}

	async poll(): Promise<void> {
		const parameters: Record<string, unknown> = { projectIds: [this.scene.id], ...this.parameters };
		const settings = readSettings((name, whenMissing) => parameters[name] ?? whenMissing);
		const storeFile = () => Promise.reject(new Error('No image is wanted'));
		const run = {
			api: this.api,
			settings,
			filter: new TaskFilter(this.api, settings.filters),
			budget: new Budget(500, 10_000),
			storeFile,
		};
		const { items, memory, isChanged } = await poll(run, loadMemory(JSON.parse(this.data) as IDataObject));
		if (isChanged) this.data = JSON.stringify(saveMemory(memory));
		this.events.push(...items.map(({ json }) => `${String(json.event)} ${String(json.imageName)}`));
	}

	async kill() {}

	told(): string[] {
		return [...this.events];
	}
}

/** The trigger in n8n's engine, through its machinery for active workflows. */
class EngineWorld implements World {
	readonly savesAlways: boolean;
	private readonly before: string[] = [];
	private active: ActiveWorkflow | undefined;

	constructor(
		private readonly memory: MemoryKind,
		private readonly scene: Scene,
		private readonly parameters: { events: string[]; output: string },
	) {
		this.savesAlways = memory === 'durable cursors';
	}

	async activate() {
		const saved = this.active?.saved;
		if (this.active) this.before.push(...toldBy(this.active).flat());
		this.active = await this.scene.watch(
			{ ...this.parameters, options: { retryFor: 1 } },
			{ memory: this.memory, saved },
		);
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

	told(): string[] {
		return [...this.before, ...toldBy(this.active!).flat()];
	}
}

const PASSING: readonly Fault[] = ['passing 503', '500', 'cut answer'];
const ALL: readonly Fault[] = [...PASSING, 'lasting 503', 'cut connection', 'silence'];

describe('tells exactly what is due, whatever happens in whatever order', () => {
	test(`by itself (seed ${SEED})`, async () => {
		const property = fc.asyncProperty(
			scripts(ALL, 40),
			async (script) => await play(script, (scene, settings) => new BareWorld(scene, settings)),
		);
		await fc.assert(property, { numRuns: Number(process.env.RUNS ?? 80) });
	});

	test.each<MemoryKind>(['static data', 'durable cursors'])(
		`with its memory in n8n’s %s (seed ${SEED})`,
		async (memory) => {
			const property = fc.asyncProperty(
				scripts(PASSING, 24),
				async (script) => await play(script, (scene, settings) => new EngineWorld(memory, scene, settings)),
			);
			await fc.assert(property, { numRuns: 5, endOnFailure: true });
		},
	);
});
