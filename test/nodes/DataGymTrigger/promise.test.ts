/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { once } from 'node:events';
import { Readable } from 'node:stream';
import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';
import { DataGymApi, Transport } from '@datagym/client';
import { Budget } from '@datagym/nodes/DataGymTrigger/emit';
import { TaskFilter } from '@datagym/nodes/DataGymTrigger/filter';
import { poll } from '@datagym/nodes/DataGymTrigger/poll';
import { ImageStore } from '@datagym/nodes/DataGymTrigger/storedImage';
import { loadMemory, saveMemory } from '@datagym/nodes/DataGymTrigger/memory/savedMemory';
import { readParameters } from '@datagym/nodes/DataGymTrigger/parameters';
import { deleteMedium } from '../../emulator/store/media';
import type { Task } from '../../emulator/store/model';
import type { Override } from '../../emulator/http/observation';
import { openHarness, type Harness } from '../../support/datagym';
import type { ActiveWorkflow, MemoryKind } from '../../support/n8n/lentEngine';
import { SEED } from '../../support/seed';
import { IMAGES, Model, scripts, type Fault, type Script, type ScriptStep, type View } from './model';
import { Scene, emittedBy } from './scene';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => await harness.close());

/** A trigger somewhere, which polls when told to. */
interface World {
	/** Polls as a part of switching it on; not where n8n kept the job. */
	activate(): Promise<'polled' | 'did not poll'>;
	/** Throws if the poll fails. */
	poll(): Promise<void>;
	kill(): Promise<void>;
	/** All that was emitted so far. */
	emitted(): readonly string[];
	/** How often n8n has saved what the trigger remembers, as far as executions show; always, if undefined. */
	executions(): number | undefined;
}

type Chosen = Pick<Script, 'output' | 'maxItems'> & { readonly events: string[] };

async function play(
	{ events, output, maxItems, begin, steps }: Script,
	open: (scene: Scene, chosen: Chosen) => World,
): Promise<void> {
	const scene = Scene.of(harness, 'Promise', IMAGES);
	for (const [image, state] of begin) scene.move(state, image);
	const world = open(scene, { events: [...events], output, maxItems });
	const model = new Model(events, maxItems);
	const now = () => new Map(scene.tasks.filter(isThere).map(({ medium, state }) => [medium.name, state]));
	const views = () => new Map<string, View[]>([...now()].map(([image, state]) => [image, [state]]));
	const check = async (
		seen: () => ReadonlyMap<string, readonly View[]>,
		work: () => Promise<'failed' | 'saved' | 'done'>,
	) => {
		const before = world.emitted().length;
		const executions = world.executions();
		const outcome = await work();
		const emitted = world.emitted().slice(before);
		if (outcome === 'failed') expect(emitted).toEqual([]);
		else
			model.poll(emitted, seen(), outcome === 'saved' || executions === undefined || world.executions() !== executions);
	};
	const poll = async () => {
		await world.poll();
		return 'done' as const;
	};
	await world.activate();
	model.begin(now());
	for (const step of steps) {
		if (step.do === 'move') scene.move(step.to, step.image);
		else if (step.do === 'delete') {
			if (isThere(scene.task(step.image))) deleteMedium(scene.task(step.image).medium);
		} else if (step.do === 'kill') {
			await world.kill();
			model.kill();
			const restart = async () => ((await world.activate()) === 'polled' ? 'saved' : 'failed');
			await check(views, restart);
		} else if (step.do === 'race') {
			const before = views();
			const moved = race(scene, step);
			await check(() => new Map([...before, ...moved()]), poll);
			harness.server.onRequest(undefined);
		} else {
			const struck = strike(step.fault, step.atRequest);
			await check(step.fault === 'empty lists' ? () => new Map() : views, async () => {
				const failed = await world.poll().then(
					() => false,
					() => true,
				);
				expect(failed && !struck()).toBe(false);
				return failed ? 'failed' : 'done';
			});
			harness.server.onRequest(undefined);
			patience = PATIENT;
		}
	}
	// So many polls that everything has had its turn.
	for (let rest = 0; rest < 2 * IMAGES.length; rest++) await check(views, poll);
	await world.kill();
}

const isThere = ({ medium }: Task) => !medium.deleted;

