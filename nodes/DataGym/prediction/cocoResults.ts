import {
	COCO_TRAINED_CATEGORIES,
	type CocoCategory,
	cocoIndex,
	type CocoIndex,
	isList,
	isRecord,
	type LabeledImage,
	readCocoResults,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import {
	categoriesFrom,
	categoryNames as categoryNamesField,
	groundTruth as groundTruthField,
	groundTruthBinaryField,
	imageReference,
} from './fields';
import { jsonFile } from './input';
import { severalImages, type Reading, type ReadingContext } from './reading';
import { namesOf } from './wishes';

/** COCO results with what their numbers stand for: a ground-truth file, or names of categories and the image. */
export async function readCocoResultsItem(value: unknown, context: ReadingContext): Promise<Reading> {
	const { item } = context;
	switch (item.choice(categoriesFrom)) {
		case 'coco':
			return withoutGroundTruth(value, COCO_TRAINED_CATEGORIES, item.text(imageReference));
		case 'names':
			return withoutGroundTruth(value, categoryNames(item.json(categoryNamesField)), item.text(imageReference));
		default:
			return withGroundTruth(value, await groundTruth(context));
	}
}

async function groundTruth({ run, item }: ReadingContext): Promise<CocoIndex> {
	const isFile = item.choice(categoriesFrom) === 'groundTruthFile';
	const value = isFile
		? await jsonFile(run, item, item.requiredText(groundTruthBinaryField), groundTruthBinaryField.displayName)
		: item.json(groundTruthField);
	const { problems, ...index } = cocoIndex(value);
	const [first] = problems;
	if (first !== undefined && (index.images.size === 0 || index.categories.size === 0)) {
		throw new InputError(
			`The ground truth is no COCO file: ${first.message}`,
			'Give the file with “images” and “categories” whose IDs the results hold, such as instances_val2017.json.',
		);
	}
	return index;
}

const withGroundTruth = (value: unknown, index: CocoIndex) => severalImages(readCocoResults(value, index));

function categoryNames(value: unknown): ReadonlyMap<string, CocoCategory> {
	const names = namesOf(value, categoryNamesField.displayName);
	return new Map([...names].map(([id, name]) => [String(id), { name, keypoints: [] }]));
}

/** All results are about the one image, or each image_id is itself an ID or a name. */
function withoutGroundTruth(value: unknown, categories: CocoIndex['categories'], reference: string): Reading {
	const isOne = reference !== '';
	const results =
		isOne && isList(value) ? value.map((result) => (isRecord(result) ? { ...result, image_id: 0 } : result)) : value;
	const ids = isOne
		? ['0']
		: isList(value)
			? value.flatMap((result) =>
					isRecord(result) && ['number', 'string'].includes(typeof result.image_id) ? [String(result.image_id)] : [],
				)
			: [];
	const nameOf = (id: string): LabeledImage => ({
		imageId: '',
		imageName: isOne ? reference : id,
		objects: [],
		classifications: {},
	});
	return severalImages(
		readCocoResults(results, { categories, images: new Map([...new Set(ids)].map((id) => [id, nameOf(id)])) }),
	);
}
