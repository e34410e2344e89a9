/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import fc from 'fast-check';
import { deleteMedium } from '../../emulator/store/media';
import type { Task } from '../../emulator/store/model';
import type { Override, SeenRequest } from '../../emulator/http/observation';
import { openHarness, type Harness } from '../../support/datagym';
import type { MemoryKind } from '../../support/n8n/lentEngine';
import { SEED } from '../../support/seed';
import type { View } from './milestoneModel';
import { IMAGES, MORE_IMAGES, Model, scripts, type Fault, type Script, type ScriptStep } from './model';
import { Scene } from './scene';
import { BareWorld, EngineWorld, SavingWorld, patience, PATIENT, type Chosen, type World } from './worlds';

let harness: Harness;
/** How many polls in a row may look at the counts only. */
let mostContent = 0;

afterEach(() => harness.server.onRequest(undefined));

/** The lists of tasks, in either API. */
const isList = ({ method, path }: Pick<SeenRequest, 'method' | 'path'>) =>
	method === 'GET' && /\/task\/[^/]+\/list$|\/project\/[^/]+\/task$/.test(path);

/** What says how many images there are. */
const isProject = ({ method, path }: Pick<SeenRequest, 'method' | 'path'>) =>
	method === 'GET' && /\/project$/.test(path);

/**
 * "What it costs": a poll that is content with the counts sees nothing, which is promised only while they are as they were at the
 * last list, and for four polls in a row.
 */
class ContentPolls {
	private row = 0;
	private before = 0;
	/** Undefined if a task was moving then. */
	private countsAtList: string | undefined;

	constructor(private readonly scene: Scene) {}

	begin(): void {
		this.before = this.lists;
	}

	/** Whether the poll that has just ended without a failure was one. @param counts undefined if a task moved meanwhile. */
	isOne(counts: string | undefined): boolean {
		if (this.lists > this.before) {
			this.row = 0;
			this.countsAtList = counts;
			return false;
		}
		if (counts !== undefined && this.countsAtList !== undefined) expect(counts).toBe(this.countsAtList);
		expect(++this.row).toBeLessThanOrEqual(mostContent);
		return true;
	}

	/** How many tasks there are in each state. */
	get counts(): string {
		return this.scene.tasks
			.filter(isThere)
			.map(({ state }) => state)
			.sort()
			.join();
	}

	private get lists(): number {
		return harness.server.requests.filter(isList).length;
	}
}