/** Moves an image from one request of the next poll to another. Returns how that poll may have seen it. */
function race(scene: Scene, { image, to, atRequest }: Extract<ScriptStep, { do: 'race' }>): () => Map<string, View[]> {
	const task = scene.task(image);
	if (!isThere(task)) return () => new Map();
	const views: View[] = [task.state];
	let requests = 0;
	harness.server.onRequest(async () => {
		const state = to[++requests - atRequest];
		if (state === undefined) return;
		scene.move(state, image);
		views.push(state);
	});
	return () => new Map([[image, views.length === 1 ? views : [...views, 'unseen']]]);
}

const ANSWERS: Readonly<
	Record<Exclude<Fault, 'none' | 'silence' | 'empty lists'>, { answer: Override; lasts: boolean }>
> = {
	'passing 503': { answer: { status: 503 }, lasts: false },
	'lasting 503': { answer: { status: 503 }, lasts: true },
	'500': { answer: { status: 500, body: '{"key":"ex_system"}' }, lasts: true },
	'cut answer': { answer: { status: 200, body: '[{"taskId":"c58' }, lasts: true },
	'cut connection': { answer: { destroy: true }, lasts: true },
};

/** Milliseconds for which the trigger without n8n waits for an answer: short only when the server is to be silent. */
const PATIENT = 60_000;
let patience = PATIENT;

/** Lets a fault strike at one of the next requests. Returns whether it did in a way that may make a poll fail. */
function strike(fault: Fault, atRequest: number): () => boolean {
	if (fault === 'none') return () => false;
	if (fault === 'empty lists') {
		harness.server.onRequest(async ({ path }) => (path.endsWith('/list') ? { status: 200, body: '[]' } : undefined));
		return () => false;
	}
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
	private readonly events: string[] = [];
	private data = '{}';
	private readonly api: DataGymApi;

	constructor(
		private readonly scene: Scene,
		private readonly chosen: Record<string, unknown>,
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
				limits: { concurrency: 6 },
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
		const fields: Record<string, unknown> = { projectIds: [this.scene.id], ...this.chosen };
		const parameters = readParameters((name, whenMissing) => fields[name] ?? whenMissing);
		const run = {
			api: this.api,
			parameters,
			filter: new TaskFilter(this.api, parameters.filters),
			budget: new Budget(parameters.maxItems, Infinity),
			images: new ImageStore(this.api, () => Promise.reject(new Error('No image is wanted'))),
			warn: () => {},
		};
		const { items, memory, isChanged } = await poll(run, loadMemory(JSON.parse(this.data) as IDataObject));
		if (isChanged) this.data = JSON.stringify(saveMemory(memory));
		this.events.push(...items.map(({ json }) => `${String(json.event)} ${String(json.imageName)}`));
	}

	async kill() {}

	emitted(): readonly string[] {
		return this.events;
	}

	executions() {
		return undefined;
	}
}

/** The trigger in n8n's engine, through its machinery for active workflows. */
class EngineWorld implements World {
	private readonly before: string[] = [];
	private active: ActiveWorkflow | undefined;

	constructor(
		private readonly memory: MemoryKind,
		private readonly scene: Scene,
		private readonly chosen: Chosen,
	) {}

	async activate() {
		const saved = this.active?.saved;
		if (this.active) this.before.push(...emittedBy(this.active).flat());
		this.active = await this.scene.watch({ ...this.chosen, options: { retryFor: 1 } }, { memory: this.memory, saved });
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

	emitted(): readonly string[] {
		return [...this.before, ...emittedBy(this.active!).flat()];
	}

	executions() {
		return this.memory === 'durable cursors' ? undefined : this.active!.runs.length;
	}
}

const PASSING: readonly Fault[] = ['passing 503', '500', 'cut answer', 'empty lists'];
const ALL: readonly Fault[] = [...PASSING, 'lasting 503', 'cut connection', 'silence'];

describe('emits exactly what docs/trigger.md promises, whatever happens in whatever order', () => {
	test(`by itself (seed ${SEED})`, async () => {
		const property = fc.asyncProperty(
			scripts(ALL, 40),
			async (script) => await play(script, (scene, chosen) => new BareWorld(scene, { ...chosen })),
		);
		await fc.assert(property, { numRuns: Number(process.env.RUNS ?? 80) });
	});

	test.each<MemoryKind>(['static data', 'durable cursors'])(
		`with its memory in n8n's %s (seed ${SEED})`,
		async (memory) => {
			const property = fc.asyncProperty(
				scripts(PASSING, 24),
				async (script) => await play(script, (scene, chosen) => new EngineWorld(memory, scene, chosen)),
			);
			await fc.assert(property, { numRuns: 5, endOnFailure: true });
		},
	);
});
