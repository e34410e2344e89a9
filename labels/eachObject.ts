import type { LabeledImage, LabelObject } from './model';

/** Visits every object of an image, nested ones right after the one that they are in. */
export function eachObject(
	image: LabeledImage,
	visit: (object: LabelObject, parent: LabelObject | undefined) => void,
): void {
	visitAll(image.objects, undefined, visit);
}

function visitAll(
	objects: readonly LabelObject[],
	parent: LabelObject | undefined,
	visit: (object: LabelObject, parent: LabelObject | undefined) => void,
): void {
	for (const object of objects) {
		visit(object, parent);
		if (object.children.length > 0) visitAll(object.children, object, visit);
	}
}

/** What an image is called in messages. */
export function labelOf({ imageName, imageId }: LabeledImage): string {
	return imageName === '' ? imageId : imageName;
}
