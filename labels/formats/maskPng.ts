import { writeIndexedPng } from '../codecs/indexedPng';
import type { LabeledImage } from '../model';
import type { LabelWriting } from './boxes';
import { maskPalette, paintClassMask } from './classMask';

/** One image's mask of classes (`paintClassMask`) as a PNG with a palette: 0 = background, class number + 1 = palette index. */
export function writeMaskPng(image: LabeledImage, writing: LabelWriting): Uint8Array | undefined {
	const mask = paintClassMask(image, writing);
	return mask && writeIndexedPng(mask.width, mask.height, mask.pixels, maskPalette(writing.classes));
}
