import type { TarFile } from '../codecs/tar';
import type { DatasetContainer } from '../dataset/datasetFile';
import { keyStem, stemOf } from '../dataset/fileNames';
import { type LabelClass, isGeometryClass } from '../model';
import { ownValue } from '../parsing/record';
import type { Steps } from '../steps/steps';
import { type BriefImage, briefsOf, type ImageList } from '../store/imageList';
import { writing, type WritableFormat } from './format';
import { objectsOf } from './imageFolder';
import { BOX_CONVERSIONS } from './shared/boxes';
import { type Sample, shardedSamples, type Shard, type ShardWriting } from './shared/shards';

const DIGITS = 6;
const ENCODER = new TextEncoder();

/** With a decimal point, so that `datasets`, which takes types from values, finds decimals in every sample. */
const decimal = (number: number) => (Number.isInteger(number) ? number.toFixed(1) : String(number));
const list = (values: readonly string[]) => `[${values.join(',')}]`;

/** The keys of the classifications of whole images, in the order of the configuration. */
function* imageClassificationKeys(labelClasses: readonly LabelClass[], images: ImageList): Steps<string[]> {
	const known = labelClasses.filter((each) => !isGeometryClass(each) && (each.parents?.length ?? 0) === 0);
	const used = new Set<string>();
	for (const { classifications } of images) {
		for (const key of Object.keys(classifications)) used.add(key);
		yield;
	}
	return [...new Set([...known.map(({ key }) => key), ...[...used].sort()])];
}

/**
 * The labels of a sample: the members are the same in all samples, so that every reader finds one type. Answers are texts, several of
 * one classification with commas, since an empty list has no type.
 */
function jsonOf({ image, boxes, firstId }: Sample, keys: readonly string[]): string {
	const { bbox, categories, category_names, id, area } = objectsOf(boxes, firstId);
	const answers = keys.map((key) => {
		const values = ownValue(image.classifications, key)?.values ?? [];
		return `${JSON.stringify(key)}:${JSON.stringify(values.join(', '))}`;
	});
	const objects = [
		`"bbox":${list(bbox.map((box) => list(box.map(decimal))))}`,
		`"categories":${JSON.stringify(categories)}`,
		`"category_names":${JSON.stringify(category_names)}`,
		`"id":${JSON.stringify(id)}`,
		`"area":${list(area.map(decimal))}`,
	];
	const members = [
		`"image_id":${JSON.stringify(image.imageId)}`,
		`"file_name":${JSON.stringify(image.imageName)}`,
		`"width":${image.width}`,
		`"height":${image.height}`,
		...(answers.length > 0 ? [`"classifications":{${answers.join(',')}}`] : []),
		`"objects":{${objects.join(',')}}`,
	];
	return `{${members.join(',')}}`;
}

/** The samples, one with labels in front: `datasets` takes the types of all samples from the first five. */
function labeledFirst(samples: readonly Sample[]): readonly Sample[] {
	const first = samples.findIndex(({ boxes }) => boxes.length > 0);
	return first < 1 ? samples : [...samples.slice(first, first + 1), ...samples.toSpliced(first, 1)];
}

/**
 * Writes a shard as WebDataset reads them: for each image, the files of one key, the image, `json` with its labels, and `cls` with
 * the number of its class if images have one. All images have one ending, since `datasets` refuses samples with different files; readers
 * look into the file.
 * Source: github.com/webdataset/webdataset 1.0.2, `tariterators.py`; huggingface/datasets 5.2.0, `packaged_modules/webdataset/webdataset.py`.
 */
function shardFile(
	{ split, number, samples }: Shard,
	keys: readonly string[],
	ending: string,
	{ fileNameOf, report }: ShardWriting,
): DatasetContainer {
	const entries = labeledFirst(samples).map((sample) => {
		const { image, label } = sample;
		const fileName = fileNameOf(image);
		const key = keyStem(stemOf(fileName));
		// Other changes of its name were counted when it got its file's; a tile has no name that anybody knows.
		if (image.part === undefined && fileName === image.imageName && `${key}.${ending}` !== fileName)
			report.add('renamed', fileName);
		return { key, image, texts: { ...(label !== undefined && { cls: String(label) }), json: jsonOf(sample, keys) } };
	});
	async function* files(pictures: AsyncIterable<Uint8Array>): AsyncGenerator<TarFile> {
		let next = 0;
		for await (const bytes of pictures) {
			const { key, texts } = entries[next++] ?? { key: '', texts: {} };
			yield { name: `${key}.${ending}`, bytes };
			for (const [end, text] of Object.entries(texts)) yield { name: `${key}.${end}`, bytes: ENCODER.encode(text) };
		}
	}
	return {
		path: `${split}-${String(number).padStart(DIGITS, '0')}.tar`,
		parts: entries.map(({ key, image, texts }) => ({
			file: { path: `${key}.${ending}`, image },
			madeOf: [key, ending, JSON.stringify(texts)],
		})),
		async *pack(pictures) {
			const { tarOf } = await import('../codecs/tar');
			yield* tarOf(files(pictures));
		},
	};
}

/** Of all images, since one that is called like a JPEG is found by every reader, whatever it is. */
function* endingOf(images: ImageList, fileNameOf: (image: BriefImage) => string): Steps<'jpg' | 'png'> {
	const isPng = (image: BriefImage) =>
		image.fileType === undefined ? /\.png$/i.test(fileNameOf(image)) : image.fileType === 'png';
	for (const image of briefsOf(images)) {
		if (!isPng(image)) return 'jpg';
		yield;
	}
	return images.length > 0 ? 'png' : 'jpg';
}

const namesInLines = (names: readonly string[]) => names.map((name) => `${name.replace(/\s+/g, ' ')}\n`);

export const webDataset: WritableFormat = {
	key: 'webDataset',
	name: 'WebDataset',
	writes: writing({
		description: 'Images with labels as JSON, in tar shards',
		// Its JSON, once the tar files are unpacked.
		readAs: 'huggingFaceMetadata',
		orientation: 'mixed',
		needsSizes: true,
		alwaysIncludesImages: true,
		packsImages: true,
		dataFiles: (split) => `${split}-*.tar`,
		fileStem: keyStem,
		conversions: [...BOX_CONVERSIONS, 'no-size', 'without-class', 'several-classes', 'renamed'],
		parameters: ['labelKey', 'imagesPerShard'],
		*files(images, dataset) {
			const { classes, labelClasses, fileNameOf } = dataset;
			const keys = yield* imageClassificationKeys(labelClasses, images);
			const { labelNames, shards } = yield* shardedSamples(images, dataset, {
				pathPattern: (split) => new RegExp(`^${split}-(\\d{6,9})\\.tar$`),
				holdsAnswers: true,
			});
			const ending = yield* endingOf(images, fileNameOf);
			let isEmpty = true;
			for (const shard of shards) {
				yield shard && shardFile(shard, keys, ending, dataset);
				isEmpty &&= shard === undefined;
			}
			if (isEmpty) return;
			yield { path: 'classes.txt', text: namesInLines(classes.names) };
			if (labelNames.length > 0) yield { path: 'image_classes.txt', text: namesInLines(labelNames) };
		},
	}),
};
