import { type LabelObject, labelOf, type PointGeometry } from '../model';
import { writing, type WritableFormat } from './format';
import { BOX_CONVERSIONS, boxesOf, type LabelWriting, type SizedImage } from './shared/boxes';
import { boxNumbers, fraction, ROW_CONVERSIONS, writeRows, yoloFiles, type YoloWriter } from './shared/yoloDataset';

export interface YoloPoseWriting extends LabelWriting {
	/** Class keys of the points, in the order of the dataset's `kpt_shape`. */
	readonly keypoints: readonly string[];
}

interface Keypoint extends LabelObject {
	readonly geometry: PointGeometry;
}

/**
 * YOLO pose: rows `class cx cy w h` and `x y visible` for each of the keypoints, fractions as in the other files of YOLO.
 * A row is a box (or the box around another shape) with the points that are nested in it; a missing one is `0 0 0`.
 *
 * Skipped: points that are not nested in a box, a second point of one class. Source: docs.ultralytics.com/datasets/pose.
 */
export const writeYoloPose: YoloWriter<YoloPoseWriting> = (image, options) =>
	writeRows(image, options, (sized) => {
		const keypoints = new Map<LabelObject, readonly Keypoint[]>();
		const objects = sized.objects.map((object) => {
			const inside = object.children
				.filter(isKeypoint)
				.filter(({ className }) => options.keypoints.includes(className));
			const first = options.keypoints.flatMap((key) => inside.find(({ className }) => className === key) ?? []);
			const bare = {
				...object,
				children: object.children.filter((child) => !first.some((keypoint) => keypoint === child)),
			};
			keypoints.set(bare, first);
			return bare;
		});
		return boxesOf({ ...sized, objects }, options).map(({ object, datasetClass, box }) => {
			const numbers = keypointNumbers(keypoints.get(object) ?? [], sized, options);
			return `${datasetClass.id} ${boxNumbers(box, sized)} ${numbers}`;
		});
	});

function keypointNumbers(
	keypoints: readonly Keypoint[],
	image: SizedImage,
	{ keypoints: keys, report }: YoloPoseWriting,
): string {
	return keys
		.map((key) => {
			const keypoint = keypoints.find(({ className }) => className === key);
			if (keypoint === undefined) return '0 0 0';
			const { x, y } = keypoint.geometry;
			if (x >= 0 && y >= 0 && x <= image.width && y <= image.height)
				return `${fraction(x, image.width)} ${fraction(y, image.height)} 2`;
			report.add('outside', labelOf(image), key);
			return '0 0 0';
		})
		.join(' ');
}

function isKeypoint(object: LabelObject): object is Keypoint {
	return object.geometry.type === 'point';
}

export const yoloPose: WritableFormat = {
	key: 'yoloPose',
	name: 'YOLO Pose',
	writes: writing({
		description: 'Boxes with the points nested in them as keypoints, for Ultralytics',
		orientation: 'applied',
		needsSizes: true,
		alwaysIncludesImages: false,
		conversions: [...BOX_CONVERSIONS, ...ROW_CONVERSIONS],
		parameters: ['keypoints'],
		files: (images, dataset) => yoloFiles(images, dataset, (image) => writeYoloPose(image, dataset), dataset.keypoints),
	}),
};
