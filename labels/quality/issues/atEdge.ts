import type { Box } from '../../geometry/shapes';
import type { ImageSize } from '../../model';
import type { IssueKind } from './issue';
import { shownNumber } from './numbers';

/** Pixels from the edge within which a label lies at it. */
const AT_EDGE = 2;

/** A strip is thinner than this share of the image's side, and at least this many times as long as thin. */
const STRIP = { share: 0.002, pixels: 3, elongation: 8 };

const UNKNOWN: ImageSize = { width: Infinity, height: Infinity };

export const atEdge: IssueKind = {
	key: 'atEdge',
	name: 'Strips at the Edge',
	description: 'Thin strips along the edge of the image',
	search: (project) => ({
		*look({ image, sizes, labels }) {
			for (const { object, box, fault } of labels) {
				const { type } = object.geometry;
				if (box === undefined || fault !== undefined || type === 'point' || type === 'line') continue;
				// The left and the top edge are known without a size.
				const strips = sizes.length === 0 ? [stripAtEdge(box, UNKNOWN)] : sizes.map((size) => stripAtEdge(box, size));
				const [strip] = strips;
				if (strip === undefined || strips.includes(undefined)) continue;
				yield {
					severity: 'medium',
					reason: `This "${project.nameOf(object.className)}" is a strip of ${shownNumber(strip.value)} pixels along the edge of the image. Delete it, or enlarge it.`,
					image,
					label: object,
					measure: 'thickness',
					...strip,
				};
			}
		},
	}),
};

/** How thin the strip is, and up to where it is one; undefined if it is none. */
function stripAtEdge(
	{ x, y, width, height }: Box,
	size: ImageSize,
): { readonly value: number; readonly limit: number } | undefined {
	const isUpright = (x <= AT_EDGE || x + width >= size.width - AT_EDGE) && height >= width * STRIP.elongation;
	const isFlat = (y <= AT_EDGE || y + height >= size.height - AT_EDGE) && width >= height * STRIP.elongation;
	if (!isUpright && !isFlat) return undefined;
	const value = Math.min(width, height);
	const side = isUpright ? size.width : size.height;
	const limit = Number.isFinite(side) ? Math.max(STRIP.pixels, STRIP.share * side) : STRIP.pixels;
	return value <= limit ? { value, limit } : undefined;
}
