import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { datasetClasses } from '@datagym/labels/classes/datasetClasses';
import { DATASET_LAYOUTS, type DatasetFormat } from '@datagym/labels/dataset/layouts';
import type { DatasetFile } from '@datagym/labels/dataset/datasetFile';
import { fileNamesOf } from '@datagym/labels/dataset/fileNames';
import { ConversionReport, type Conversion } from '@datagym/labels/dataset/conversionReport';
import type { LabeledImage } from '@datagym/labels/model';
import { splitOf, type Split } from '@datagym/labels/dataset/splits';
import { EXPECTED_NAMES, KEYPOINTS, LABEL_CLASSES, EXCLUDED, NAMES } from './classes';
import { expectedImage } from './expectations';
import { answer, labelsOf } from './labels';
import { photographs, type Photograph } from './photographs';

const SHARES = { train: 6, val: 2, test: 2 };

/**
 * Writes one dataset into `<folder>/<format>` for each of the package's formats, and `<folder>/expected.json`: what is in the
 * dataset, taken from the label model and not through any writer.
 */
export async function generate(folder: string): Promise<{ images: number; formats: number }> {
	const files = await photographs();
	const images = files.map(labeledImage);
	const byId = new Map(files.map((file, index) => [images[index]?.imageId ?? '', file]));
	const names = fileNamesOf([...images, SIZELESS], new ConversionReport());
	const sideOf = (image: LabeledImage): Split => splitOf(image.imageId, SHARES);
	const conversions: Record<string, Conversion[]> = {};
	for (const format of Object.keys(DATASET_LAYOUTS) as DatasetFormat[]) {
		const report = new ConversionReport();
		const classes = datasetClasses(LABEL_CLASSES, { names: NAMES, exclude: EXCLUDED });
		const writing = {
			classes,
			labelClasses: LABEL_CLASSES,
			report,
			splitOf: sideOf,
			fileNameOf: (image: LabeledImage) => names.get(image.imageId) ?? '',
			includesImages: true,
			classificationKey: 'scene',
			keypoints: KEYPOINTS,
		};
		for (const file of DATASET_LAYOUTS[format]([...images, SIZELESS], writing))
			await write(join(folder, format), file, byId);
		conversions[format] = report.list();
	}
	const expected = {
		names: EXPECTED_NAMES,
		keypoints: KEYPOINTS,
		sizeless: SIZELESS.imageName,
		images: images.map((image, index) =>
			expectedImage(image, {
				fileName: names.get(image.imageId) ?? '',
				split: sideOf(image),
				sha256: files[index]?.sha256 ?? '',
			}),
		),
		conversions,
	};
	await writeFile(join(folder, 'expected.json'), JSON.stringify(expected, null, '\t'));
	return { images: images.length, formats: Object.keys(conversions).length };
}

/** An image whose size nobody knows, so that no format that needs sizes may have it. */
const SIZELESS: LabeledImage = {
	imageId: 'f0000000-0000-4000-8000-000000000000',
	imageName: 'sizeless.jpg',
	objects: [
		{
			className: 'car',
			geometry: { type: 'rectangle', x: 1, y: 2, width: 3, height: 4 },
			classifications: {},
			children: [],
		},
	],
	classifications: {},
};

function labeledImage({ name, width, height, orientation }: Photograph, index: number): LabeledImage {
	const scene = index % 11 === 10 ? undefined : index % 2 === 0 ? 'indoor' : 'outdoor';
	return {
		imageId: `${index.toString(16).padStart(8, '0')}-0000-4000-8000-000000000000`,
		imageName: name,
		width,
		height,
		...(orientation !== 1 && { orientation }),
		status: 'completed',
		objects: labelsOf(index, { width, height }),
		classifications: {
			...(scene !== undefined && { scene: answer(scene) }),
			...(index % 3 === 0 && { weather: answer('sun', 'wind') }),
		},
	};
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
	if ('image' in file) {
		const bytes = photographsById.get(file.image.imageId)?.bytes;
		if (bytes !== undefined) await writeFile(path, bytes, { flag: 'wx' });
	} else {
		await writeFile(path, 'text' in file ? [...file.text].join('') : file.bytes, { flag: 'wx' });
	}
}
