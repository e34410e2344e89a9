import '@datagym/tools/wasm';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import sharp from 'sharp';
import { datasetClasses } from '@datagym/labels/classes/datasetClasses';
import { flattenLabelConfig, type LabelConfigEntry } from '@datagym/labels/classes/labelClass';
import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import { tiledImages, type Tiling } from '@datagym/labels/dataset/tiles';
import { datasetFiles, WRITABLE_FORMATS } from '@datagym/labels/formats/catalog';
import type { Geometry, LabeledImage, LabelObject, Point } from '@datagym/labels/model';
import { PartFiles } from '@datagym/nodes/DataGym/export/createDataset/partFiles';
import { ROOT } from '@datagym/tools/paths';

const TILING: Tiling = { size: 96, overlap: 0.2, visibleShare: 0.1, emptyShare: 1 };
const FORMATS = ['coco', 'masks', 'yoloSegment'];
const LABELS = 24;

const entry = (
	entryKey: string,
	type: LabelConfigEntry['type'],
	children: LabelConfigEntry[] = [],
): LabelConfigEntry => ({
	entryKey,
	entryValue: entryKey,
	type,
	children,
});
const CLASSES = flattenLabelConfig([
	entry('person', 'rectangle', [entry('nose', 'point')]),
	entry('road', 'polygon'),
	entry('sky', 'image_segmentation'),
]);

/**
 * Writes pictures with random labels, `<folder>/tiles/<name>`, their tiles as datasets, `<folder>/tiles/<format>/…`, and
 * `tiles.json`: the labels of the pictures as they were given. `test_tiles.py` cuts both with Pillow and shapely.
 */
export async function writeTiles(folder: string): Promise<void> {
	const target = join(folder, 'tiles');
	await mkdir(target, { recursive: true });
	const pictures = await picturesToCut();
	const images = await Promise.all(
		Object.entries(pictures).map(async ([name, bytes], index) => await labeled(name, bytes, index)),
	);
	for (const [name, bytes] of Object.entries(pictures)) await writeFile(join(target, name), bytes);
	for (const key of FORMATS) await writeFormat(join(target, key), key, images, pictures);
	await writeFile(join(target, 'tiles.json'), JSON.stringify({ tiling: TILING, images }));
}

async function writeFormat(
	folder: string,
	key: string,
	images: readonly LabeledImage[],
	pictures: Readonly<Record<string, Buffer>>,
): Promise<void> {
	const format = WRITABLE_FORMATS.find((each) => each.key === key);
	if (format === undefined) throw new Error(`There is no format ${key}`);
	const classes = datasetClasses(CLASSES, { types: format.writes.classTypes });
	const report = new ConversionReport();
	const { images: tiles } = tiledImages(images, { tiling: TILING, classes, report, keepsEmpty: false });
	const files = datasetFiles(format, tiles, {
		classes,
		labelClasses: CLASSES,
		report,
		splitOf: () => 'train',
		fileNameOf: ({ imageName }) => imageName,
		includesImages: true,
		classificationKey: '',
		keypoints: [],
	});
	const parts = new PartFiles(async (imageId) => await Promise.resolve(oneChunk(pictures[imageId])));
	for (const file of files) {
		const path = join(folder, file.path);
		await mkdir(dirname(path), { recursive: true });
		if ('text' in file) await writeFile(path, [...file.text].join(''));
		else if ('bytes' in file) await writeFile(path, file.bytes);
		else if ('image' in file && file.image.part !== undefined)
			await writeFile(path, parts.of(file.image, file.image.part));
	}
}

async function* oneChunk(bytes: Uint8Array = new Uint8Array()): AsyncGenerator<Uint8Array> {
	yield await Promise.resolve(bytes);
}

async function picturesToCut(): Promise<Record<string, Buffer>> {
	const photograph = await readFile(join(ROOT, 'examples', 'photos', 'astronaut.jpg'));
	const base = () => sharp(photograph).resize(301, 227, { fit: 'fill' });
	return {
		'plain_a.png': await base().png().toBuffer(),
		'palette.png': await base().png({ palette: true, colours: 64 }).toBuffer(),
		'gray_a.png': await base().greyscale().toColourspace('b-w').png().toBuffer(),
		'plain_b.jpg': await base().jpeg({ quality: 90 }).toBuffer(),
		'progressive.jpg': await base().jpeg({ progressive: true }).toBuffer(),
		'gray_b.jpg': await base().greyscale().toColourspace('b-w').jpeg().toBuffer(),
		...Object.fromEntries(
			await Promise.all(
				[3, 5, 6, 8].flatMap((orientation) =>
					(['jpeg', 'png'] as const).map(
						async (type) =>
							[
								`turned_${type}_${orientation}.${type === 'png' ? 'png' : 'jpg'}`,
								await base().withMetadata({ orientation })[type]().toBuffer(),
							] as const,
					),
				),
			),
		),
	};
}

async function labeled(name: string, bytes: Buffer, seed: number): Promise<LabeledImage> {
	const { width = 0, height = 0, orientation = 1 } = await sharp(bytes).metadata();
	const size = orientation >= 5 ? { width: height, height: width } : { width, height };
	const random = numbersFrom(seed + 1);
	return {
		imageId: name,
		imageName: name,
		...size,
		orientation,
		objects: Array.from({ length: LABELS }, (_, index) => randomLabel(index, size, random)),
		classifications: {},
	};
}

/** Park and Miller's minimal standard generator, from 0 to 1. */
function numbersFrom(seed: number): () => number {
	let state = seed * 7919;
	return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** The number of a label is its score in thousandths, by which the formats that have one tell labels apart. */
function randomLabel(
	index: number,
	size: { readonly width: number; readonly height: number },
	random: () => number,
): LabelObject {
	const reach = 4 + random() * 70;
	const center = {
		x: reach + random() * (size.width - 2 * reach),
		y: reach + random() * (size.height - 2 * reach),
	};
	const label = { classifications: {}, score: index / 1000 };
	if (index % 3 === 0) {
		const from = { x: center.x - reach, y: center.y - reach / 2 };
		const geometry: Geometry = { type: 'rectangle', ...from, width: reach * (0.2 + random()), height: reach };
		const nose = { type: 'point' as const, x: from.x + geometry.width / 3, y: from.y + geometry.height / 3 };
		const child = { className: 'nose', geometry: nose, classifications: {}, children: [] };
		return { ...label, className: 'person', geometry, children: [child] };
	}
	const points = star(center, reach, 5 + Math.floor(random() * 14), random);
	if (index % 3 === 1) return { ...label, className: 'road', geometry: { type: 'polygon', points }, children: [] };
	const hole = points.map(({ x, y }) => ({ x: (x + center.x) / 2, y: (y + center.y) / 2 }));
	return { ...label, className: 'sky', geometry: { type: 'segmentation', regions: [[points, hole]] }, children: [] };
}

/** Mostly concave, and it does not cross itself. */
function star(center: Point, reach: number, corners: number, random: () => number): Point[] {
	return Array.from({ length: corners }, (_, index) => {
		const angle = (index / corners) * 2 * Math.PI;
		const radius = reach * (0.15 + 0.85 * random());
		return { x: center.x + radius * Math.cos(angle), y: center.y + radius * Math.sin(angle) };
	});
}
