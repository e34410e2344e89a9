import type { CoordinateFrame, LabeledImage } from '@datagym/labels';
import type { DatasetParameters } from './parameters';

interface OrientationPart {
	readonly imageCount: number;
	readonly action: 'kept' | 'tagRemoved' | 'madeUpright';
	readonly frame: CoordinateFrame;
}

/** What was done with photographs whose files say that they are to be turned; nothing if the files were not read. */
export function orientationPart(
	{ frame, includesImages, turnsPixels }: DatasetParameters,
	images: readonly LabeledImage[],
): { orientation?: OrientationPart } {
	const known = images.filter(({ orientation }) => orientation !== undefined);
	if (known.length === 0) return {};
	const imageCount = known.filter(({ orientation }) => orientation !== 1).length;
	const action = turnsPixels ? 'madeUpright' : frame === 'stored' && includesImages ? 'tagRemoved' : 'kept';
	return { orientation: { imageCount, action, frame } };
}
