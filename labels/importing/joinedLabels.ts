import type { LabeledImage, LabelObject } from '../model';

/**
 * What two label files of one dataset say of an image. A label that both have, with the same class and the same geometry, is one, with
 * what either has inside: COCO repeats the people of `instances_val2017.json` in `person_keypoints_val2017.json`.
 */
export function joinedLabels(one: LabeledImage, other: LabeledImage): LabeledImage {
	return {
		...one,
		objects: joinedObjects(one.objects, other.objects),
		classifications: { ...one.classifications, ...other.classifications },
	};
}

function joinedObjects(one: readonly LabelObject[], other: readonly LabelObject[]): LabelObject[] {
	const left = new Map<string, LabelObject[]>();
	for (const object of other) {
		const key = keyOf(object);
		const same = left.get(key);
		if (same === undefined) left.set(key, [object]);
		else same.push(object);
	}
	const joined = one.map((object) => {
		const twin = left.get(keyOf(object))?.shift();
		if (twin === undefined) return object;
		return {
			...object,
			children: joinedObjects(object.children, twin.children),
			classifications: { ...object.classifications, ...twin.classifications },
		};
	});
	return [...joined, ...[...left.values()].flat()];
}

function keyOf({ className, geometry }: LabelObject): string {
	return `${className}\n${JSON.stringify(geometry)}`;
}
