import { type LabelObject, nestByParent, type PlacedObject } from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import { isFiniteNumber, isList, isRecord, shown } from '../parsing/record';
import { type CocoCategory, idOf, readObject, withoutCategory, withoutImage } from './cocoAnnotation';

/** Annotations that a block of columns holds: growing a column would copy all that there are, and need twice the memory. */
const BLOCK = 2 ** 15;
/** Columns of a box. */
const [X, Y, WIDTH, HEIGHT, ID, IMAGE, CATEGORY, SCORE, COLUMNS] = [0, 1, 2, 3, 4, 5, 6, 7, 8] as const;

/** Where the images and categories are in their lists, by ID. */
interface CocoPlaces {
	readonly images: ReadonlyMap<string | number, number>;
	readonly categories: ReadonlyMap<string | number, number>;
}

/**
 * The annotations of a file, before anything is known of its images and categories. Boxes are kept as numbers, 64 bytes each, since a
 * million of them as objects would fill n8n's memory.
 */
export class CocoAnnotations {
	private readonly blocks: Float64Array[] = [];
	/** As they came, those that are more than boxes, by their places. */
	private readonly others = new Map<number, unknown>();
	private readonly read = new Map<number, PlacedObject>();
	private count = 0;

	get length(): number {
		return this.count;
	}

	add(annotation: unknown): void {
		const position = this.count++;
		if (position % BLOCK === 0) this.blocks.push(new Float64Array(BLOCK * COLUMNS));
		if (!isPlainBox(annotation)) {
			this.others.set(position, annotation);
			return;
		}
		const block = this.blockOf(position);
		const at = (position % BLOCK) * COLUMNS;
		const { bbox, score } = annotation;
		block[at + X] = bbox[0];
		block[at + Y] = bbox[1];
		block[at + WIDTH] = bbox[2];
		block[at + HEIGHT] = bbox[3];
		block[at + ID] = annotation.id;
		block[at + IMAGE] = annotation.image_id;
		block[at + CATEGORY] = annotation.category_id;
		block[at + SCORE] = score ?? Number.NaN;
	}

	/**
	 * Where the image of an annotation is in its list. Ask once for each annotation, before `objectsAt`.
	 *
	 * @returns undefined for one that cannot be read, which is told.
	 */
	placeOf(
		position: number,
		places: CocoPlaces,
		categories: readonly CocoCategory[],
		problems: LabelProblem[],
	): number | undefined {
		if (this.others.has(position)) return this.placeOfOther(position, places, categories, problems);
		const block = this.blockOf(position);
		const at = (position % BLOCK) * COLUMNS;
		const [imageId = 0, categoryId = 0] = [block[at + IMAGE], block[at + CATEGORY]];
		const image = places.images.get(imageId);
		const category = places.categories.get(categoryId);
		if (image === undefined) problems.push(withoutImage(pathOf(position), imageId));
		else if (category === undefined) problems.push(withoutCategory(pathOf(position), categoryId));
		else {
			block[at + CATEGORY] = category;
			return image;
		}
		return undefined;
	}

	private placeOfOther(
		position: number,
		places: CocoPlaces,
		categories: readonly CocoCategory[],
		problems: LabelProblem[],
	): number | undefined {
		const value = this.others.get(position);
		this.others.delete(position);
		const path = pathOf(position);
		if (!isRecord(value)) {
			problems.push(
				readingError('unreadable', path, `An annotation must be an object, but got ${shown(value)}. Remove it.`),
			);
			return undefined;
		}
		const image = places.images.get(idOf(value.image_id) ?? '');
		const category = categories[places.categories.get(idOf(value.category_id) ?? '') ?? -1];
		const object = category === undefined ? undefined : readObject(value, category);
		if (image === undefined) problems.push(withoutImage(path, value.image_id));
		else if (category === undefined || object === undefined) problems.push(withoutCategory(path, value.category_id));
		else if (typeof object === 'string') problems.push(readingError('coordinates', path, object, category.name));
		else {
			this.read.set(position, { id: idOf(value.id) ?? path, parent: idOf(value.parent_id), object });
			return image;
		}
		return undefined;
	}

