import type { ConversionReport } from '../dataset/conversionReport';
import { type LabeledImage, type LabelObject, labelOf } from '../model';

/** The labels that the import can hold, and the segmentations, which are drawn label by label. */
export function apartFromDrawn(image: LabeledImage): {
	readonly image: LabeledImage;
	readonly drawn: readonly LabelObject[];
} {
	const drawn = image.objects.filter(isDrawn);
	if (drawn.length === 0) return { image, drawn };
	return { image: { ...image, objects: image.objects.filter((object) => !isDrawn(object)) }, drawn };
}

/** Makes each region of a segmentation a label, since a label of DataGym holds one. What is nested stays in the first. */
export function withRegionsApart(image: LabeledImage, report: ConversionReport): LabeledImage {
	const objects = image.objects.flatMap((object): readonly LabelObject[] => {
		const { geometry, className, children } = object;
		if (geometry.type !== 'segmentation' || geometry.regions.length < 2) return [object];
		report.add('several-labels', labelOf(image), className);
		return geometry.regions.map((region, part) => ({
			...object,
			geometry: { type: 'segmentation', regions: [region] },
			children: part === 0 ? children : [],
		}));
	});
	return { ...image, objects };
}

function isDrawn({ geometry }: LabelObject): boolean {
	return geometry.type === 'segmentation';
}
