import { unzipSync } from 'fflate';
import { begun, type Execution } from './executions';
import type { Interruption } from './scenario';
import { type Photograph, type Fixture, digest } from './fixture';
import { type Background } from '../processes';

/** All that is known after the scenario. */
export interface Outcome {
	interruptions: readonly Interruption[];
	workers: readonly Background[];
	executions: readonly Execution[];
	watchId: string;
	photographsId: string;
	sent: ReadonlyMap<string, Photograph>;
	fixture: Fixture;
}

/** An execution that did not end well. */
interface Interrupted extends Execution {
	/** Whose death it met, unless there is no explanation. */
	cause: Interruption | undefined;
	/** Workers that began it. */
	begunBy: readonly Background[];
}

/** What came of the executions, and everything that contradicts what n8n and this package promise. */
export class Verdict {
	readonly problems: string[] = [];
	/** Executions that were not brought to their end, with the images that they were about. */
	readonly interrupted: readonly Interrupted[];
	/** IDs of executions that more than one worker began, or one began again. */
	readonly ranTwice: readonly string[];

	constructor(private readonly outcome: Outcome) {
		const begunBy = new Map<string, Background[]>();
		for (const worker of outcome.workers)
			for (const id of begun(worker)) begunBy.set(id, [...(begunBy.get(id) ?? []), worker]);
		this.interrupted = outcome.executions
			.filter(({ status }) => status !== 'success')
			.map((execution) => {
				const { id } = execution;
				const cause = outcome.interruptions.findLast(({ unfinished }) => unfinished.some((each) => each.id === id));
				// n8n overwrites the data of the failed ones.
				const images = cause?.unfinished.find((each) => each.id === id)?.images ?? [];
				return { ...execution, images, cause, begunBy: begunBy.get(id) ?? [] };
			});
		this.ranTwice = [...begunBy].flatMap(([id, workers]) => (workers.length > 1 ? id : []));
	}

	/** Of executions: each ran on one worker at most, and what was not brought to its end met a death, and n8n tells of it. */
	checkExecutions(): void {
		const { interruptions } = this.outcome;
		this.demand(this.ranTwice.length === 0, `these executions ran more than once: ${this.ranTwice.join(', ')}`);
		for (const execution of this.interrupted) this.checkInterrupted(execution);
		for (const interruption of interruptions) {
			const { death, victim } = interruption;
			const isFelt = this.interrupted.some(({ cause }) => cause === interruption);
			this.demand(
				isFelt || (death.of === 'Redis' && death.keepsData),
				`the death of ${victim} interrupted nothing, so that this run shows nothing`,
			);
		}
	}

	private checkInterrupted({ id, status, cause, begunBy }: Interrupted): void {
		const { interruptions, fixture } = this.outcome;
		if (!cause) return this.demand(false, `execution ${id} ended as ${status} before or after the deaths`);
		const { death, victim, worker } = cause;
		const dead = new Set(interruptions.map((interruption) => interruption.worker));
		this.demand(
			begunBy.every((each) => dead.has(each)),
			`execution ${id} ended as ${status} on a worker that was not killed`,
		);
		if (worker) this.demand(status === 'error', `execution ${id}, which met the death of ${victim}, is ${status}`);
		else {
			const isLost = death.of === 'Redis' && !death.keepsData;
			this.demand(isLost && status === 'crashed', `execution ${id}, which met the death of ${victim}, is ${status}`);
		}
		// n8n marks what the queue has lost as crashed without calling the error workflow.
		const calls = fixture.receiver.received.get(`/failed/${id}`)?.length ?? 0;
		const expected = status === 'error' ? 1 : 0;
		this.demand(calls === expected, `the error workflow was called ${calls} times for execution ${id}, ${status}`);
	}

	/** Of photographs: each came out of n8n once, but for those whose execution was interrupted. */
	checkPhotographs(): void {
		const { sent, fixture } = this.outcome;
		for (const name of sent.keys())
			this.checkCount(name, fixture.receiver.received.get(`/photograph/${name}`)?.length ?? 0);
	}

	/** Of photographs that came out of n8n: with all their bytes. */
	checkBytes(sent: ReadonlyMap<string, Photograph>): void {
		for (const { name, digest: wanted } of sent.values()) {
			const came = this.outcome.fixture.receiver.received.get(`/photograph/${name}`) ?? [];
			this.demand(
				came.length > 0 && came.every((each) => each === wanted),
				`${name} did not come out with the bytes that went in`,
			);
		}
	}

	/** Of events: the trigger told of each finished image in one execution, and each was handed on once, but for the interrupted ones. */
	checkEvents(): void {
		const { executions, watchId, fixture } = this.outcome;
		const tellers = [...executions.filter(({ status }) => status === 'success'), ...this.interrupted].filter(
			({ workflowId }) => workflowId === watchId,
		);
		const told = tellers.flatMap(({ images }) => images);
		const timesTold = Map.groupBy(told, (name) => name);
		for (const name of fixture.finished) {
			const times = timesTold.get(name)?.length ?? 0;
			this.demand(times === 1, `the trigger told ${times} times of ${name}`);
			this.checkCount(name, fixture.receiver.received.get(`/event/${name}`)?.length ?? 0);
		}
		this.demand(
			told.length === fixture.finished.length,
			`the trigger told of ${told.length} images, and ${fixture.finished.length} were finished`,
		);
	}

