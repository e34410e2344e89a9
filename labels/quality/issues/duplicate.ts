import type { IssueKind } from './issue';
import { nearPairs } from './nearPairs';
import { shownNumber, shownShare } from './numbers';
import { type Likeness, likenessOf } from './sameShape';
import { sameKey } from '../../classes/classKey';

/** Boxes of polygons that are the same overlap at least this much of what the polygons do. */
export const BOX_SHARE = 0.9;

export const duplicate: IssueKind = {
	key: 'duplicate',
	name: 'Duplicates',
	description: 'Labels of one class with nearly the same shape',
	search: (project, { sameShape }) => ({
		*look({ image, labels }) {
			const reported = new Set<number>();
			for (const [first, second] of nearPairs(labels, sameShape * BOX_SHARE, (index) => reported.has(index))) {
				const { className } = second.object;
				if (!sameKey(first.object.className, className)) continue;
				const likeness = likenessOf(first, second, sameShape);
				if (likeness === undefined) continue;
				reported.add(second.index);
				yield {
					severity: 'high',
					reason: `This "${project.nameOf(className)}" is labeled twice: ${likenessInWords(likeness)}. Delete one of them.`,
					image,
					label: second.object,
					otherLabel: first.object,
					...likeness,
				};
			}
		},
	}),
};

export function likenessInWords({ measure, value }: Likeness): string {
	return measure === 'iou'
		? `the two shapes overlap by ${shownShare(value)}`
		: `the two are at most ${shownNumber(value)} pixels apart`;
}
