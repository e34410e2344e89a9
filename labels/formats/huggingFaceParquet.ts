import type { ColumnSource } from 'hyparquet-writer';
import { BYTES, column, parquetOf, struct, table, TEXT, WHOLE_NUMBER } from '../codecs/parquetGroups';
import type { DatasetContainer } from '../dataset/datasetFile';
import type { Split } from '../dataset/splits';
import { writing, type WritableFormat } from './format';
import { type ListedObjects, OBJECT_COLUMNS, objectsOf, objectValues } from './imageFolder';
import { BOX_CONVERSIONS } from './shared/boxes';
import { type Sample, shardedSamples, type Shard } from './shared/shards';

/** As `datasets` calls the splits. */
const SPLIT_NAMES = { train: 'train', val: 'validation', test: 'test' } as const satisfies Record<Split, string>;

/** Bytes of images in a row group, which are held until it is written. The Hub's viewer reads no group of more than 300 MB. */
const GROUP_BYTES = 32 * 2 ** 20;
/** Rows in a row group, for images of a few bytes. */
const GROUP_ROWS = 1000;

const DIGITS = 5;
const numbered = (number: number) => String(number).padStart(DIGITS, '0');

interface Row {
	readonly fileName: string;
	readonly imageId: string;
	readonly width: number;
	readonly height: number;
	readonly label: number | undefined;
	readonly objects: ListedObjects;
}

/** What `datasets` calls the types of the columns: those of its versions before 4, which later ones read as well. */
function featuresOf(classNames: readonly string[], labelNames: readonly string[] | undefined): string {
	const value = (dtype: string) => ({ dtype, _type: 'Value' });
	const list = (feature: object) => ({ feature, _type: 'Sequence' });
	const features = {
		image: { _type: 'Image' },
		image_id: value('string'),
		width: value('int64'),
		height: value('int64'),
		...(labelNames && { label: { names: labelNames, _type: 'ClassLabel' } }),
		objects: {
			bbox: list(list(value('float64'))),
			categories: list({ names: classNames, _type: 'ClassLabel' }),
			category_names: list(value('string')),
			id: list(value('int64')),
			area: list(value('float64')),
		},
	};
	return JSON.stringify({ info: { features } });
}

const schemaOf = (hasLabels: boolean) =>
	table([
		struct('image', [column('bytes', BYTES), column('path', TEXT)]),
		column('image_id', TEXT),
		column('width', WHOLE_NUMBER),
		column('height', WHOLE_NUMBER),
		...(hasLabels ? [column('label', WHOLE_NUMBER)] : []),
		OBJECT_COLUMNS,
	]);

function columnsOf(rows: readonly Row[], pictures: readonly Uint8Array[], hasLabels: boolean): ColumnSource[] {
	const image = rows.map(({ fileName }, index) => ({ bytes: pictures[index], path: fileName }));
	return [
		// Images are compressed already, and no two are the same.
		{ name: 'image', data: image, codec: 'UNCOMPRESSED', encoding: 'PLAIN', statistics: false },
		{ name: 'image_id', data: rows.map(({ imageId }) => imageId) },
		{ name: 'width', data: rows.map(({ width }) => BigInt(width)) },
		{ name: 'height', data: rows.map(({ height }) => BigInt(height)) },
		...(hasLabels ? [{ name: 'label', data: rows.map(({ label }) => BigInt(label ?? -1)) }] : []),
		{ name: 'objects', data: rows.map(({ objects }) => objectValues(objects)) },
	];
}

/** Each group is given up once it is written. */
async function* groupsOf(
	rows: readonly Row[],
	pictures: AsyncIterable<Uint8Array>,
	hasLabels: boolean,
): AsyncGenerator<readonly ColumnSource[]> {
	let held: Uint8Array[] = [];
	let length = 0;
	let first = 0;
	const group = () => {
		const columns = columnsOf(rows.slice(first, first + held.length), held, hasLabels);
		first += held.length;
		[held, length] = [[], 0];
		return columns;
	};
	for await (const picture of pictures) {
		if (held.length > 0 && (length + picture.length > GROUP_BYTES || held.length >= GROUP_ROWS)) yield group();
		held.push(picture);
		length += picture.length;
	}
	if (held.length > 0) yield group();
}

/**
 * Writes a shard as the Hub has them: `image` {bytes, path}, `image_id`, `width`, `height`, `label` if images have a class, and `objects`
 * as in Hugging Face's image folder, with the features of `datasets` in the metadata of the table. Boxes are those of the displayed
 * image: `datasets` applies the EXIF orientation when it opens one.
 * Source: huggingface.co/docs/datasets/image_dataset; huggingface/datasets 5.2.0, `packaged_modules/parquet/parquet.py`, `data_files.py`.
 */
function shardFile(
	{ split, number, count, samples }: Shard,
	fileNameOf: (sample: Sample) => string,
	features: string,
	hasLabels: boolean,
): DatasetContainer {
	const rows = samples.map((sample): Row => {
		const { image, label, boxes, firstId } = sample;
		const { imageId, width, height } = image;
		return { fileName: fileNameOf(sample), imageId, width, height, label, objects: objectsOf(boxes, firstId) };
	});
	return {
		path: `data/${SPLIT_NAMES[split]}-${numbered(number)}-of-${numbered(count)}.parquet`,
		parts: samples.map(({ image }, index) => ({
			file: { path: rows[index]?.fileName ?? '', image },
			madeOf: [features, JSON.stringify(rows[index])],
		})),
		pack: (pictures) =>
			parquetOf(schemaOf(hasLabels), [{ key: 'huggingface', value: features }], groupsOf(rows, pictures, hasLabels)),
	};
}

export const huggingFaceParquet: WritableFormat = {
	key: 'huggingFaceParquet',
	name: 'Hugging Face Parquet',
	writes: writing({
		description: 'Images and boxes in Parquet files',
		readAs: 'huggingFaceMetadata',
		orientation: 'applied',
		needsSizes: true,
		alwaysIncludesImages: true,
		packsImages: true,
		dataFiles: (split) => `data/${SPLIT_NAMES[split]}-*.parquet`,
		conversions: [...BOX_CONVERSIONS, 'no-size', 'without-class', 'several-classes'],
		parameters: ['labelKey', 'imagesPerShard'],
		*files(images, dataset) {
			const hasLabels = (dataset.labelKey ?? '') !== '';
			const { labelNames, shards } = yield* shardedSamples(images, dataset, {
				pathPattern: (split) => new RegExp(`^data/${SPLIT_NAMES[split]}-(\\d{5,9})-of-(\\d{5,9})\\.parquet$`),
				holdsAnswers: false,
			});
			const features = featuresOf(dataset.classes.names, hasLabels ? labelNames : undefined);
			for (const shard of shards)
				yield shard && shardFile(shard, ({ image }) => dataset.fileNameOf(image), features, hasLabels);
		},
	}),
};
