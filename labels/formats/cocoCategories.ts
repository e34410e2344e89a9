import type { CocoCategory } from './cocoReader';

/** Names of the 80 classes of COCO 2017 under their ids, 1 to 90 with gaps. Source: `instances_val2017.json`. */
const NAMES: readonly (readonly [firstId: number, names: string])[] = [
	[1, 'person,bicycle,car,motorcycle,airplane,bus,train,truck,boat,traffic light,fire hydrant'],
	[13, 'stop sign,parking meter,bench,bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe'],
	[27, 'backpack,umbrella'],
	[
		31,
		'handbag,tie,suitcase,frisbee,skis,snowboard,sports ball,kite,baseball bat,baseball glove,skateboard,surfboard,tennis racket,bottle',
	],
	[
		46,
		'wine glass,cup,fork,knife,spoon,bowl,banana,apple,sandwich,orange,broccoli,carrot,hot dog,pizza,donut,cake,chair,couch,potted plant,bed',
	],
	[67, 'dining table'],
	[70, 'toilet'],
	[72, 'tv,laptop,mouse,remote,keyboard,cell phone,microwave,oven,toaster,sink,refrigerator'],
	[84, 'book,clock,vase,scissors,teddy bear,hair drier,toothbrush'],
];

/** Categories for the results of models that were trained on COCO itself, to be given to `readCocoResults`. */
export const COCO_TRAINED_CATEGORIES: ReadonlyMap<string, CocoCategory> = new Map(
	NAMES.flatMap(([firstId, names]) =>
		names.split(',').map((name, offset): [string, CocoCategory] => [String(firstId + offset), { name, keypoints: [] }]),
	),
);
