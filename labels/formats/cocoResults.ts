import type { LabeledImage } from '../model';
import { isFiniteNumber, isList, isRecord, type JsonRecord, numbersOf } from '../parsing/record';
import { isListOf, recognizedIf } from './shared/recognition';
import { readCocoResults, type CocoCategory, type CocoReferences } from './cocoReader';
import { reading, severalImages, type FormatReading, type ReadableFormat } from './format';
import { COCO_KEYPOINTS } from './shared/predictedKeypoints';

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
		names
			.split(',')
			.map((name, offset): [string, CocoCategory] => [
				String(firstId + offset),
				{ name, keypoints: name === 'person' ? COCO_KEYPOINTS : [] },
			]),
	),
);

/** Results with an index as it is, or with one that is made of the images that they name. */
function readResults(value: unknown, references: CocoReferences): FormatReading {
	if ('images' in references) return severalImages(readCocoResults(value, references));
	const { categories, imageReference } = references;
	const results = isList(value) ? value : [];
	if (imageReference !== '') {
		if (isList(value) && value.length === 0) return severalImages({ images: [named(imageReference)], problems: [] });
		const images = new Map([['0', named(imageReference)]]);
		const ofOne = results.map((result) => (isRecord(result) ? { ...result, image_id: 0 } : result));
		return severalImages(readCocoResults(isList(value) ? ofOne : value, { categories, images }));
	}
	const ids = results.flatMap((result) =>
		isRecord(result) && ['number', 'string'].includes(typeof result.image_id) ? [String(result.image_id)] : [],
	);
	const images = new Map(ids.map((id) => [id, named(id)]));
	return severalImages(readCocoResults(value, { categories, images }));
}

function named(imageName: string): LabeledImage {
	return { imageId: '', imageName, objects: [], classifications: {} };
}

function isResult({ image_id, category_id, bbox, segmentation, keypoints }: JsonRecord): boolean {
	const isShape = numbersOf(bbox, 4) !== undefined || segmentation !== undefined || numbersOf(keypoints) !== undefined;
	return image_id !== undefined && isFiniteNumber(category_id) && isShape;
}

export const cocoResults: ReadableFormat = {
	key: 'cocoResults',
	name: 'COCO Results',
	reads: reading({
		input: 'json',
		description: 'List with image_id, category_id, bbox and score',
		isStrict: false,
		parameters: ['cocoReferences'],
		recognizes: (value) => recognizedIf(isListOf(value, isResult)),
		read: (value, { cocoReferences }) => readResults(value, cocoReferences),
	}),
};
