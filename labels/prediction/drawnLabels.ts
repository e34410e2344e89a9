import type { LabeledImage, LabelObject } from '../model';

/** The labels that the import can hold, and the segmentations, which are drawn label by label. */
export function apartFromDrawn(image: LabeledImage): {
	readonly image: LabeledImage;
	readonly drawn: readonly LabelObject[];
} {
	const drawn = image.objects.filter(isDrawn);
	if (drawn.length === 0) return { image, drawn };
	return { image: { ...image, objects: image.objects.filter((object) => !isDrawn(object)) }, drawn };
}

function isDrawn({ geometry }: LabelObject): boolean {
	return geometry.type === 'segmentation';
}
