import type { Box } from '../../geometry/shapes';
import type { ImageSize } from '../../model';
import type { IssueKind } from './issue';
import { shownNumber } from './numbers';

/** Pixels that a hand may be off at the edge of the image, however small the image is. */
const PRECISION = 3;

export const outside: IssueKind = {
	key: 'outside',
	name: 'Outside the Image',
	description: 'Labels that extend beyond their image',
	search: (project, { beyondEdge }) => ({
		*look({ image, sizes, labels }) {
			const [first] = sizes;
			if (first === undefined) return;
			const limit = Math.max(PRECISION, beyondEdge * Math.min(first.width, first.height));
			for (const { object, box } of labels) {
				if (box === undefined) continue;
				const value = Math.min(...sizes.map((size) => pixelsBeyond(box, size)));
				if (value <= limit) continue;
				const isGone = sizes.every((size) => !overlaps(box, size));
				const name = project.nameOf(object.className);
				const size = `${first.width} × ${first.height} pixels`;
				yield {
					severity: isGone ? 'high' : 'medium',
					reason: isGone
						? `This "${name}" is outside the image (${size}). Delete it, or check whether the image was replaced or resized.`
						: `This "${name}" extends ${shownNumber(value)} pixels beyond the edge of the image (${size}). Move its edge into the image.`,
					image,
					label: object,
					measure: 'pixelsOutside',
					value,
					limit,
				};
			}
		},
	}),
};

/** How far the box reaches beyond the image, in pixels; 0 or less if it is inside. */
function pixelsBeyond({ x, y, width, height }: Box, size: ImageSize): number {
	return Math.max(-x, -y, x + width - size.width, y + height - size.height);
}

function overlaps({ x, y, width, height }: Box, size: ImageSize): boolean {
	return x < size.width && y < size.height && x + width > 0 && y + height > 0;
}
