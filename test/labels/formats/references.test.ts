import { unpackTar } from 'modern-tar';
import { datasetClasses } from '@datagym/labels/classes/datasetClasses';
import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import type { DatasetFile } from '@datagym/labels/dataset/datasetFile';
import { datasetFiles, WRITABLE_FORMATS } from '@datagym/labels/formats/catalog';
import type { LabeledImage } from '@datagym/labels/model';
import { packed } from '@datagym/test/support/containers';
import { readParquetTable } from '@datagym/test/support/parquetTable';
import { FLEET_CLASSES, image, object, rectangle } from '../build';

/** Names in DataGym, which have no ending or one that is not a picture's, and the names of their files. */
const FINAL_NAMES = new Map([
	['IMG 0001', 'IMG 0001.jpg'],
	['photo.heic', 'photo.heic.png'],
	['plain.jpg', 'plain_1a2b.jpg'],
]);

const images = [...FINAL_NAMES.keys()].map(
	(imageName, index): LabeledImage =>
		image([object('car', rectangle())], {
			imageId: `id-${index}`,
			imageName,
			width: 100,
			height: 80,
			classifications: { weather: { values: ['sun'], children: {} } },
		}),
);

interface Reference {
	/** The files of the format that name images. */
	readonly file: RegExp;
	readonly names: (text: string, bytes: Uint8Array) => readonly string[] | Promise<readonly string[]>;
}

const cocoImages = (text: string): string[] =>
	JSON.parse(text).images.map(({ file_name }: { file_name: string }) => file_name);
const allOf = (pattern: RegExp) => (text: string) => [...text.matchAll(pattern)].map(([, name = '']) => name);

const lineImages = (text: string): string[] => rowsOf(text).map((row) => JSON.parse(row).image);

