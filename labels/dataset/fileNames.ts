import { atOnce, type Steps } from '../steps/steps';
import type { ConversionReport } from './conversionReport';
import { shortHash } from './stableHash';

/** In bytes of UTF-8: together with a part of an id and what a format appends, a name stays below the 255 that disks take. */
const LONGEST_STEM = 170;
const LONGEST_EXTENSION = 32;
/** Names that Windows keeps for devices, whatever follows their first dot. */
const DEVICE_NAME = /^(?:con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(?= *(?:\.|$))/i;

/** By what trainers find the images of a folder. Each of them knows these, in upper case, too, and looks into the file for the rest. */
const ENDINGS = { jpeg: '.jpg', png: '.png' } as const;
const IMAGE_ENDING = /\.(?:jpe?g|png)$/i;

export interface NamedImage {
	readonly imageId: string;
	readonly imageName: string;
	/** What the file is, if it is known. */
	readonly fileType?: keyof typeof ENDINGS;
}

/**
 * File names for images, by image id: safe on every system (no folders, control characters or device names) and different
 * in their stem without regard to case, since label files differ from images by the extension only. A file whose type is
 * known ends so that trainers take it for an image: `photo` becomes `photo.jpg`, and `photo.v2` `photo.v2.jpg`.
 *
 * A name stays as it is whenever it can. Names that clash, all of them, get a part of their image's id, so that the
 * order of the images does not matter. Changed names are counted as `renamed`.
 *
 * @param fileStem how the format changes a name without its extension.
 */
export function* fileNameSteps(
	images: Iterable<NamedImage>,
	report: ConversionReport,
	fileStem = (stem: string) => stem,
): Steps<Map<string, string>> {
	const safeNameOf = (image: NamedImage) => {
		const { stem, extension } = safeImageName(image);
		return { stem: fileStem(stem), extension };
	};
	const counts = new Map<string, number>();
	for (const image of images) {
		const key = safeNameOf(image).stem.toLowerCase();
		counts.set(key, (counts.get(key) ?? 0) + 1);
		yield;
	}
	// Names that are different anyway need not be remembered.
	const used = new Set<string>();
	const names = new Map<string, string>();
	for (const image of images) {
		const { imageId, imageName } = image;
		const { stem, extension } = safeNameOf(image);
		const isUnique = counts.get(stem.toLowerCase()) === 1;
		const unique = isUnique ? stem : uniqueStem(stem, imageId, used, counts);
		if (!isUnique) used.add(unique.toLowerCase());
		const name = unique + extension;
		if (name !== imageName) report.add('renamed', imageName || imageId);
		// The name as the image has it, so that there is one text.
		names.set(imageId, name === imageName ? imageName : name);
		yield;
	}
	return names;
}

/** The same at once, of few images. */
export function fileNamesOf(...parameters: Parameters<typeof fileNameSteps>): Map<string, string> {
	return atOnce(fileNameSteps(...parameters));
}

/** Whether trainers take a file of that name for an image. */
export function hasImageEnding(imageName: string): boolean {
	return IMAGE_ENDING.test(safeName(imageName).extension);
}

/**
 * All names that the file of an image can have in a dataset of any images, besides numbers behind parts of ids that clash, too.
 * None if it is the image's own name anyway.
 */
export function possibleFileNames({ imageId, imageName }: NamedImage): string[] {
	const types = hasImageEnding(imageName) ? [undefined] : ([undefined, 'jpeg', 'png'] as const);
	const names = types.flatMap((fileType) => {
		const { stem, extension } = safeImageName({ imageName, ...(fileType && { fileType }) });
		// In a CSV, what a spreadsheet would run as a formula stands behind an apostrophe.
		return [stem, `'${stem}`, listedStem(stem), keyStem(stem)].flatMap((each) => [
			each + extension,
			`${each}_${partOf(imageId)}${extension}`,
		]);
	});
	return [...new Set(names)].filter((name) => name !== imageName);
}

function safeImageName({ imageName, fileType }: Omit<NamedImage, 'imageId'>): ReturnType<typeof safeName> {
	const { stem, extension } = safeName(imageName);
	if (fileType === undefined || IMAGE_ENDING.test(extension)) return { stem, extension };
	return { stem: stem + extension, extension: ENDINGS[fileType] };
}

/** A file name that cannot leave its folder, in stem and extension (with its dot), parted where trainers part it: at the last dot. */
export function safeName(name: string): { readonly stem: string; readonly extension: string } {
	const plain = withoutEnd(
		name
			.normalize('NFC')
			.replace(/[\p{Cc}\p{Cs}\u2028\u2029\u202a-\u202e\u2066-\u2069\\/:*?"<>|]/gu, '_')
			.replace(/^[. ]+/, ''),
	);
	const stem = stemOf(plain);
	const extension = withoutEnd(cut(plain.slice(stem.length), LONGEST_EXTENSION));
	const safeStem = withoutEnd(cut(stem, LONGEST_STEM)).replace(DEVICE_NAME, '$&_');
	return { stem: safeStem || 'image', extension };
}

/** A stem as a text file can list it, one in a line: what would begin a comment there, and blanks at the ends, become underscores. */
export function listedStem(stem: string): string {
	return stem.replace(/^[#\s]|\s$/g, '_');
}

/** A stem as a key of WebDataset, which ends at its first dot; `datasets` leaves out what begins with two underscores. */
export function keyStem(stem: string): string {
	return stem.replaceAll('.', '_').replace(/^__+/, '_');
}

/** A safe file name without its extension: what label files share with their image. */
export function stemOf(fileName: string): string {
	const dot = fileName.lastIndexOf('.');
	return dot > 0 ? fileName.slice(0, dot) : fileName;
}

/** The text without dots and blanks at its end, which Windows drops. `/[. ]+$/` takes quadratic time where many stand inside. */
function withoutEnd(text: string): string {
	let end = text.length;
	while (text[end - 1] === '.' || text[end - 1] === ' ') end--;
	return text.slice(0, end);
}

/** At most so many bytes of UTF-8, in whole characters. */
function cut(text: string, longest: number): string {
	const { read } = new TextEncoder().encodeInto(text, new Uint8Array(longest));
	return text.slice(0, read);
}

function uniqueStem(
	stem: string,
	imageId: string,
	used: ReadonlySet<string>,
	counts: ReadonlyMap<string, number>,
): string {
	const part = partOf(imageId);
	let unique = `${stem}_${part}`;
	for (let count = 2; used.has(unique.toLowerCase()) || counts.has(unique.toLowerCase()); count++)
		unique = `${stem}_${part}_${count}`;
	return unique;
}

/** Of an image's id, safe in a file name. */
function partOf(imageId: string): string {
	return /^[0-9a-z-]+$/i.test(imageId) ? imageId.slice(0, 8) : shortHash(imageId);
}
