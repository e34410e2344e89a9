import { eachObject, type LabelObject } from '../model';
import { oneImage, reading, type RoundTripFormat, writing } from './format';
import { BOX_CONVERSIONS, boxesOf, type LabelWriting } from './shared/boxes';
import { countLostKeypoints, keypointPlaces, type KeypointLabel, withKeypoints } from './shared/keypoints';
import { recognizedIf } from './shared/recognition';
import {
	boxNumbers,
	fraction,
	isLeftAsFraction,
	ROW_CONVERSIONS,
	writeRows,
	yoloFiles,
	type YoloWriter,
} from './shared/yoloDataset';
import { kindOf } from './yolo';
import { readYoloPose } from './yoloPoseReader';

export interface YoloPoseWriting extends LabelWriting {
	/** Class keys of the points, in the order of the dataset's `kpt_shape`. */
	readonly keypoints: readonly string[];
}

/**
 * YOLO pose: rows `class cx cy w h` and `x y visible` for each of the keypoints, fractions as in the other files of YOLO.
 * A row is a box (or the box around another shape) with the points that are nested in it; a missing one is `0 0 0`.
 *
 * Skipped: points that are not nested in a box, a second point of one class. Source: docs.ultralytics.com/datasets/pose.
 */
export const writeYoloPose: YoloWriter<YoloPoseWriting> = (image, options) =>
	writeRows(image, options, (sized) => {
		const { classes, report } = options;
		const parted = new Map<LabelObject, KeypointLabel>();
		const part = (object: LabelObject): LabelObject => {
			const label = withKeypoints(object, options.keypoints, ({ className }) => className);
			const bare = { ...label.object, children: label.object.children.map(part) };
			parted.set(bare, label);
			return bare;
		};
		const bare = { ...sized, objects: sized.objects.map(part) };
		const boxes = boxesOf(bare, { classes, report, isLeft: (box) => isLeftAsFraction(box, sized) });
		const written = new Set(boxes.map(({ object }) => object));
		eachObject(bare, (object) => {
			const label = parted.get(object);
			if (label !== undefined && !written.has(object)) countLostKeypoints(label, sized, report);
		});
		return boxes.map(({ object, datasetClass, box }) => {
			const label = parted.get(object);
			const places = label === undefined ? [] : keypointPlaces(label, sized, report);
			const numbers = places.map((place) =>
				place === undefined ? '0 0 0' : `${fraction(place.x, sized.width)} ${fraction(place.y, sized.height)} 2`,
			);
			const seen = options.keypoints.filter((_, index) => places[index] !== undefined);
			return {
				classNames: [object.className, ...seen],
				text: [datasetClass.id, boxNumbers(box, sized), ...numbers].join(' '),
			};
		});
	});

export const yoloPose: RoundTripFormat = {
	key: 'yoloPose',
	name: 'YOLO Pose',
	reads: reading({
		input: 'text',
		description: 'Label file (.txt) of boxes with keypoints',
		isStrict: false,
		parameters: ['image', 'classNames', 'keypoints', 'labelClasses'],
		unit: () => 'fractions',
		recognizes: (text) => recognizedIf(typeof text === 'string' && kindOf(text) === 'pose'),
		read: (text, { image, ...parameters }) => oneImage(readYoloPose(text, image, parameters)),
	}),
	writes: writing({
		description: 'Boxes with nested points as keypoints',
		orientation: 'applied',
		needsSizes: true,
		alwaysIncludesImages: false,
		// Points are keypoints here, and lines are nothing: as classes they could never be trained.
		classTypes: ['rectangle', 'polygon', 'segmentation'],
		conversions: [...BOX_CONVERSIONS, ...ROW_CONVERSIONS],
		parameters: ['keypoints'],
		files: (images, dataset) => yoloFiles(images, dataset, (image) => writeYoloPose(image, dataset), dataset.keypoints),
	}),
};
