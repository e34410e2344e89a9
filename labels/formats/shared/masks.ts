import { readMaskImage } from '../../codecs/maskImage';
import { decompressRunLengths } from '../../geometry/mask';
import { regionsOfMask } from '../../geometry/maskPolygons';
import { polygonsOfMask } from '../../geometry/maskShapes';
import type { Box } from '../../geometry/shapes';
import type { Geometry, Region } from '../../model';
import { type JsonRecord, numbersOf } from '../../parsing/record';

/** Pixels; a few bytes of run lengths can claim any size. */
const LARGEST_MASK = 100_000_000;

/**
 * The shape of a PNG mask (its bytes, or text in base64 with or without `data:`), as a segmentation that follows its pixels,
 * or a sentence that says why there is none. `place` is the box in the image that the mask fills; without it, the pixels of the
 * mask are those of the image.
 */
export function readPngMask(source: string | Uint8Array, place?: Box): Geometry | string {
	const mask = readMaskImage(source);
	return typeof mask === 'string' ? mask : segmentation(polygonsOfMask(mask, place), TOO_DETAILED);
}

/** The shape of COCO's run lengths, plain or compressed: `{"counts": [6, 2, …] or "62…", "size": [height, width]}`. */
export function readRunLengths({ counts, size }: JsonRecord): Geometry | string {
	const runs = typeof counts === 'string' ? decompressRunLengths(counts) : numbersOf(counts);
	const [height = 0, width = 0] = numbersOf(size, 2) ?? [];
	const isSize =
		Number.isInteger(width) && Number.isInteger(height) && width * height > 0 && width * height <= LARGEST_MASK;
	return segmentation(
		runs !== undefined && isSize ? regionsOfMask(runs, width, height) : undefined,
		'The run lengths do not match the size of the mask. Create the mask again.',
	);
}

const TOO_DETAILED = 'The mask is noise of millions of edges. Provide a mask of areas.';

function segmentation(regions: Region[] | undefined, fault: string): Geometry | string {
	if (regions === undefined) return fault;
	return regions.length === 0 ? 'The mask is empty. Remove it.' : { type: 'segmentation', regions };
}