	/** Of the server: each photograph is there once, with the one label that was predicted. */
	checkServer(): void {
		const { sent, fixture } = this.outcome;
		const arrived = fixture.arrived();
		const byName = Map.groupBy(arrived, ({ name }) => name);
		for (const name of sent.keys()) {
			const there = byName.get(name) ?? [];
			this.demand(there.length === 1, `${name} is ${there.length} times in the dataset`);
			this.demand(
				there.every(({ labels }) => labels === 1),
				`${name} has ${there[0]?.labels} labels instead of one`,
			);
		}
		this.demand(
			arrived.length === sent.size,
			`${arrived.length} images are in the dataset, and ${sent.size} were sent`,
		);
	}

	/** Of an archive: it can be unpacked, and has each of these photographs with all its bytes. */
	checkArchive(zip: Uint8Array, photographs: ReadonlyMap<string, Photograph>): void {
		const inside = new Set(Object.values(unzipSync(zip)).map(digest));
		for (const { name, digest: wanted } of photographs.values())
			this.demand(inside.has(wanted), `the archive does not have ${name} as it was sent`);
	}

	/** After everything was repeated: no photograph came out twice but those that were sent again. */
	checkOnce(sentAgain: readonly Photograph[]): void {
		const { sent, fixture } = this.outcome;
		const again = new Set(sentAgain.map(({ name }) => name));
		for (const name of sent.keys()) {
			const times = fixture.receiver.received.get(`/photograph/${name}`)?.length ?? 0;
			this.demand(
				times === 1 || again.has(name),
				`after everything was repeated, ${name} was handed on ${times} times`,
			);
		}
	}

	/** Names that an interrupted execution was about. */
	private get affected(): ReadonlySet<string> {
		return new Set(this.interrupted.flatMap(({ images }) => images));
	}

	private checkCount(name: string, times: number): void {
		this.demand(times === 1 || (times === 0 && this.affected.has(name)), `${name} was handed on ${times} times`);
	}

	private demand(isSo: boolean, problem: string): void {
		if (!isSo) this.problems.push(problem);
	}
}

/** The summary: what ran, what the deaths interrupted, and what n8n promises about that. */
export function report(
	{ interrupted, ranTwice }: Verdict,
	{ executions, watchId, photographsId, sent, fixture, interruptions }: Outcome,
): string {
	const rows = [
		['', 'executions', 'ended well', 'interrupted', 'ran twice', 'handed on', 'of'],
		row(
			'Photographs',
			executions.filter(({ workflowId }) => workflowId === photographsId),
			'photograph',
			sent.size,
		),
		row(
			'Trigger',
			executions.filter(({ workflowId }) => workflowId === watchId),
			'event',
			fixture.finished.length,
		),
	];
	const lines = interruptions.flatMap((interruption) => [
		`Interrupted by the death of ${interruption.victim}, when ${interruption.unfinished.length} executions were not over:`,
		...interrupted.filter(({ cause }) => cause === interruption).map(line),
	]);
	return [table(rows), `Run again by n8n: ${ranTwice.join(', ') || 'none'}.`, ...lines, ...PROMISE].join('\n');

	function line({ id, status, workflowId, images, begunBy }: Interrupted): string {
		const kind = workflowId === watchId ? 'event' : 'photograph';
		const done = images.filter((name) => fixture.receiver.received.has(`/${kind}/${name}`)).length;
		return `  ${id} of ${workflowId === watchId ? 'the trigger' : images.join()}, ${begunBy.length > 0 ? `begun by ${begunBy[0]?.name}` : 'not begun'}: ${status}; ${done} of its ${images.length} handed on`;
	}

	function row(name: string, group: Outcome['executions'], kind: string, of: number): string[] {
		const well = group.filter(({ status }) => status === 'success').length;
		const handedOn = [...fixture.receiver.received.keys()].filter((path) => path.startsWith(`/${kind}/`)).length;
		const twice = group.filter(({ id }) => ranTwice.includes(id)).length;
		return [name, ...[group.length, well, group.length - well, twice, handedOn, of].map(String)];
	}
}

const PROMISE = [
	'What n8n 2.40 promises: an execution begins at most once. One whose worker dies is not run again (n8n sets Bull’s maxStalledCount to 0):',
	'when its lock has run out (QUEUE_WORKER_LOCK_DURATION, a minute) it ends as an error, and the items that it began with are gone, so that',
	'“Retry” cannot repeat it either; its workflow’s error workflow is called. What waits in the queue is not touched. What the queue has lost is',
	'marked as crashed (N8N_EXECUTIONS_QUEUE_RECOVERY_INTERVAL), and “Retry” runs it from its beginning.',
];

function table(rows: readonly string[][]): string {
	const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
	return rows
		.map((cells) =>
			cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
		)
		.join('\n');
}
