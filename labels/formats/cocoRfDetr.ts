import { bySplit, imageFiles } from '../dataset/datasetFile';
import type { Split } from '../dataset/splits';
import { COCO_WRITING, writeCoco } from './coco';
import { writing, type WritableFormat } from './format';
import { keypointNames } from './shared/keypoints';

const FOLDERS: Readonly<Record<Split, string>> = { train: 'train', val: 'valid', test: 'test' };

/**
 * COCO in the folders of Roboflow's exports, which RF-DETR reads: `<split>/_annotations.coco.json` beside the split's images,
 * where val is called `valid`. Source: roboflow/rf-detr, `rfdetr/datasets/coco.py`, `build_roboflow_from_coco`.
 */
export const cocoRfDetr: WritableFormat = {
	key: 'cocoRfDetr',
	name: 'COCO for RF-DETR',
	writes: writing({
		...COCO_WRITING,
		description: 'COCO in folders, as Roboflow exports it',
		readAs: 'coco',
		neededSplits: ['train', 'val'],
		*files(images, dataset) {
			const keypoints = yield* keypointNames(images, dataset.labelClasses, dataset.classes);
			yield* imageFiles(images, dataset, (split) => FOLDERS[split]);
			for (const [split, members] of yield* bySplit(images, dataset))
				yield { path: `${FOLDERS[split]}/_annotations.coco.json`, text: writeCoco(members, { ...dataset, keypoints }) };
		},
	}),
};
