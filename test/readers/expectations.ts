import type { Classifications, LabeledImage, LabelObject } from '@datagym/labels/model';
import { EXPECTED_NAMES, EXCLUDED, NAMES } from './classes';

type Pair = readonly [number, number];

/** A label as the Python checks take it: coordinates of the displayed image; all that a format asks of them is computed there. */
interface ExpectedObject {
	readonly id: number;
	/** Id of the label that it is nested in. */
	readonly parent: number | null;
	/** Name in the dataset; nothing when the class is left out or unknown. */
	readonly class: string | null;
	readonly key: string;
	readonly type: string;
	/** Regions of rings, of areas; `[[points]]` of lines and points. */
	readonly regions: readonly (readonly (readonly Pair[])[])[];
	readonly score: number | null;
	/** Answers by the path of their question. */
	readonly answers: Readonly<Record<string, readonly string[]>>;
}

/** As the file itself tells; its size is the stored one. */
interface ExpectedFile {
	readonly fileName: string;
	readonly split: string;
	readonly sha256: string;
	readonly width: number;
	readonly height: number;
	readonly orientation: number;
}

export function expectedImage(image: LabeledImage, file: ExpectedFile) {
	const objects: ExpectedObject[] = [];
	const add = (object: LabelObject, parent: number | null) => {
		const id = objects.length;
		objects.push(expectedObject(object, id, parent));
		for (const child of object.children) add(child, id);
	};
	for (const object of image.objects) add(object, null);
	const { imageId, imageName } = image;
	return {
		id: imageId,
		name: imageName,
		...file,
		answers: flat(image.classifications),
		objects,
	};
}

function expectedObject(
	{ className, geometry, classifications, score }: LabelObject,
	id: number,
	parent: number | null,
): ExpectedObject {
	const name = NAMES[className] ?? className;
	const isKnown = !EXCLUDED.includes(className) && EXPECTED_NAMES.includes(name);
	return {
		id,
		parent,
		class: isKnown ? name : null,
		key: className,
		type: geometry.type,
		regions: regionsOf(geometry),
		score: score ?? null,
		answers: flat(classifications),
	};
}

function regionsOf(geometry: LabelObject['geometry']): Pair[][][] {
	switch (geometry.type) {
		case 'rectangle': {
			const { x, y, width, height } = geometry;
			return [
				[
					[
						[x, y],
						[x + width, y],
						[x + width, y + height],
						[x, y + height],
					],
				],
			];
		}
		case 'point':
			return [[[[geometry.x, geometry.y]]]];
		case 'line':
		case 'polygon':
			return [[geometry.points.map(({ x, y }) => [x, y])]];
		case 'segmentation':
			return geometry.regions.map((rings) => rings.map((ring) => ring.map(({ x, y }) => [x, y])));
	}
}

function flat(classifications: Classifications, prefix = ''): Record<string, readonly string[]> {
	return Object.fromEntries(
		Object.entries(classifications).flatMap(([key, { values, children }]) => [
			...(values.length > 0 ? [[prefix + key, values] as const] : []),
			...Object.entries(flat(children, `${prefix}${key}/`)),
		]),
	);
}
