import type { Issue } from '@datagym/labels/quality/issues/issue';
import type { PlantedFault } from './plantedFaults';

export interface Score {
	/** Share of the planted faults that an issue of their kind names. */
	readonly found: number;
	/** Share of the reported issues that are about what nobody has planted. */
	readonly falseAlarms: number;
	readonly missed: readonly PlantedFault[];
	readonly alarms: readonly Issue[];
	readonly reported: number;
}

/**
 * A fault is found if an issue of its kind names its label (one of two), or its image if it is about the image. An issue is a false
 * alarm if it is about a label without a fault in it, or about an image that is as it was. Issues about the whole project count for neither.
 */
export function score(issues: readonly Issue[], faults: readonly PlantedFault[]): Score {
	const own = issues.filter(({ image }) => image !== undefined);
	const missed = faults.filter((fault) => !own.some((issue) => names(issue, fault) && issue.issue === fault.issue));
	const alarms = own.filter((issue) => !faults.some((fault) => names(issue, fault)));
	return {
		found: 1 - missed.length / faults.length,
		falseAlarms: alarms.length / own.length,
		missed,
		alarms,
		reported: own.length,
	};
}

function names({ image, otherImage, label, otherLabel }: Issue, { imageId, labelIds }: PlantedFault): boolean {
	const images = [image, otherImage].map((one) => one?.imageId);
	if (label === undefined) return labelIds.length === 0 && images.includes(imageId);
	return [label, otherLabel].some((one) => one?.id !== undefined && labelIds.includes(one.id));
}
