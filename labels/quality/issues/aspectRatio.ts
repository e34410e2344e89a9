import type { IssueKind } from './issue';
import { shownCount, shownNumber } from './numbers';

/** The smallest spread to believe in, as a logarithm: shapes of a class differ by a fifth at least. */
const SMALLEST_SPREAD = Math.log(1.2);

/** What stands in front of things changes their shape more than their size, and makes longer tails. */
const MARGIN = 2;

export const aspectRatio: IssueKind = {
	key: 'aspectRatio',
	name: 'Unusual Aspect Ratio',
	description: 'Areas far wider or taller than others',
	search: (project, { deviations, byChance }) => ({
		*look(image) {
			for (const label of image.labels) {
				if (label.isAtEdge) continue;
				const value = project.logOf('aspect', label, image);
				const fences = project.fencesOf('aspect', label, {
					deviations,
					byChance,
					margin: MARGIN,
					smallestSpread: SMALLEST_SPREAD,
				});
				if (value === undefined || fences === undefined) continue;
				if (value >= fences.lower && value <= fences.upper) continue;
				const isWide = value > fences.upper;
				yield {
					severity: 'low',
					reason: `This "${project.nameOf(label.object.className)}" is ${shownNumber(Math.exp(value))} times as wide as tall, while the median of ${shownCount(fences.sampleSize)} labels is ${shownNumber(Math.exp(fences.median))}. Check its shape and class.`,
					image: image.image,
					label: label.object,
					measure: 'aspectRatio',
					value: Math.exp(value),
					limit: Math.exp(isWide ? fences.upper : fences.lower),
					typical: Math.exp(fences.median),
					sampleSize: fences.sampleSize,
				};
			}
		},
	}),
};