	/** The labels of an image from its annotations, nested ones in the one that they are in. */
	objectsAt(positions: Uint32Array, categories: readonly CocoCategory[]): readonly LabelObject[] {
		const objects: LabelObject[] = [];
		let hasNested = false;
		for (const position of positions) {
			const other = this.read.size === 0 ? undefined : this.read.get(position);
			hasNested ||= other?.parent !== undefined;
			objects.push(other?.object ?? this.boxAt(position, categories));
		}
		if (!hasNested) return objects;
		return nestByParent(
			objects.map((object, index) => {
				const position = positions[index] ?? 0;
				const id = String(this.blockOf(position)[(position % BLOCK) * COLUMNS + ID]);
				return this.read.get(position) ?? { id, parent: undefined, object };
			}),
		);
	}

	private boxAt(position: number, categories: readonly CocoCategory[]): LabelObject {
		const block = this.blockOf(position);
		const at = (position % BLOCK) * COLUMNS;
		const [x = 0, y = 0, width = 0, height = 0] = [block[at + X], block[at + Y], block[at + WIDTH], block[at + HEIGHT]];
		const className = categories[block[at + CATEGORY] ?? 0]?.name ?? '';
		const geometry = { type: 'rectangle', x, y, width, height } as const;
		const score = block[at + SCORE] ?? Number.NaN;
		return Number.isNaN(score)
			? { className, geometry, classifications: NOTHING, children: NO_LABELS }
			: { className, geometry, classifications: NOTHING, children: NO_LABELS, score };
	}

	private blockOf(position: number): Float64Array {
		return this.blocks[Math.floor(position / BLOCK)] ?? NO_BLOCK;
	}
}

const NO_BLOCK = new Float64Array(0);
/** Shared by all boxes. */
const NOTHING = {};
const NO_LABELS: readonly LabelObject[] = [];

const pathOf = (position: number) => `annotations[${position}]`;

interface PlainBox {
	readonly id: number;
	readonly image_id: number;
	readonly category_id: number;
	readonly bbox: readonly [number, number, number, number];
	readonly score?: number;
}

/** A box without anything that numbers alone would not tell. */
function isPlainBox(annotation: unknown): annotation is PlainBox {
	if (!isRecord(annotation)) return false;
	const { bbox, segmentation, score } = annotation;
	return (
		typeof annotation.id === 'number' &&
		typeof annotation.image_id === 'number' &&
		typeof annotation.category_id === 'number' &&
		annotation.keypoints === undefined &&
		annotation.attributes === undefined &&
		annotation.parent_id === undefined &&
		(score === undefined || isFiniteNumber(score)) &&
		isBox(bbox) &&
		(segmentation === undefined || (isList(segmentation) && isOfBox(segmentation, bbox)))
	);
}

function isBox(bbox: unknown): bbox is readonly [number, number, number, number] {
	return (
		isList(bbox) &&
		bbox.length === 4 &&
		isFiniteNumber(bbox[0]) &&
		isFiniteNumber(bbox[1]) &&
		isFiniteNumber(bbox[2]) &&
		isFiniteNumber(bbox[3])
	);
}

/** Nothing, or the four corners of the box, as `writeCoco` writes them. */
function isOfBox(segmentation: readonly unknown[], [x, y, width, height]: PlainBox['bbox']): boolean {
	const [ring] = segmentation;
	if (segmentation.length === 0) return true;
	if (segmentation.length > 1 || !isList(ring) || ring.length !== 8) return false;
	const [right, bottom] = [x + width, y + height];
	return (
		ring[0] === x &&
		ring[1] === y &&
		ring[2] === right &&
		ring[3] === y &&
		ring[4] === right &&
		ring[5] === bottom &&
		ring[6] === x &&
		ring[7] === bottom
	);
}
