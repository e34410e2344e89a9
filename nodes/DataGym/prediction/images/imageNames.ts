import { imageNameFor, nameKey, unicodeImageNameFor } from '@datagym/client';
import { possibleFileNames, stemOf } from '@datagym/labels';
import { LongMap } from '@datagym/shared/longMap';
import { originalNames } from './originalNames';

/** An image as far as it must be known to find it. */
export interface NamedImage {
	readonly imageId: string;
	readonly imageName: string;
}

/** Label files and COCO's own images are called after their images: front.txt, or 397133 for 000000397133.jpg. */
const LABEL_FILE = /\.(txt|xml|json)$/i;
const COCO_DIGITS = 12;

/** Finds images by their names. */
export class ImageNames {
	private readonly byName = new LongMap<Images>();
	private readonly byKey = new LongMap<Images>();
	private readonly byStem = new LongMap<Images>();
	private loose: ReadonlyMap<string, readonly NamedImage[]> | undefined;
	private exported: ReadonlyMap<string, readonly NamedImage[]> | undefined;

	private constructor(private readonly images: readonly NamedImage[]) {}

	/** In steps, since there can be a million. */
	static *of(images: readonly NamedImage[]): Generator<undefined, ImageNames, void> {
		const names = new ImageNames(images);
		for (const image of images) {
			names.add(image);
			yield;
		}
		return names;
	}

	private add(image: NamedImage): void {
		const { imageName } = image;
		addTo(this.byName, imageName, image);
		addTo(this.byKey, nameKey(imageName), image);
		addTo(this.byStem, nameKey(imageName.replace(/\.[^.]*$/, '')), image);
	}

	/**
	 * As the images are called, or else as DataGym calls a file of that name and compares names, or else by the name without its
	 * extension, or else as their files are called in a training dataset.
	 */
	find(name: string): readonly NamedImage[] {
		const found = this.findInDataGym(name);
		if (found.length === 1) return found;
		// Two images that differ in their extension only have different names there.
		const exported = this.exportedNames().get(name.replace(LABEL_FILE, '').normalize('NFC')) ?? [];
		return found.length === 0 || exported.length === 1 ? exported : found;
	}

	/** The same without the names of a training dataset, which can be those of images that are called otherwise. */
	findInDataGym(name: string): readonly NamedImage[] {
		const uploaded = [...new Set([imageNameFor(name), unicodeImageNameFor(name)])];
		const found =
			all(this.byName.get(name)) ??
			first(uploaded, (each) => all(this.byName.get(each))) ??
			first(uploaded, (each) => all(this.byKey.get(nameKey(each))));
		return found ?? first(uploaded, (each) => this.findByStem(each)) ?? [];
	}

	private findByStem(uploaded: string): readonly NamedImage[] | undefined {
		const isStem = LABEL_FILE.test(uploaded) || !/\.\w+$/.test(uploaded);
		if (!isStem) return undefined;
		const stem = nameKey(uploaded.replace(LABEL_FILE, ''));
		const isNumber = /^\d+$/.test(stem);
		return all(this.byStem.get(stem) ?? (isNumber ? this.byStem.get(stem.padStart(COCO_DIGITS, '0')) : undefined));
	}

	/**
	 * By what is left of the name without the marks of other tools, or else without regard to anything but letters and digits. Several
	 * images mean that the name does not say which one.
	 */
	similar(name: string): readonly NamedImage[] {
		const originals = originalNames(name);
		const rules = [
			(original: string) => this.find(original),
			(original: string) => this.looseNames().get(looseKey(original)),
			(original: string) => this.looseNames().get(looseKey(stemOf(original))),
		];
		for (const rule of rules) {
			const found = new Set(originals.flatMap((original) => rule(original) ?? []));
			if (found.size > 0) return [...found];
		}
		return [];
	}

	/** Made once it is needed: by the whole name, and by the name without its extension. */
	private looseNames(): ReadonlyMap<string, readonly NamedImage[]> {
		if (this.loose !== undefined) return this.loose;
		const loose = new Map<string, NamedImage[]>();
		for (const image of this.images)
			for (const key of new Set([looseKey(image.imageName), looseKey(stemOf(image.imageName))]))
				if (key !== '') add(loose, key, image);
		return (this.loose = loose);
	}

	/** Made once it is needed. */
	private exportedNames(): ReadonlyMap<string, readonly NamedImage[]> {
		return (this.exported ??= exportedNamesOf(this.images));
	}
}

/** Nearly all names are those of one image, and lists take more memory. */
type Images = NamedImage | NamedImage[];

function addTo(images: LongMap<Images>, name: string, image: NamedImage): void {
	const others = images.get(name);
	if (others === undefined) images.set(name, image);
	else if ('imageId' in others) images.set(name, [others, image]);
	else others.push(image);
}

function all(images: Images | undefined): readonly NamedImage[] | undefined {
	return images !== undefined && 'imageId' in images ? [images] : images;
}

/** What is found for the first of the names that anything is found for. */
function first<Found>(names: readonly string[], find: (name: string) => Found | undefined): Found | undefined {
	for (const name of names) {
		const found = find(name);
		if (found !== undefined) return found;
	}
	return undefined;
}

function exportedNamesOf(images: Iterable<NamedImage>): ReadonlyMap<string, readonly NamedImage[]> {
	const names = new Map<string, NamedImage[]>();
	for (const image of images) {
		const files = possibleFileNames(image);
		for (const name of new Set([...files, ...files.map(stemOf)])) add(names, name, image);
	}
	return names;
}

function add(images: Map<string, NamedImage[]>, name: string, image: NamedImage): void {
	const others = images.get(name);
	if (others === undefined) images.set(name, [image]);
	else others.push(image);
}

/** Letters and digits only, since tools replace what else a name has in different ways: `front 01.jpg`, `front-01_jpg`. */
function looseKey(name: string): string {
	return nameKey(imageNameFor(name))
		.split(/[^\p{L}\p{N}]/u)
		.filter((part) => part !== '')
		.join('-');
}
