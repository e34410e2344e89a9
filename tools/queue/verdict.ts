import { unzipSync } from 'fflate';
import { begun, type Execution } from './executions';
import type { Kill } from './scenario';
import { type Photograph, type Fixture, digest } from './fixture';
import { type Background } from '../processes';

/** All that is known after the scenario. */
export interface Outcome {
	kill: Kill;
	workers: readonly Background[];
	executions: readonly Execution[];
	watchId: string;
	photographsId: string;
	sent: ReadonlyMap<string, Photograph>;
	fixture: Fixture;
}

/** What came of the executions, and everything that contradicts what n8n and this package promise. */
export class Verdict {
	readonly problems: string[] = [];
	/** Executions that the dead worker did not bring to their end, with the images that they were about. */
	readonly interrupted: readonly Execution[];
	/** IDs of executions that more than one worker began, or one began again. */
	readonly ranTwice: readonly string[];

	constructor(private readonly outcome: Outcome) {
		const unfinished = new Map(outcome.kill.unfinished.map((execution) => [execution.id, execution]));
		const failed = outcome.executions.filter(({ status }) => status !== 'success');
		this.interrupted = failed.map((execution) => ({
			...execution,
			images: unfinished.get(execution.id)?.images ?? [],
		}));
		const all = outcome.workers.flatMap(begun);
		this.ranTwice = all.filter((id, index) => all.indexOf(id) !== index);
	}

	/** Of executions: each ran on one worker, and only what the dead one had begun was not brought to its end. */
	checkExecutions(): void {
		const { kill, workers, fixture } = this.outcome;
		this.demand(this.ranTwice.length === 0, `these executions ran more than once: ${this.ranTwice.join(', ')}`);
		const survivors = new Set(workers.filter((worker) => worker !== kill.worker).flatMap(begun));
		for (const { id, status, images } of this.interrupted) {
			this.demand(
				status === 'error' || status === 'crashed',
				`execution ${id} is neither over nor marked as failed, but ${status}`,
			);
			this.demand(!survivors.has(id), `execution ${id} ended as ${status} on a worker that was not killed`);
			this.demand(images.length > 0, `execution ${id} failed before or after the kill`);
			const calls = fixture.receiver.received.get(`/failed/${id}`)?.length ?? 0;
			this.demand(calls === 1, `the error workflow was called ${calls} times for execution ${id}`);
		}
		this.demand(this.interrupted.length > 0, 'the kill interrupted nothing, so that this run shows nothing');
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
		for (const name of fixture.finished) {
			const times = told.filter((each) => each === name).length;
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
		for (const name of sent.keys()) {
			const there = arrived.filter((image) => image.name === name);
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

	/** Names that an interrupted execution was about. */
	get affected(): ReadonlySet<string> {
		return new Set(this.interrupted.flatMap(({ images }) => images));
	}

	private checkCount(name: string, times: number): void {
		this.demand(times === 1 || (times === 0 && this.affected.has(name)), `${name} was handed on ${times} times`);
	}

	private demand(isSo: boolean, problem: string): void {
		if (!isSo) this.problems.push(problem);
	}
}

/** The summary: what ran, what the dead worker interrupted, and what n8n promises about that. */
export function report(
	{ interrupted, ranTwice }: Verdict,
	{ executions, watchId, photographsId, sent, fixture, kill }: Outcome,
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
	const lines = interrupted.map(({ id, status, workflowId, images }) => {
		const kind = workflowId === watchId ? 'event' : 'photograph';
		const done = images.filter((name) => fixture.receiver.received.has(`/${kind}/${name}`)).length;
		return `  ${id} of ${workflowId === watchId ? 'the trigger' : images.join()}: ${status}; ${done} of its ${images.length} handed on before ${kill.worker.name} died`;
	});
	return [table(rows), `Run again by n8n: ${ranTwice.join(', ') || 'none'}. Interrupted:`, ...lines, ...PROMISE].join(
		'\n',
	);

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
	'“Retry” cannot repeat it either; its workflow’s error workflow is called. What waits in the queue is not touched.',
];

function table(rows: readonly string[][]): string {
	const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
	return rows
		.map((cells) =>
			cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
		)
		.join('\n');
}
