import type { IDataObject } from 'n8n-workflow';
import { isMilestone, type Milestone, type TriggerEvent } from './events';
import type { Finishing, MilestoneRecord } from './memory/memory';
import type { Progress, Tally } from './progress';

/** A milestone that a project has come to. */
export interface Reached {
	readonly event: Milestone;
	/** What its item says, in addition to what all items of the project say. */
	readonly json: IDataObject;
	/** What is to be remembered once it is emitted, in addition to what is. */
	readonly remember: (record: MilestoneRecord) => MilestoneRecord;
}

interface Judgment {
	/** In the order in which they are emitted. */
	readonly due: readonly Reached[];
	/** What is to be remembered before any of these is emitted. */
	readonly record: MilestoneRecord;
}

/** What a trigger that starts with everything assumes to be reported; else it begins with what the first poll finds. */
export function firstMilestones(
	events: readonly TriggerEvent[],
	firstActivation: 'new' | 'everything',
): MilestoneRecord | undefined {
	if (!events.some(isMilestone)) return undefined;
	return firstActivation === 'new' ? {} : chosenOnly({ reached: 0, project: NEVER, datasets: {} }, events);
}

/** What is deselected is forgotten. */
export function chosenOnly(
	{ reached, project, datasets, isDue }: MilestoneRecord,
	events: readonly TriggerEvent[],
): MilestoneRecord | undefined {
	if (!events.some(isMilestone)) return undefined;
	return {
		...(reached !== undefined && events.includes('everyNFinished') && { reached }),
		...(project !== undefined && events.includes('projectFinished') && { project }),
		...(datasets !== undefined && events.includes('datasetFinished') && { datasets }),
		...(isDue === true && { isDue }),
	};
}

/** Whether it is known what was reported, and nothing of it waits. */
export function isKnown(record: MilestoneRecord | undefined, event: Milestone): boolean {
	if (record === undefined || record.isDue === true) return false;
	const parts: Readonly<Record<Milestone, unknown>> = {
		everyNFinished: record.reached,
		datasetFinished: record.datasets,
		projectFinished: record.project,
	};
	return parts[event] !== undefined;
}

/**
 * Compares how far a project is with what was reported of it. What is watched for the first time begins with what is.
 *
 * @param every how many finished images are from one `everyNFinished` to the next.
 */
export function judge(
	progress: Progress,
	known: MilestoneRecord,
	events: readonly TriggerEvent[],
	every: number,
): Judgment {
	const parts = [
		...(events.includes('everyNFinished') ? [judgeNumber(progress, known, every)] : []),
		...(events.includes('datasetFinished') ? [judgeDatasets(progress, known)] : []),
		...(events.includes('projectFinished') ? [judgeProject(progress, known)] : []),
	];
	return {
		due: parts.flatMap(({ due }) => due),
		record: parts.reduce((record, part) => ({ ...record, ...part.record }), known),
	};
}

/**
 * Whether a project is finished that was not, as far as numbers show: as many images as there are now were finished a moment ago,
 * but a finished one can have been deleted in between, and another one be unfinished.
 */
export function seemsFinished(
	{ images, remaining }: Progress,
	known: MilestoneRecord | undefined,
	events: readonly TriggerEvent[],
): boolean {
	return events.includes('projectFinished') && images > 0 && remaining === 0 && known?.project?.images !== images;
}

function judgeNumber(progress: Progress, known: MilestoneRecord, every: number): Judgment {
	const { finished, images } = progress;
	// As long as a project shows no image at all, nothing is forgotten.
	const isSmaller = known.reached !== undefined && images > 0 && images < known.reached;
	const reached = known.reached === undefined || isSmaller ? finished : known.reached;
	const milestone = Math.floor(finished / every) * every;
	const remember = (before: MilestoneRecord) => ({ ...before, reached: finished });
	const json = { milestone, ...counts(progress) };
	return { due: milestone > reached ? [{ event: 'everyNFinished', json, remember }] : [], record: { reached } };
}

function judgeDatasets({ datasets }: Progress, known: MilestoneRecord): Judgment {
	const due: Reached[] = [];
	const record: Record<string, Finishing> = {};
	for (const dataset of datasets) {
		const { datasetId, datasetName } = dataset;
		// One that was connected later was not finished before.
		const before = known.datasets === undefined ? undefined : (known.datasets[datasetId] ?? NEVER);
		const { now, after } = finishing(before, dataset);
		record[datasetId] = now;
		if (after !== undefined)
			due.push({
				event: 'datasetFinished',
				json: { datasetId, datasetName, timesFinished: after.times, ...counts(dataset) },
				remember: (past) => ({ ...past, datasets: { ...past.datasets, [datasetId]: after } }),
			});
	}
	return { due, record: { datasets: record } };
}

function judgeProject(progress: Progress, known: MilestoneRecord): Judgment {
	const { now, after } = finishing(known.project, progress);
	if (after === undefined) return { due: [], record: { project: now } };
	const json = { timesFinished: after.times, ...counts(progress) };
	const remember = (before: MilestoneRecord) => ({ ...before, project: after });
	return { due: [{ event: 'projectFinished', json, remember }], record: { project: now } };
}

const NEVER: Finishing = { images: 0, times: 0 };

/**
 * Finished anew is what was not finished when it was seen last, or has more images now.
 *
 * @returns what is to be remembered now and, of what is to be reported, after that.
 */
function finishing(
	known: Finishing | undefined,
	{ images, finished }: Tally,
): { readonly now: Finishing; readonly after?: Finishing } {
	const { times, images: before } = known ?? NEVER;
	if (images === 0 || finished < images) return { now: { images: 0, times } };
	if (known !== undefined && images > before) return { now: known, after: { images, times: times + 1 } };
	return { now: { images, times } };
}

/** Of the images that a milestone is about, how many are finished. */
function counts({ finished, skipped }: Tally): IDataObject {
	return { finished, skipped };
}
