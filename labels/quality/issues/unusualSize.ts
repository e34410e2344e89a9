import type { ExaminedImage, ExaminedLabel } from './examined';
import type { Finding, IssueKind } from './issue';
import { shownCount, shownNumber, shownShare } from './numbers';
import type { ProjectFacts } from './projectFacts';

/** The smallest spread to believe in, as a logarithm: sizes of a class differ by a third at least. */
const SMALLEST_SPREAD = Math.log(4 / 3);

export const tooSmall: IssueKind = {
	key: 'tooSmall',
	name: 'Too Small for the Class',
	description: 'Labels far smaller than the others of their class, such as of a slip of the hand',
	search: (project, { deviations }) => ({
		*look(image) {
			for (const label of image.labels) {
				// What the edge cuts off may be as small as it likes.
				const unusual = label.isAtEdge ? undefined : unusualSize(label, image, project, deviations);
				if (unusual === undefined || unusual.value >= unusual.limit) continue;
				const name = project.nameOf(label.object.className);
				const { width = 0, height = 0 } = label.box ?? {};
				yield {
					...unusual,
					severity: 'medium',
					reason: `This "${name}" (${shownNumber(width)} × ${shownNumber(height)} pixels) is far smaller than usual: ${compared(unusual)}. Delete it if it was drawn by accident.`,
				};
			}
		},
	}),
};

export const tooLarge: IssueKind = {
	key: 'tooLarge',
	name: 'Too Large for the Class',
	description: 'Labels far larger than the others of their class, such as one around a whole group',
	search: (project, { deviations }) => ({
		*look(image) {
			for (const label of image.labels) {
				const unusual = unusualSize(label, image, project, deviations);
				if (unusual === undefined || unusual.value <= unusual.limit) continue;
				const name = project.nameOf(label.object.className);
				const { width = 0, height = 0 } = label.box ?? {};
				yield {
					...unusual,
					severity: 'medium',
					reason: `This "${name}" (${shownNumber(width)} × ${shownNumber(height)} pixels) is far larger than usual: ${compared(unusual)}. Check its shape and class.`,
				};
			}
		},
	}),
};

type UnusualSize = Omit<Finding, 'severity' | 'reason'> & {
	readonly limit: number;
	readonly typical: number;
	readonly sampleSize: number;
};

/** Beyond the fences of its class, on either side. */
function unusualSize(
	label: ExaminedLabel,
	image: ExaminedImage,
	project: ProjectFacts,
	deviations: number,
): UnusualSize | undefined {
	const value = project.logOf('extent', label, image);
	const fences = project.fencesOf('extent', label, { deviations, smallestSpread: SMALLEST_SPREAD });
	if (value === undefined || fences === undefined || (value >= fences.lower && value <= fences.upper)) return undefined;
	const kind = label.object.geometry.type === 'line' ? 'length' : 'area';
	return {
		image: image.image,
		label: label.object,
		measure: project.isSizeRelative ? `${kind}Share` : kind,
		value: Math.exp(value),
		limit: Math.exp(value < fences.lower ? fences.lower : fences.upper),
		typical: Math.exp(fences.median),
		sampleSize: fences.sampleSize,
	};
}

/** The size beside the median of its class. */
function compared({ measure, value, typical, sampleSize }: UnusualSize): string {
	const median = (amount: string) => `the median of ${shownCount(sampleSize)} labels is ${amount}`;
	if (measure === 'areaShare') return `it covers ${shownShare(value)} of the image, ${median(shownShare(typical))}`;
	if (measure === 'lengthShare')
		return `it is ${shownShare(value)} of the image's diagonal long, ${median(shownShare(typical))}`;
	const unit = measure === 'area' ? 'square pixels' : 'pixels';
	return `it has ${shownNumber(value)} ${unit}, ${median(shownNumber(typical))}`;
}
