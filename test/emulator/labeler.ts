import { Chance } from './store/chance';
import { Refusal } from '../support/httpClient';
import { Desk, type DeskAddress, type DeskTask } from './labelerDesk';

export interface LabelerOptions extends DeskAddress {
	/** Between two rounds of `startLabeler`. */
	intervalMs?: number;
	seed?: number;
	/** At most so many tasks a round. */
	batchSize?: number;
	/** Shares of the tasks, from 0 to 1: corrected by a few pixels, skipped, reviewed, and reopened after a review. */
	correctShare?: number;
	skipShare?: number;
	reviewShare?: number;
	reopenShare?: number;
	/** Ends by itself when no task is left to do. */
	untilDone?: boolean;
}

/** Task ids by what became of them in a round. */
export interface LabeledRound {
	completed: string[];
	skipped: string[];
	reviewed: string[];
	reopened: string[];
}

/**
 * One round of a scripted labeler, who works as a person does, over HTTP: takes what is in the backlog, keeps or corrects the
 * pre-labels, draws a box where nothing is drawn and fills in what is required, completes or skips, and reviews some of it.
 */
export async function labelOnce(
	options: LabelerOptions,
	chance = new Chance(options.seed ?? 1),
): Promise<LabeledRound> {
	const desk = new Desk(options, chance);
	const round: LabeledRound = { completed: [], skipped: [], reviewed: [], reopened: [] };
	await desk.fetchBacklog();
	for (let done = 0; done < (options.batchSize ?? Infinity); done++) {
		const task = await desk.nextTask();
		if (!task) break;
		await labelTask(desk, task, options, chance, round);
	}
	return round;
}

async function labelTask(
	desk: Desk,
	task: DeskTask,
	options: LabelerOptions,
	chance: Chance,
	round: LabeledRound,
): Promise<void> {
	if (chance.next() < (options.skipShare ?? 0)) {
		await desk.skip(task);
		round.skipped.push(task.taskId);
	} else {
		await desk.label(task, chance.next() < (options.correctShare ?? 0.3));
		round.completed.push(task.taskId);
	}
	if (chance.next() >= (options.reviewShare ?? 0)) return;
	const reopen = chance.next() < (options.reopenShare ?? 0);
	await desk.review(task, !reopen);
	round[reopen ? 'reopened' : 'reviewed'].push(task.taskId);
}

/** So many rounds may be refused in a row, as when a dataset is deleted under the labeler's hands. */
const PATIENCE = 10;

export interface Labeler {
	/** Ends after the task in hand. */
	stop(): void;
	/** What was done in all rounds; fails when the server does, or refuses round after round. */
	finished: Promise<LabeledRound>;
}

/** A labeler who works round after round until stopped, or until nothing is left. */
export function startLabeler(options: LabelerOptions): Labeler {
	const chance = new Chance(options.seed ?? 1);
	let stopped = false;
	let wake: () => void = () => undefined;
	const work = async (): Promise<LabeledRound> => {
		const total: LabeledRound = { completed: [], skipped: [], reviewed: [], reopened: [] };
		let refusals = 0;
		const oneRound = async () => await labelOnce({ ...options, batchSize: options.batchSize ?? 1 }, chance);
		while (!stopped) {
			const round = await oneRound().catch((error: unknown) => {
				if (!(error instanceof Refusal) || ++refusals === PATIENCE) throw error;
			});
			if (round) {
				refusals = 0;
				for (const outcome of ['completed', 'skipped', 'reviewed', 'reopened'] as const)
					total[outcome].push(...round[outcome]);
				if (options.untilDone && round.completed.length + round.skipped.length === 0) break;
			}
			if (!stopped) await pause(options.intervalMs ?? 1000);
		}
		return total;
	};
	const pause = (milliseconds: number) =>
		new Promise<void>((resolve) => {
			const timer = setTimeout(resolve, milliseconds);
			wake = () => {
				clearTimeout(timer);
				resolve();
			};
		});
	return {
		stop: () => {
			stopped = true;
			wake();
		},
		finished: work(),
	};
}
