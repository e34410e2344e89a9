import { briefsOf, type CoordinateFrame, type ImageList, type Steps } from '@datagym/labels';
import type { DatasetParameters } from './parameters';

interface OrientationPart {
	readonly imageCount: number;
	readonly action: 'kept' | 'tagRemoved' | 'madeUpright';
	readonly frame: CoordinateFrame;
}

/** What was done with photographs whose files say that they are to be turned; nothing if the files were not read. */
export function* orientationPart(
	{ frame, includesImages, turnsPixels }: DatasetParameters,
	images: ImageList,
): Steps<{ orientation?: OrientationPart }> {
	let isKnown = false;
	let imageCount = 0;
	for (const { orientation } of briefsOf(images)) {
		isKnown ||= orientation !== undefined;
		if ((orientation ?? 1) !== 1) imageCount++;
		yield;
	}
	if (!isKnown) return {};
	const action = turnsPixels ? 'madeUpright' : frame === 'stored' && includesImages ? 'tagRemoved' : 'kept';
	return { orientation: { imageCount, action, frame } };
}
