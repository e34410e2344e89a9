import { classificationsOf } from '../classes/attributes';
import type { LabeledImage } from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import { isList, isPositive, isRecord, type JsonRecord, shown, textOf } from '../parsing/record';
import type { Steps } from '../steps/steps';
import { type CocoCategory, idOf } from './cocoAnnotation';
import { CocoAnnotations } from './cocoAnnotations';

/** Images and categories of an instances file by their ids, which results refer to. */
export interface CocoIndex {
	readonly images: ReadonlyMap<string, LabeledImage>;
	readonly categories: ReadonlyMap<string, CocoCategory>;
}

/** The lists of an instances file, which come in any order. */
export const COCO_LISTS = ['images', 'annotations', 'categories'] as const;
export type CocoList = (typeof COCO_LISTS)[number];

/** Elements that are taken in, or annotations that are dealt out, in one step. */
const STEP = 4096;

/**
 * A COCO file that is taken in element by element, while it arrives. A value of it stands for the parsed file. Takes anything and never
 * throws.
 */
export class CocoFile {
	private readonly images = new Map<string, LabeledImage>();
	private readonly categories = new Map<string, CocoCategory>();
	private readonly annotations = new CocoAnnotations();
	private readonly problems: Record<CocoList, LabelProblem[]> = { images: [], annotations: [], categories: [] };
	private result: SortedCoco | undefined;
	private readonly counts: Record<CocoList, number> = { images: 0, annotations: 0, categories: 0 };

	/** A parsed file. */
	static *of(value: unknown): Steps<CocoFile> {
		const file = new CocoFile();
		for (const list of COCO_LISTS) yield* file.adding(list, isRecord(value) ? value[list] : undefined);
		return file;
	}

	add(list: CocoList, element: unknown): void {
		const position = this.counts[list]++;
		if (list === 'annotations') this.annotations.add(element);
		else if (list === 'images') this.addImage(element, position);
		else this.addCategory(element, position);
	}

	/** Of all elements of the list that there are in a parsed file; says so if there is no list. */
	*adding(list: CocoList, elements: unknown): Steps<void> {
		if (isList(elements))
			for (const [position, element] of elements.entries()) {
				if (position % STEP === 0) yield;
				this.add(list, element);
			}
		else
			this.problems[list].push(
				readingError(
					'unreadable',
					list,
					`A COCO file must contain a list "${list}", but got ${shown(elements)}. Provide the complete file.`,
				),
			);
	}

	/** The images without their labels, and the categories. */
	index(): CocoIndex & { readonly problems: LabelProblem[] } {
		const problems = [...this.problems.images, ...this.problems.categories];
		return { images: this.images, categories: this.categories, problems };
	}

	/** The images with their labels. Nothing can be added from then on. */
	*sorted(): Steps<SortedCoco> {
		return (this.result ??= yield* this.sort());
	}

	/** Deals out the annotations to the images. */
	private *sort(): Steps<SortedCoco> {
		const ids = [...this.images.keys()];
		const categories = [...this.categories.values()];
		const places = { images: placesOf(ids), categories: placesOf([...this.categories.keys()]) };
		const problems: LabelProblem[] = [...this.problems.annotations];
		const { annotations } = this;
		const imageOf = new Uint32Array(annotations.length);
		const starts = new Uint32Array(ids.length + 1);
		for (let position = 0; position < annotations.length; position++) {
			if (position % STEP === 0) yield;
			const place = annotations.placeOf(position, places, categories, problems);
			imageOf[position] = place ?? ids.length;
			if (place !== undefined) starts[place + 1] = (starts[place + 1] ?? 0) + 1;
		}
		for (let place = 0; place < ids.length; place++)
			starts[place + 1] = (starts[place + 1] ?? 0) + (starts[place] ?? 0);
		const next = starts.slice();
		const order = new Uint32Array(starts[ids.length] ?? 0);
		for (let position = 0; position < annotations.length; position++) {
			if (position % STEP === 0) yield;
			const place = imageOf[position] ?? ids.length;
			if (place === ids.length) continue;
			const at = next[place] ?? 0;
			order[at] = position;
			next[place] = at + 1;
		}
		const images = [...this.images.values()];
		return {
			problems: [...this.problems.images, ...this.problems.categories, ...problems],
			*images() {
				for (const [place, image] of images.entries()) {
					const own = order.subarray(starts[place], starts[place + 1]);
					yield { ...image, objects: annotations.objectsAt(own, categories) };
				}
			},
		};
	}

	private addImage(image: unknown, position: number): void {
		const id = isRecord(image) ? idOf(image.id) : undefined;
		const { images: problems } = this.problems;
		if (!isRecord(image) || id === undefined)
			problems.push(
				readingError('unreadable', `images[${position}]`, 'This image has no ID. Provide a whole number as "id".'),
			);
		else if (this.images.has(id))
			problems.push(
				readingError(
					'duplicate',
					`images[${position}].id`,
					`Two images have the ID ${id}; the first one is used. Use a different ID for each image.`,
				),
			);
		else this.images.set(id, readImage(image));
	}

	private addCategory(category: unknown, position: number): void {
		const id = isRecord(category) ? idOf(category.id) : undefined;
		const name = isRecord(category) ? textOf(category.name) : undefined;
		if (!isRecord(category) || id === undefined || name === undefined)
			this.problems.categories.push(
				readingError('unreadable', `categories[${position}]`, 'This category has no ID or no name. Provide both.'),
			);
		else
			this.categories.set(id, {
				name,
				keypoints: isList(category.keypoints) ? category.keypoints.filter((part) => typeof part === 'string') : [],
			});
	}
}

/** A file of which it is known which annotation belongs to which image. */
interface SortedCoco {
	readonly problems: readonly LabelProblem[];
	/** In the order of the file; the labels are made while they are read. */
	readonly images: () => Generator<LabeledImage, void, undefined>;
}

/** IDs are numbers, but some tools write texts: both are found. */
function placesOf(ids: readonly string[]): ReadonlyMap<string | number, number> {
	const places = new Map<string | number, number>();
	for (const [place, id] of ids.entries()) {
		places.set(id, place);
		if (String(Number(id)) === id) places.set(Number(id), place);
	}
	return places;
}

function readImage(image: JsonRecord): LabeledImage {
	const { width, height } = image;
	return {
		imageId: textOf(image.datagym_id) ?? '',
		imageName: textOf(image.file_name) ?? '',
		...(isPositive(width) && isPositive(height) && { width, height }),
		objects: [],
		classifications: classificationsOf(image.attributes),
	};
}
