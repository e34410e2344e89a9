import type { ExaminedImage, ExaminedLabel } from './examined';
import type { IssueKind } from './issue';
import { shownCount, shownNumber, shownShare } from './numbers';
import type { ProjectFacts } from './projectFacts';
import type { Thresholds } from './thresholds';

/** The smallest spread to believe in, as a logarithm: sizes of a class differ by a third at least. */
const SMALLEST_SPREAD = Math.log(4 / 3);

/** Sizes have somewhat longer tails than the normal distribution of their logarithms. */
const MARGIN = 1.3;

/** Rectangles of a slip of the hand are not larger: in pixels, and as a share of the image's longer side. */
const SLIP = { pixels: 4, share: 0.002 };

/** A slip has at most this part of the area that all but a hundredth of its class has. */
const SLIP_AREA = 1 / 4;

export const tooSmall: IssueKind = {
	key: 'tooSmall',
	name: 'Too Small for the Class',
	description: 'Labels far smaller than others of their class',
	search: (project, thresholds) => ({
		*look(image) {
			for (const label of image.labels) {
				// What the edge cuts off may be as small as it likes.
				if (label.isAtEdge) continue;
				const size = sizeInClass('pixels', label, image, project, thresholds);
				if (size === undefined) continue;
				const limit = Math.max(size.lower, Math.min(slipOf(image), size.lowest * SLIP_AREA));
				if (size.value >= limit) continue;
				yield {
					...finding(label, image, size, limit),
					reason: `${sentence('smaller', label, project, size)} Delete it if it was drawn by accident.`,
				};
			}
		},
	}),
};

/** Square pixels of the largest slip. */
function slipOf({ sizes }: ExaminedImage): number {
	const [size] = sizes;
	return Math.max(SLIP.pixels, SLIP.share * Math.max(size?.width ?? 0, size?.height ?? 0)) ** 2;
}

export const tooLarge: IssueKind = {
	key: 'tooLarge',
	name: 'Too Large for the Class',
	description: 'Labels far larger than others of their class',
	search: (project, thresholds) => ({
		*look(image) {
			for (const label of image.labels) {
				const size = sizeInClass(image.sizes.length > 0 ? 'share' : 'pixels', label, image, project, thresholds);
				if (size === undefined || size.value <= size.upper) continue;
				yield {
					...finding(label, image, size, size.upper),
					reason: `${sentence('larger', label, project, size)} Check its shape and class.`,
				};
			}
		},
	}),
};

/** A size and those of its class, in one unit. */
interface SizeInClass {
	readonly measure: 'area' | 'length' | 'areaShare' | 'lengthShare';
	readonly value: number;
	readonly lower: number;
	readonly upper: number;
	readonly lowest: number;
	readonly typical: number;
	readonly sampleSize: number;
}

function sizeInClass(
	measure: 'pixels' | 'share',
	label: ExaminedLabel,
	image: ExaminedImage,
	project: ProjectFacts,
	{ deviations, byChance }: Thresholds,
): SizeInClass | undefined {
	const value = project.logOf(measure, label, image);
	const fences = project.fencesOf(measure, label, {
		deviations,
		byChance,
		margin: MARGIN,
		smallestSpread: SMALLEST_SPREAD,
	});
	if (value === undefined || fences === undefined) return undefined;
	const kind = label.object.geometry.type === 'line' ? 'length' : 'area';
	return {
		measure: measure === 'share' ? `${kind}Share` : kind,
		value: Math.exp(value),
		lower: Math.exp(fences.lower),
		upper: Math.exp(fences.upper),
		lowest: Math.exp(fences.lowest),
		typical: Math.exp(fences.median),
		sampleSize: fences.sampleSize,
	};
}

function finding({ object }: ExaminedLabel, { image }: ExaminedImage, size: SizeInClass, limit: number) {
	const { measure, value, typical, sampleSize } = size;
	return { severity: 'medium', image, label: object, measure, value, limit, typical, sampleSize } as const;
}

/** The size beside the median of its class. */
function sentence(how: string, { object, box }: ExaminedLabel, project: ProjectFacts, size: SizeInClass): string {
	const { width = 0, height = 0 } = box ?? {};
	const what = `This "${project.nameOf(object.className)}" (${shownNumber(width)} × ${shownNumber(height)} pixels)`;
	return `${what} is far ${how} than usual: ${compared(size)}.`;
}

function compared({ measure, value, typical, sampleSize }: SizeInClass): string {
	const median = (amount: string) => `the median of ${shownCount(sampleSize)} labels is ${amount}`;
	switch (measure) {
		case 'areaShare':
			return `it covers ${shownShare(value)} of the image, ${median(shownShare(typical))}`;
		case 'lengthShare':
			return `it is ${shownShare(value)} of the image's diagonal long, ${median(shownShare(typical))}`;
		case 'area':
			return `it has ${shownNumber(value)} square pixels, ${median(shownNumber(typical))}`;
		case 'length':
			return `it is ${shownNumber(value)} pixels long, ${median(shownNumber(typical))}`;
	}
}
