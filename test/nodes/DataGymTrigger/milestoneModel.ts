import type { TaskState } from '../../emulator/store/model';

/** How a poll may have seen an image: in one of the states it was in meanwhile, or in none of the lists. */
export type View = TaskState | 'unseen';

/** What the workflow was told of a project, or of its only dataset. */
interface Told {
	/** Images when it was seen as finished; 0 if it was not when the trigger looked last. */
	readonly images: number;
	readonly times: number;
}

/** What the trigger may know of the milestones. */
export interface MilestoneAccount {
	readonly project: Told;
	readonly dataset: Told;
	/** Finished images at the last number. */
	readonly number: number;
}

/** What a poll may have seen; undefined if it concluded nothing. */
type Sight = { readonly images: number; readonly finished: number } | undefined;

const FINISHED: readonly View[] = ['COMPLETED', 'REVIEWED', 'SKIPPED', 'REVIEWED_SKIP'];
/** "While an image is missing from all lists (for three polls, then it counts as deleted), nothing is concluded." */
const MISSING_POLLS = 3;

/**
 * "Milestones" of docs/trigger.md, written from that page and not from the code, for a project with one dataset. All that the trigger may
 * know is kept until an event decides.
 */
export class MilestoneModel {
	private accounts: readonly MilestoneAccount[] = [];
	/** In n8n's database. */
	private database: readonly MilestoneAccount[] = [];
	private hasDeleted = false;
	private mayMiss = 0;

	constructor(
		private readonly events: readonly string[],
		private readonly every: number,
	) {}

	begin(now: ReadonlyMap<string, TaskState>): void {
		const images = now.size;
		const finished = [...now.values()].filter((state) => FINISHED.includes(state)).length;
		const told = { images: finished === images ? images : 0, times: 0 };
		this.accounts = [{ project: told, dataset: told, number: finished }];
		this.database = this.accounts;
	}

	deleted(): void {
		this.hasDeleted = true;
		this.mayMiss = MISSING_POLLS;
	}

	/**
	 * @param emitted `everyNFinished 4` and so on.
	 * @param views undefined if the poll did not look.
	 * @param hasRoom whether all that was due had to come.
	 */
	poll(
		emitted: readonly string[],
		views: ReadonlyMap<string, readonly View[]> | undefined,
		isSaved: boolean,
		hasRoom: boolean,
	): void {
		const expected = new Set<string>();
		const after: MilestoneAccount[] = [];
		for (const account of this.accounts) {
			for (const sight of this.sights(views)) {
				const { due, reach } = this.due(account, sight);
				for (let count = hasRoom ? due.length : 0; count <= due.length; count++) {
					expected.add(`[${due.slice(0, count).join()}]`);
					if (due.slice(0, count).join() === emitted.join()) after.push(reach(count));
				}
			}
		}
		if (after.length === 0)
			throw new Error(
				`Milestones: expected ${[...expected].join(' or ')}, got [${emitted.join()}] from ${JSON.stringify(this.accounts)}`,
			);
		const known = [...new Map(after.map((account) => [JSON.stringify(account), account])).values()];
		if (isSaved) this.database = known;
		else if (!known.some((one) => this.accounts.some((other) => JSON.stringify(one) === JSON.stringify(other))))
			throw new Error(`Not saved: ${JSON.stringify(known)}`);
		this.accounts = known;
		if (views !== undefined && views.size > 0) this.mayMiss--;
	}

	saved(): readonly MilestoneAccount[] {
		return this.database;
	}

	overwrite(saved: readonly MilestoneAccount[]): void {
		this.database = [...this.database, ...saved];
	}

	kill(): void {
		this.accounts = this.database;
		if (this.hasDeleted) this.mayMiss = MISSING_POLLS;
	}

	private sights(views: ReadonlyMap<string, readonly View[]> | undefined): readonly Sight[] {
		if (views === undefined) return [undefined];
		const all = [...views.values()];
		const isFinished = (view: View) => FINISHED.includes(view);
		const surely = all.filter((possible) => possible.every(isFinished)).length;
		const possibly = all.filter((possible) => possible.some(isFinished)).length;
		const sights: Sight[] = Array.from({ length: possibly - surely + 1 }, (_, more) => ({
			images: views.size,
			finished: surely + more,
		}));
		const isMissing = this.mayMiss > 0 || all.some((possible) => possible.includes('unseen'));
		return isMissing ? [undefined, ...sights] : sights;
	}

	/** What comes in which order, and what is known once so many of them were emitted. */
	private due(account: MilestoneAccount, sight: Sight) {
		if (sight === undefined) return { due: [], reach: () => account };
		const { images, finished } = sight;
		const isFinished = images > 0 && finished === images;
		const steps: Array<{ event: string; told: (before: MilestoneAccount) => MilestoneAccount }> = [];
		const seen = (told: Told): Told => {
			if (!isFinished) return { ...told, images: 0 };
			return images > told.images ? told : { ...told, images };
		};
		const number = images > 0 && images < account.number ? finished : account.number;
		const multiple = Math.floor(finished / this.every) * this.every;
		if (multiple > number)
			steps.push({ event: `everyNFinished ${multiple}`, told: (before) => ({ ...before, number: finished }) });
		for (const [event, part] of [
			['datasetFinished', 'dataset'],
			['projectFinished', 'project'],
		] as const) {
			const told = account[part];
			if (!isFinished || images <= told.images) continue;
			const anew = { images, times: told.times + 1 };
			steps.push({ event: `${event} ${anew.times}`, told: (before) => ({ ...before, [part]: anew }) });
		}
		const chosen = steps.filter(({ event }) => this.events.includes(event.split(' ')[0]!));
		const rest = { project: seen(account.project), dataset: seen(account.dataset), number };
		const watched = {
			project: this.events.includes('projectFinished') ? rest.project : account.project,
			dataset: this.events.includes('datasetFinished') ? rest.dataset : account.dataset,
			number: this.events.includes('everyNFinished') ? rest.number : account.number,
		};
		return {
			due: chosen.map(({ event }) => event),
			reach: (count: number) => chosen.slice(0, count).reduce((before, { told }) => told(before), watched),
		};
	}
}
