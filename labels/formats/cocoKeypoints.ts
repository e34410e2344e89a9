import { bySplit, imageFiles } from '../dataset/datasetFile';
import { COCO_WRITING, writeCoco } from './coco';
import { writing, type WritableFormat } from './format';
import { keypointNames } from './shared/keypoints';

/**
 * `annotations/person_keypoints_<split>.json` and `images/<split>`: COCO with nothing but the classes that have keypoints, their category ids
 * being 1, 2, … Trainers of keypoints read `keypoints` of every annotation, and evaluate every category: pycocotools stops at an
 * annotation without any, torchvision's Keypoint R-CNN takes labels up to the number of classes.
 * Source: cocodataset.org/#keypoints-2017; pycocotools, `cocoeval.py`, `computeOks`; MMPose, `base_coco_style_dataset.py`.
 */
export const cocoKeypoints: WritableFormat = {
	key: 'cocoKeypoints',
	name: 'COCO Keypoints',
	writes: writing({
		...COCO_WRITING,
		description: 'Only classes with keypoints (points nested in them)',
		readAs: 'coco',
		conversions: [...COCO_WRITING.conversions, 'without-keypoints'],
		*files(images, dataset) {
			const keypoints = yield* keypointNames(images, dataset.labelClasses, dataset.classes);
			const ids = [...keypoints.keys()].sort((a, b) => a - b);
			const categoryIds = new Map(ids.map((classId, index) => [classId, index + 1]));
			yield* imageFiles(images, dataset, (split) => `images/${split}`);
			for (const [split, members] of yield* bySplit(images, dataset))
				yield {
					path: `annotations/person_keypoints_${split}.json`,
					text: writeCoco(members, { ...dataset, keypoints, categoryIds }),
				};
		},
	}),
};
