import type { BriefImage } from '@datagym/labels/store/imageList';
import '@datagym/tools/wasm';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { type Conversion, ConversionReport } from '@datagym/labels/dataset/conversionReport';
import { withoutOrientation } from '@datagym/labels/codecs/orientationRemover';
import type { DatasetFile } from '@datagym/labels/dataset/datasetFile';
import { fileNamesOf } from '@datagym/labels/dataset/fileNames';
import { WRITABLE_FORMATS } from '@datagym/labels/formats/catalog';
import { sourceIdOf } from '@datagym/labels/model';
import { isWhole, PartFiles } from '@datagym/nodes/DataGym/export/createDataset/partFiles';
import { packed } from '@datagym/test/support/containers';
import { EXPECTED_AREA_NAMES, EXPECTED_NAMES, KEYPOINTS } from './classes';
import {
	CARD_TEXTS,
	frameOf,
	labeledImage,
	SIZELESS,
	sparseImages,
	splitOfImage,
	writtenCard,
	writtenDataset,
} from './datasets';
import { expectedImage } from './expectations';
import { photographs, type Photograph } from './photographs';

/**
 * Writes one dataset into `<folder>/<format>` for each of the package's formats, a sparse one into `<folder>/sparse/<format>`, and `<folder>/expected.json`: what is in the
 * dataset, taken from the label model and not through any writer.
 */
export async function generate(folder: string): Promise<{ images: number; formats: number }> {
	const files = await photographs();
	const images = files.map(labeledImage);
	const byId = new Map(files.map((file, index) => [images[index]?.imageId ?? '', file]));
	const names = fileNamesOf([...images, SIZELESS], new ConversionReport());
	const conversions: Record<string, Conversion[]> = {};
	for (const format of WRITABLE_FORMATS) {
		const dataset = writtenDataset(format, [...images, SIZELESS]);
		for (const file of dataset.files) await write(join(folder, format.key), file, byId);
		conversions[format.key] = dataset.conversions();
		const card = { path: 'README.md', text: [writtenCard(format, images, dataset.conversions())] };
		await write(join(folder, 'cards', format.key), card, byId);
		// Where `load_dataset` reads the format, the card stands in its folder.
		if (format.writes.dataFiles !== undefined) await write(join(folder, format.key), card, byId);
		const sparse = sparseImages(images);
		const splitOfSparse = ({ imageId }: BriefImage) =>
			[...sparse].find(([image]) => image.imageId === imageId)?.[1] ?? 'train';
		for (const file of writtenDataset(format, [...sparse.keys()], splitOfSparse).files)
			await write(join(folder, 'sparse', format.key), file, byId);
	}
	const expected = {
		names: EXPECTED_NAMES,
		areaNames: EXPECTED_AREA_NAMES,
		keypoints: KEYPOINTS,
		sizeless: SIZELESS.imageName,
		images: files.map((file, index) => {
			const image = labeledImage(file, index);
			const { sha256, width, height, orientation } = file;
			const fileName = names.get(image.imageId) ?? '';
			return expectedImage(image, { fileName, split: splitOfImage(image), sha256, width, height, orientation });
		}),
		conversions,
		card: CARD_TEXTS,
		formats: Object.fromEntries(
			WRITABLE_FORMATS.map((format) => [
				format.key,
				{ frame: format.writes.orientation === 'none' ? 'none' : frameOf(format) },
			]),
		),
	};
	await writeFile(join(folder, 'expected.json'), JSON.stringify(expected, null, '\t'));
	return { images: images.length, formats: WRITABLE_FORMATS.length };
}

async function write(
	folder: string,
	file: DatasetFile,
	photographsById: ReadonlyMap<string, Photograph>,
): Promise<void> {
	const path = join(folder, file.path);
	if (relative(folder, path).startsWith('..'))
		throw new Error(`A file would be written outside of its dataset: ${file.path}`);
	await mkdir(dirname(path), { recursive: true });
	const bytesOf = async (image: BriefImage) => {
		const bytes = photographsById.get(sourceIdOf(image))?.bytes ?? Buffer.alloc(0);
		return image.orientation === 1 ? await joinedChunks(withoutOrientation(oneChunk(bytes))) : bytes;
	};
	if ('image' in file) {
		const bytes = photographsById.get(sourceIdOf(file.image))?.bytes;
		if (bytes === undefined) return;
		const { part } = file.image;
		if (part !== undefined && !isWhole(part))
			return await writeFile(
				path,
				new PartFiles(async () => await Promise.resolve(oneChunk(bytes))).of(file.image, part),
			);
		await writeFile(path, await bytesOf(file.image), { flag: 'wx' });
	} else if ('parts' in file) {
		await writeFile(path, await packed(file, bytesOf), { flag: 'wx' });
	} else {
		await writeFile(path, 'text' in file ? [...file.text].join('') : file.bytes, { flag: 'wx' });
	}
}

async function joinedChunks(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
	const parts: Uint8Array[] = [];
	for await (const chunk of chunks) parts.push(chunk);
	return Buffer.concat(parts);
}

async function* oneChunk(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
	yield bytes;
}
