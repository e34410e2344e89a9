import type { IssueKind } from './issue';
import { NearLabels, placedLabels, type PlacedLabel } from './nearLabels';
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
			const kept = new NearLabels(sameShape * BOX_SHARE);
			for (const label of placedLabels(labels)) {
				const twin = twinOf(label, kept, sameShape);
				// What is reported may be deleted, so that nothing else is reported because of it.
				if (twin === undefined) kept.add(label);
				else
					yield {
						severity: 'high',
						reason: `This "${project.nameOf(label.object.className)}" is labeled twice: ${likenessInWords(twin.likeness)}. Delete one of them.`,
						image,
						label: label.object,
						otherLabel: twin.label.object,
						...twin.likeness,
					};
			}
		},
	}),
};

function twinOf(
	label: PlacedLabel,
	kept: NearLabels,
	sameShape: number,
): { readonly label: PlacedLabel; readonly likeness: Likeness } | undefined {
	for (const other of kept.near(label)) {
		if (!sameKey(other.object.className, label.object.className)) continue;
		const likeness = likenessOf(other, label, sameShape);
		if (likeness !== undefined) return { label: other, likeness };
	}
	return undefined;
}

export function likenessInWords({ measure, value }: Likeness): string {
	return measure === 'iou'
		? `the two shapes overlap by ${shownShare(value)}`
		: `the two are at most ${shownNumber(value)} pixels apart`;
}
