import { parquetWriteBuffer } from 'hyparquet-writer';
import { column, CREATED_BY, lists, NUMBER, struct, table, TEXT, WHOLE_NUMBER } from '../codecs/parquetGroups';
import { type LabeledImage, labelOf } from '../model';
import { bySplit, imageFiles } from '../dataset/datasetFile';
import { writing, type WritableFormat } from './format';
import { BOX_CONVERSIONS, boxesOf, hasSize, type LabeledBox, type LabelWriting, type SizedImage } from './shared/boxes';

/** The column of an image's labels. */
export const OBJECT_COLUMNS = struct('objects', [
	lists('bbox', lists('element', column('element', NUMBER))),
	lists('categories', column('element', WHOLE_NUMBER)),
	lists('category_names', column('element', TEXT)),
	lists('id', column('element', WHOLE_NUMBER)),
	lists('area', column('element', NUMBER)),
]);

const SCHEMA = table([
	column('file_name', TEXT),
	column('image_id', TEXT),
	column('width', WHOLE_NUMBER),
	column('height', WHOLE_NUMBER),
	OBJECT_COLUMNS,
]);

export interface ImageFolderWriting extends LabelWriting {
	readonly fileNameOf?: (image: LabeledImage) => string;
}

/**
 * Writes `metadata.parquet` of Hugging Face's `imagefolder`: one row per image, `objects` being one object of lists: `bbox`
 * [x, y, width, height] in pixels, `categories` class IDs, `category_names`, `id` (unique over the file), `area`. The file
 * stands beside the images. Images without a size are skipped.
 *
 * Parquet, since `datasets` derives the types of a metadata.jsonl from its values, for each split by itself, and refuses the
 * dataset if they differ: whole numbers here and decimals there, or no label in all of a split.
 *
 * Images are expected as they are displayed: `datasets` applies the EXIF orientation when it opens one.
 * Source: huggingface.co/docs/datasets/image_dataset, "Object detection"; huggingface/datasets (since 3.4.0),
 * `packaged_modules/folder_based_builder/folder_based_builder.py`.
 */
export function writeImageFolderMetadata(images: Iterable<LabeledImage>, options: ImageFolderWriting): Uint8Array {
	const rows: Row[] = [];
	for (const image of images) {
		if (hasSize(image)) rows.push({ image, boxes: boxesOf(image, options) });
		else options.report.add('no-size', labelOf(image));
	}
	let next = 1;
	const columns = {
		file_name: rows.map(({ image }) => options.fileNameOf?.(image) ?? image.imageName),
		image_id: rows.map(({ image }) => image.imageId),
		width: rows.map(({ image }) => BigInt(image.width)),
		height: rows.map(({ image }) => BigInt(image.height)),
		objects: rows.map(({ boxes }) => {
			const objects = objectsOf(boxes, next);
			next += boxes.length;
			return objectValues(objects);
		}),
	};
	return new Uint8Array(
		parquetWriteBuffer({
			schema: SCHEMA,
			columnData: Object.entries(columns).map(([name, data]) => ({ name, data })),
			createdBy: CREATED_BY,
		}),
	);
}

/** The labels of an image as lists, as Hugging Face's documentation has them: `bbox` is [x, y, width, height] in pixels. */
export interface ListedObjects {
	readonly bbox: readonly (readonly number[])[];
	/** Class IDs. */
	readonly categories: readonly number[];
	readonly category_names: readonly string[];
	readonly id: readonly number[];
	readonly area: readonly number[];
}

/** @param firstId of the first label; the others follow. */
export function objectsOf(boxes: readonly LabeledBox[], firstId: number): ListedObjects {
	return {
		bbox: boxes.map(({ box }) => [box.x, box.y, box.width, box.height]),
		categories: boxes.map(({ datasetClass }) => datasetClass.id),
		category_names: boxes.map(({ datasetClass }) => datasetClass.name),
		id: boxes.map((_, index) => firstId + index),
		area: boxes.map(({ box }) => box.width * box.height),
	};
}

/** As the writer of tables takes them. */
export function objectValues({ categories, id, ...others }: ListedObjects): Readonly<Record<string, unknown>> {
	return { ...others, categories: categories.map(BigInt), id: id.map(BigInt) };
}

interface Row {
	readonly image: SizedImage;
	readonly boxes: readonly LabeledBox[];
}

/** `metadata.parquet` beside the images of each split. */
export const imageFolder: WritableFormat = {
	key: 'imageFolder',
	name: 'Hugging Face ImageFolder',
	writes: writing({
		description: 'Boxes in a metadata.parquet, for load_dataset()',
		readAs: 'huggingFaceMetadata',
		orientation: 'applied',
		needsSizes: true,
		alwaysIncludesImages: false,
		dataFiles: (split) => `${split}/**`,
		conversions: [...BOX_CONVERSIONS, 'no-size'],
		parameters: [],
		*files(images, dataset) {
			yield* imageFiles(images, dataset, (split) => split);
			for (const [split, members] of yield* bySplit(images, dataset))
				yield { path: `${split}/metadata.parquet`, bytes: writeImageFolderMetadata(members, dataset) };
		},
	}),
};
