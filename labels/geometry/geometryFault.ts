import type { Geometry, Point } from '../model';
import type { ProblemReason } from '../parsing/problem';

/**
 * Why DataGym's import would refuse or spoil this geometry, or nothing. Only the shape counts here: numbers finite and not
 * below 0, enough points, a kind that can be imported. Source: contract, section 8, recordings 386-400.
 */
export function geometryFault(
	geometry: Geometry,
): { readonly reason: ProblemReason; readonly message: string } | undefined {
	switch (geometry.type) {
		case 'rectangle':
			return numberFault([geometry.x, geometry.y, geometry.width, geometry.height]);
		case 'point':
			return numberFault([geometry.x, geometry.y]);
		case 'line':
			return pathFault(geometry.points, 2, 'line');
		case 'polygon':
			return pathFault(geometry.points, 3, 'polygon');
		case 'segmentation':
			return {
				reason: 'not-supported',
				message: 'DataGym stores imported segmentations empty, which blocks the task. Import the outline as a polygon.',
			};
	}
}

function pathFault(points: readonly Point[], fewest: number, name: string) {
	if (points.length < fewest) {
		return {
			reason: 'points',
			message: `A ${name} needs ${fewest} points, but has ${points.length}. Add points, or leave the label out.`,
		} as const;
	}
	return numberFault(points.flatMap(({ x, y }) => [x, y]));
}

function numberFault(numbers: readonly number[]) {
	const broken = numbers.find((number) => !Number.isFinite(number));
	if (broken !== undefined)
		return { reason: 'coordinates', message: `${broken} is no coordinate. Give finite numbers.` } as const;
	const negative = numbers.find((number) => number < 0);
	if (negative !== undefined)
		return {
			reason: 'negative',
			message: `DataGym refuses numbers below 0, such as ${negative}. Clip the label to its image.`,
		} as const;
	return undefined;
}