/** Where each format says which image a label is of. In YOLO, masks and classes of images, paths of files say it alone. */
const REFERENCES: Readonly<Record<string, Reference>> = {
	coco: { file: /^annotations\/instances_\w+\.json$/, names: cocoImages },
	cocoKeypoints: { file: /^annotations\/person_keypoints_\w+\.json$/, names: cocoImages },
	cocoRfDetr: { file: /\/_annotations\.coco\.json$/, names: cocoImages },
	createMl: { file: /\.json$/, names: allOf(/"image":"([^"]*)"/g) },
	csv: {
		file: /\.csv$/,
		names: (text) =>
			rowsOf(text)
				.slice(1)
				.map((row) => row.split(',')[0] ?? ''),
	},
	cvat: { file: /\.xml$/, names: allOf(/<image id="\d+" name="([^"]*)"/g) },
	florence2Jsonl: { file: /\/annotations\.jsonl$/, names: lineImages },
	imageFolder: {
		file: /\.parquet$/,
		names: async (_, bytes) => (await readParquetTable(bytes)).map((row) => String(row.file_name)),
	},
	huggingFaceParquet: {
		file: /\.parquet$/,
		names: async (_, bytes) =>
			(await readParquetTable(bytes)).map(({ image }: { image?: { path?: unknown } }) => String(image?.path)),
	},
	webDataset: {
		file: /\.tar$/,
		names: async (_, bytes) =>
			(await unpackTar(bytes)).map(({ header }) => header.name).filter((name) => !name.endsWith('.json')),
	},
	labelMe: { file: /\.json$/, names: allOf(/"imagePath": "([^"]*)"/g) },
	labelStudio: { file: /^tasks\.json$/, names: (text) => allOf(/d=images\/([^"]*)"/g)(text).map(decodeURIComponent) },
	paliGemmaJsonl: { file: /\/annotations\.jsonl$/, names: lineImages },
	pascalVoc: { file: /^Annotations\//, names: allOf(/<filename>([^<]*)</g) },
	qwen25VlJsonl: { file: /\/annotations\.jsonl$/, names: lineImages },
	qwen3VlJsonl: { file: /\/annotations\.jsonl$/, names: lineImages },
};

/** Files with the label or the mask of one image, which have its name up to the ending. */
const TWINS: Readonly<Record<string, RegExp>> = {
	labelMe: /\.json$/,
	masks: /^masks\//,
	pascalVoc: /^Annotations\//,
	yoloDetect: /^labels\//,
	yoloObb: /^labels\//,
	yoloPose: /^labels\//,
	yoloSegment: /^labels\//,
};

/** A key of WebDataset ends at its first dot, and its images have one ending. */
const WEB_DATASET_NAMES = ['IMG 0001.jpg', 'photo_heic.jpg', 'plain_1a2b.jpg'];

function imagePathsOf(file: DatasetFile): string[] {
	if ('parts' in file) return file.parts.map((part) => part.file.path);
	return 'image' in file ? [file.path] : [];
}

const rowsOf = (text: string) => text.split(/\r?\n/).filter((row) => row !== '');
const nameOf = (path: string) => path.split('/').at(-1) ?? '';
const stemOf = (path: string) => nameOf(path).replace(/\.[^.]*$/, '');

// DataGym JSON is for the import, which finds images by the names that they have in DataGym.
describe.each(WRITABLE_FORMATS.filter(({ key }) => key !== 'dataGym'))('A dataset as $key', (format) => {
	const files = [
		...datasetFiles(format, images, {
			classes: datasetClasses(FLEET_CLASSES, { types: format.writes.classTypes }),
			labelClasses: FLEET_CLASSES,
			report: new ConversionReport(),
			splitOf: ({ imageId }) => (imageId === 'id-2' ? 'val' : 'train'),
			fileNameOf: ({ imageName }) => FINAL_NAMES.get(imageName) ?? '',
			includesImages: true,
			classificationKey: 'weather',
			keypoints: ['lamp'],
		}),
	].map((file) => ({
		path: file.path,
		imagePaths: imagePathsOf(file),
		text: 'text' in file ? [...file.text].join('') : '',
		bytes: async () => {
			if ('parts' in file) return await packed(file, () => new Uint8Array());
			return 'bytes' in file ? file.bytes : new Uint8Array();
		},
	}));
	// Crops have numbers behind the name of their image.
	const ownName = (path: string) =>
		format.writes.cutsImages === true ? nameOf(path).replace(/_\d+(\.\w+)$/, '$1') : nameOf(path);
	const finalNames = (format.key === 'webDataset' ? WEB_DATASET_NAMES : [...FINAL_NAMES.values()]).toSorted();

	test('has the image files under their final names', () => {
		expect(files.flatMap(({ imagePaths }) => imagePaths.map(ownName)).sort()).toEqual(finalNames);
	});

	test('names images by the names of their files', async () => {
		const { file = /^$/, names = () => [] } = REFERENCES[format.key] ?? {};
		const named = (
			await Promise.all(
				files.map(async ({ path, text, bytes }) => (file.test(path) ? await names(text, await bytes()) : [])),
			)
		).flat();
		expect(named.sort()).toEqual(format.key in REFERENCES ? finalNames : []);
		const twins = files.filter(({ path }) => TWINS[format.key]?.test(path) ?? false).map(({ path }) => stemOf(path));
		expect(twins.sort()).toEqual(format.key in TWINS ? finalNames.map(stemOf) : []);
		// Their images have no names: they are in folders, or in the lines themselves.
		const isNameless = ['cropsByClass', 'openAiJsonl', 'yoloClassify'].includes(format.key);
		expect(format.key in REFERENCES || format.key in TWINS || isNameless).toBe(true);
	});

	if (format.key === 'pascalVoc')
		test('lists images by the same names', () => {
			const lists = files.flatMap(({ path, text }) => (path.startsWith('ImageSets/') ? rowsOf(text) : []));
			expect(lists.sort()).toEqual(finalNames.map(stemOf));
		});
});