async function play(
	{ events, output, maxItems, every, begin, steps }: Script,
	open: (scene: Scene, chosen: Chosen) => World,
): Promise<void> {
	// What earlier histories have left would take more and more time to look through.
	harness.server.requests.length = 0;
	const scene = Scene.of(harness, 'Promise', IMAGES);
	for (const [image, state] of begin) scene.move(state, image);
	const world = open(scene, { events: [...events], output, every, options: { maxItems } });
	const model = new Model(events, maxItems, every);
	const now = () => new Map(scene.tasks.filter(isThere).map(({ medium, state }) => [medium.name, state]));
	const content = new ContentPolls(scene);
	const more = [...MORE_IMAGES];
	let unsized = 0;
	const views = () => new Map<string, View[]>([...now()].map(([image, state]) => [image, [state]]));
	const check = async (
		seen: () => ReadonlyMap<string, readonly View[]>,
		work: () => Promise<'failed' | 'saved' | 'done'>,
		isMoving = false,
	) => {
		const before = world.emitted().length;
		const executions = world.executions();
		const { counts } = content;
		content.begin();
		const requests = harness.server.requests.length;
		const outcome = await work();
		const emitted = world.emitted().slice(before);
		const isContent = outcome !== 'failed' && content.isOne(isMoving ? undefined : counts);
		if (outcome === 'failed') {
			expect(emitted).toEqual([]);
			return;
		}
		const hasLooked = harness.server.requests.slice(requests).some(mostContent > 0 ? isList : isProject);
		if (events.some((event) => event.endsWith('Finished'))) {
			unsized = hasLooked ? 0 : unsized + 1;
			expect(unsized).toBeLessThanOrEqual(4);
		}
		model.poll(
			emitted,
			isContent ? new Map() : seen(),
			outcome === 'saved' || executions === undefined || world.executions() !== executions,
			hasLooked,
		);
	};
	const poll = async () => {
		await world.poll();
		return 'done' as const;
	};
	await world.activate();
	model.begin(now());
	let executions: Array<{ stepsLeft: number; end: () => void }> = [];
	for (const step of steps) {
		for (const execution of executions) if (execution.stepsLeft-- === 0) execution.end();
		executions = executions.filter(({ stepsLeft }) => stepsLeft >= 0);
		if (step.do === 'move') scene.move(step.to, step.image);
		else if (step.do === 'delete') {
			if (!isThere(scene.task(step.image))) continue;
			deleteMedium(scene.task(step.image).medium);
			model.deleted();
		} else if (step.do === 'add') {
			const image = more.shift();
			if (image !== undefined) scene.add(image, step.state);
		} else if (step.do === 'kill') {
			await world.kill();
			model.kill();
			executions = [];
			const restart = async () => ((await world.activate()) === 'polled' ? 'saved' : 'failed');
			await check(views, restart);
		} else if (step.do === 'execution') {
			const end = world.beginExecution?.();
			const saved = model.saved();
			if (end !== undefined)
				executions.push({
					stepsLeft: step.steps,
					end: () => {
						end();
						model.overwrite(saved);
					},
				});
		} else if (step.do === 'race') {
			const before = views();
			const moved = race(scene, step);
			await check(() => new Map([...before, ...moved()]), poll, true);
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
			patience.milliseconds = PATIENT;
		}
	}
	// So many polls that everything has had its turn.
	for (let rest = 0; rest < 2 * scene.tasks.length + 7 + mostContent; rest++) await check(views, poll);
	await world.kill();
	scene.project.deleted = true;
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

/** Of a proxy, while DataGym restarts. */
const NOT_FOUND_PAGE: Override = { status: 404, body: '<html><h1>404 Not Found</h1></html>' };

const ANSWERS: Readonly<
	Record<Exclude<Fault, 'none' | 'silence' | 'empty lists'>, { answer: Override; lasts: boolean }>
> = {
	'passing 503': { answer: { status: 503 }, lasts: false },
	'passing 404 page': { answer: NOT_FOUND_PAGE, lasts: false },
	'404 page': { answer: NOT_FOUND_PAGE, lasts: true },
	'lasting 503': { answer: { status: 503 }, lasts: true },
	'500': { answer: { status: 500, body: '{"key":"ex_system"}' }, lasts: true },
	'cut answer': { answer: { status: 200, body: '[{"taskId":"c58' }, lasts: true },
	'cut connection': { answer: { destroy: true }, lasts: true },
};

/** Lets a fault strike at one of the next requests. Returns whether it did in a way that may make a poll fail. */
function strike(fault: Fault, atRequest: number): () => boolean {
	if (fault === 'none') return () => false;
	if (fault === 'empty lists') {
		harness.server.onRequest(async (request) => (isList(request) ? { status: 200, body: '[]' } : undefined));
		return () => false;
	}
	let requests = 0;
	if (fault === 'silence') patience.milliseconds = 50;
	harness.server.onRequest(async () => {
		requests++;
		if (fault === 'silence') {
			if (requests === atRequest) await new Promise((resolve) => setTimeout(resolve, 100));
			return undefined;
		}
		const { answer, lasts } = ANSWERS[fault];
		return requests === atRequest || (lasts && requests > atRequest) ? answer : undefined;
	});
	return () => (requests >= atRequest && !fault.startsWith('passing')) || fault === 'silence';
}

const PASSING: readonly Fault[] = ['passing 503', 'passing 404 page', '500', 'cut answer', 'empty lists'];
const ALL: readonly Fault[] = [...PASSING, '404 page', 'lasting 503', 'cut connection', 'silence'];

/** Histories in which something was wrong once. */
const FOUND: readonly Script[] = [
	// A task that was listed again in two places, since another one was sent back, counted twice.
	{
		events: ['completed', 'skipped', 'reopened'],
		every: 1,
		output: 'task',
		maxItems: 2,
		begin: new Map([
			['a', 'WAITING_CHANGED'],
			['b', 'SKIPPED'],
			['c', 'COMPLETED'],
			['d', 'BACKLOG'],
		]),
		steps: [
			{ do: 'add', state: 'COMPLETED' },
			{ do: 'move', image: 'd', to: 'COMPLETED' },
			{ do: 'move', image: 'a', to: 'COMPLETED' },
			{ do: 'poll', fault: 'none', atRequest: 1 },
			{ do: 'move', image: 'c', to: 'SKIPPED' },
			{ do: 'move', image: 'a', to: 'BACKLOG' },
			{ do: 'race', image: 'b', to: ['REVIEWED', 'REVIEWED_SKIP'], atRequest: 2 },
			{ do: 'poll', fault: 'none', atRequest: 1 },
		],
	},
];

/** Milliseconds: many histories take long on a machine that others use, too. */
const PATIENCE = 3_600_000;

const SERVERS = [
	['with tokens', 'current', 'media', {}, 60],
	['without tokens', 'open-core', 'open-core', { authentication: 'none' }, 20],
] as const;

describe.each(SERVERS)('on a server %s, emits exactly what docs/trigger.md promises, whatever happens', (...given) => {
	const [, emulated, generation, credential, histories] = given;
	beforeAll(async () => {
		mostContent = generation === 'open-core' ? 4 : 0;
		harness = await openHarness({ generation: emulated, dummyProject: false }, credential);
	});
	afterAll(async () => await harness.close());

	test.each([
		['always', BareWorld],
		['when n8n saves static data', SavingWorld],
	])(
		`by itself, saved %s (seed ${SEED})`,
		async (_when, Bare) => {
			const property = fc.asyncProperty(
				scripts(ALL, 40),
				async (script) => await play(script, (scene, chosen) => new Bare(harness, scene, { ...chosen }, generation)),
			);
			await fc.assert(property, {
				numRuns: Number(process.env.RUNS ?? histories),
				examples: FOUND.map((script) => [script]),
			});
		},
		PATIENCE,
	);

	test.each<MemoryKind>(['static data', 'durable cursors'])(
		`with its memory in n8n's %s (seed ${SEED})`,
		async (memory) => {
			const property = fc.asyncProperty(
				scripts(PASSING, 24),
				async (script) => await play(script, (scene, chosen) => new EngineWorld(memory, harness, scene, chosen)),
			);
			await fc.assert(property, { numRuns: Number(process.env.ENGINE_RUNS ?? 5), endOnFailure: true });
		},
		PATIENCE,
	);
});
