import { decodingPng, type Png } from '../codecs/png';
import { isFiniteNumber, isList, isRecord, type JsonRecord, textOf } from '../parsing/record';
import type { Steps } from '../steps/steps';

/** A panoptic dataset of COCO: labels whose shapes are in a PNG for each image. */
export interface Panoptic {
	readonly categories: unknown;
	readonly images: unknown;
	readonly annotations: ReadonlyArray<{
		readonly imageId: unknown;
		readonly fileName: string;
		readonly segments: readonly JsonRecord[];
	}>;
}

/**
 * Reads the JSON of a panoptic dataset. Source: cocodataset.org/#format-data, "Panoptic Segmentation".
 *
 * @returns undefined for anything else.
 */
export function readPanoptic(value: unknown): Panoptic | undefined {
	if (!isRecord(value) || !isList(value.annotations) || value.annotations.length === 0) return undefined;
	const annotations = value.annotations.flatMap((each) => {
		const fileName = isRecord(each) ? textOf(each.file_name) : undefined;
		if (!isRecord(each) || fileName === undefined || !isList(each.segments_info)) return [];
		return [{ imageId: each.image_id, fileName, segments: each.segments_info.filter(isRecord) }];
	});
	if (annotations.length < value.annotations.length) return undefined;
	return { categories: value.categories, images: value.images, annotations };
}

/**
 * The segments of an image as COCO's instances, in run lengths: each segment is one label of its category, with its holes and parts.
 *
 * @param png whose pixels are R + 256 G + 65536 B, the `id` of their segment, or 0 (github.com/cocodataset/panopticapi, "rgb2id").
 * @returns a sentence if the PNG cannot be read.
 */
export function* panopticInstances(
	{ imageId, segments }: Panoptic['annotations'][number],
	png: Uint8Array,
): Steps<JsonRecord[] | string> {
	const decoded = yield* decodingPng(png);
	if (typeof decoded === 'string') return decoded;
	if (decoded.channels < 3 || decoded.bitDepth !== 8)
		return 'The panoptic PNG must have 8 bits of red, green and blue.';
	const runs = yield* runsOf(decoded);
	return segments.flatMap(({ id, category_id }): JsonRecord[] => {
		const found = isFiniteNumber(id) ? runs.get(id) : undefined;
		if (found === undefined) return [];
		const counts = [...found.counts, decoded.width * decoded.height - found.end];
		return [
			{ image_id: imageId, category_id, iscrowd: 1, segmentation: { size: [decoded.height, decoded.width], counts } },
		];
	});
}

interface Runs {
	/** Pixels outside and inside in turn, column by column from the left. */
	readonly counts: number[];
	/** Where the last of them ends. */
	end: number;
}

function* runsOf({ width, height, channels, data }: Png): Steps<Map<number, Runs>> {
	const runs = new Map<number, Runs>();
	let [current, start] = [0, 0];
	const finish = (end: number) => {
		if (current === 0 || end === start) return;
		const known = runs.get(current) ?? { counts: [], end: 0 };
		known.counts.push(start - known.end, end - start);
		known.end = end;
		runs.set(current, known);
	};
	for (let column = 0, pixel = 0; column < width; column++) {
		yield;
		for (let row = 0; row < height; row++, pixel++) {
			const at = (row * width + column) * channels;
			const id = (data[at] ?? 0) + 256 * (data[at + 1] ?? 0) + 65_536 * (data[at + 2] ?? 0);
			if (id === current) continue;
			finish(pixel);
			[current, start] = [id, pixel];
		}
	}
	finish(width * height);
	return runs;
}
