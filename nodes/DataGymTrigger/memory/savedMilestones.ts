import type { IDataObject } from 'n8n-workflow';
import type { Finishing, MilestoneRecord } from './memory';

/** @returns the record as JSON, a pair of numbers for what can be finished. */
export function saveMilestones({ reached, project, datasets, isDue }: MilestoneRecord): IDataObject {
	return {
		...(reached === undefined ? {} : { reached }),
		...(project === undefined ? {} : { project: pairOf(project) }),
		...(datasets === undefined
			? {}
			: { datasets: Object.fromEntries(Object.entries(datasets).map(([id, one]) => [id, pairOf(one)])) }),
		...(isDue === true ? { isDue } : {}),
	};
}

/** What cannot be read counts as not watched yet. */
export function loadMilestones({ reached, project, datasets, isDue }: IDataObject): MilestoneRecord {
	const whole = finishingOf(project);
	return {
		...(typeof reached === 'number' ? { reached } : {}),
		...(whole === undefined ? {} : { project: whole }),
		...(typeof datasets === 'object' && datasets !== null
			? {
					datasets: Object.fromEntries(
						Object.entries(datasets).flatMap(([id, saved]) => {
							const one = finishingOf(saved);
							return one === undefined ? [] : [[id, one]];
						}),
					),
				}
			: {}),
		...(isDue === true ? { isDue } : {}),
	};
}

function pairOf({ images, times }: Finishing): number[] {
	return [images, times];
}

function finishingOf(saved: unknown): Finishing | undefined {
	const [images, times]: unknown[] = Array.isArray(saved) ? saved : [];
	return typeof images === 'number' && typeof times === 'number' ? { images, times } : undefined;
}
