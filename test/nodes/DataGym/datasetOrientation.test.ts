/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { parquetReadObjects } from 'hyparquet';
import { unpackTar } from 'modern-tar';
import type { IDataObject, INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import { EXIF_FILES } from '../../labels/codecs/exifFiles';
import { byId, jsonOf, openHarness, outputOf, type Harness } from '../../support/datagym';
import {
	displayedSize,
	type Orientation,
	ORIENTATIONS,
	paintedPhotograph,
	redIn,
	SAVED_BOXES,
	STORED_BLOCK,
	STORED_SIZE,
} from '../../support/paintedPhotographs';

// What each format's own readers see is judged by test/readers/test_orientation.py.

let harness: Harness;
let projectId: string;
const CLASSES = [{ entryKey: 'car', type: 'rectangle' }];

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	projectId = await newProject(
		await Promise.all(
			(['jpeg', 'png'] as const).flatMap((type) =>
				ORIENTATIONS.map(async (orientation) => ({
					name: `${type} ${orientation}.${type === 'png' ? 'png' : 'jpg'}`,
					bytes: await paintedPhotograph(type, orientation),
					box: SAVED_BOXES[orientation],
				})),
			),
		),
	);
});
afterAll(async () => await harness.close());

interface LabeledFile {
	name: string;
	bytes: Buffer;
	/** As DataGym's editor saves it. */
	box: readonly [number, number, number, number];
}

async function newProject(files: readonly LabeledFile[]): Promise<string> {
	const { project, dataset } = harness.server.seed.project({
		name: 'Photographs',
		datasetName: 'Photographs',
		classes: CLASSES,
	});
	for (const { name, bytes, box } of files) {
		const items = [await harness.itemWithFile(bytes, name)];
		const [uploaded] = jsonOf(await harness.run('image', 'upload', { datasetId: byId(dataset!.id) }, { items }));
		const task = [...harness.server.store.tasks.values()].find(({ medium }) => medium.id === uploaded?.imageId)!;
		const [x, y, w, h] = box;
		harness.server.seed.label(task, { labels: { car: [{ rectangle: [{ x, y, w, h }], classifications: {} }] } });
		harness.server.seed.move(task, 'COMPLETED');
	}
	return project.id;
}

interface Exported {
	report: IDataObject;
	/** By the last part of the path. */
	files: Map<string, Buffer>;
	hint: string;
}

async function exported(format: string, parameters: INodeParameters = {}, id = projectId): Promise<Exported> {
	const run = await harness.run('export', 'createDataset', {
		projectId: byId(id),
		format,
		output: 'files',
		...parameters,
		options: { trainShare: 1, valShare: 0, ...(parameters.options as INodeParameters | undefined) },
	});
	const items = outputOf(run);
	const files = new Map<string, Buffer>();
	for (const item of items) files.set(String(item.json.fileName), await harness.engine.readBinary(item));
	return {
		report: items.at(-1)?.json ?? {},
		files,
		hint: run
			.hintsOf('DataGym')
			.map(({ message }) => message)
			.join(' '),
	};
}

interface CocoFile {
	images: { id: number; file_name: string; width: number; height: number }[];
	annotations: { image_id: number; bbox: [number, number, number, number] }[];
}

function boxesOfCoco({ files }: Exported) {
	const coco = JSON.parse(files.get('instances_train.json')!.toString()) as CocoFile;
	return coco.images.map(({ id, file_name: name, width, height }) => ({
		name,
		size: { width, height },
		box: coco.annotations.find(({ image_id: imageId }) => imageId === id)!.bbox,
		orientation: Number(/\d/.exec(name)?.[0]) as Orientation,
	}));
}

const orientationIn = async (file: Buffer | undefined) => (await sharp(file).metadata()).orientation ?? 1;
const { x, y, width, height } = STORED_BLOCK;

describe('photographs with an orientation', () => {
	test('are made upright where readers differ, and their labels lie on the same pixels in every reader', async () => {
		const dataset = await exported('coco');
		for (const { name, size, box, orientation } of boxesOfCoco(dataset)) {
			const file = dataset.files.get(name)!;
			expect([size, box]).toEqual([displayedSize(orientation), SAVED_BOXES[orientation]]);
			expect(await orientationIn(file)).toBe(1);
			const { width: across, height: down, format } = await sharp(file).metadata();
			expect({ width: across, height: down, format }).toEqual({ ...size, format: name.split(' ')[0] });
			expect(await redIn(file, box)).toBeGreaterThan(0.97);
			if (orientation === 1)
				expect(file.equals(await paintedPhotograph(name.startsWith('png') ? 'png' : 'jpeg', 1))).toBe(true);
		}
		expect(dataset.report.orientation).toEqual({ imageCount: 14, action: 'madeUpright', frame: 'displayed' });
		expect(JSON.parse(dataset.files.get('dataset_report.json')!.toString())).toMatchObject({
			orientation: { imageCount: 14, action: 'madeUpright', frame: 'displayed' },
		});
		expect(dataset.hint).toContain('Their pixels were turned');
	});

	test('that cannot be decoded are named with what helps, and only cut ones are made upright as browsers show them', async () => {
		const whole = await paintedPhotograph('jpeg', 6);
		const box = SAVED_BOXES[6];
		const cut = await newProject([{ name: 'cut.jpg', bytes: whole.subarray(0, -40), box }]);
		const { files, report } = await exported('coco', {}, cut);
		expect(await redIn(files.get('cut.jpg')!, box)).toBeGreaterThan(0.97);
		expect(report.orientation).toEqual({ imageCount: 1, action: 'madeUpright', frame: 'displayed' });
		const start = whole.indexOf(Buffer.from([0xff, 0xc0]));
		const arithmetic = Buffer.concat([whole.subarray(0, start), Buffer.from([0xff, 0xc9]), whole.subarray(start + 2)]);
		const broken = await newProject([{ name: 'odd.jpg', bytes: arithmetic, box }]);
		await expect(exported('coco', {}, broken)).rejects.toThrow('The photograph "odd.jpg" cannot be made upright');
		const removed = await exported('coco', { options: { orientation: 'tagRemoved' } }, broken);
		expect(removed.report.orientation).toEqual({ imageCount: 1, action: 'tagRemoved', frame: 'stored' });
	});

	test('lose it if the user wants it, and their labels lie on the same pixels in every reader', async () => {
		const dataset = await exported('coco', { options: { orientation: 'tagRemoved' } });
		for (const { name, size, box } of boxesOfCoco(dataset)) {
			const file = dataset.files.get(name)!;
			expect(size).toEqual(STORED_SIZE);
			expect(box).toEqual([x, y, width, height]);
			expect(await orientationIn(file)).toBe(1);
			expect(await redIn(await sharp(file).rotate().png().toBuffer(), box)).toBeGreaterThan(0.97);
			expect(await redIn(file, box)).toBeGreaterThan(0.97);
		}
		expect(dataset.report.orientation).toEqual({ imageCount: 14, action: 'tagRemoved', frame: 'stored' });
		expect(JSON.parse(dataset.files.get('dataset_report.json')!.toString())).toMatchObject({
			orientation: { imageCount: 14, action: 'tagRemoved', frame: 'stored' },
		});
	});

	test('keep it where all readers apply it, byte by byte', async () => {
		const { files, report } = await exported('yoloDetect');
		for (const type of ['jpeg', 'png'] as const) {
			for (const orientation of ORIENTATIONS) {
				const name = `${type} ${orientation}`;
				const file = files.get(`${name}.${type === 'png' ? 'png' : 'jpg'}`)!;
				expect(file.equals(await paintedPhotograph(type, orientation))).toBe(true);
				const [, cx = 0, cy = 0, w = 0, h = 0] = files.get(`${name}.txt`)!.toString().split(' ').map(Number);
				const size = displayedSize(orientation);
				const box = [(cx - w / 2) * size.width, (cy - h / 2) * size.height, w * size.width, h * size.height];
				expect(box.map(Math.round)).toEqual(SAVED_BOXES[orientation]);
			}
		}
		expect(report.orientation).toEqual({ imageCount: 14, action: 'kept', frame: 'displayed' });
	});

	test('are as the user chooses, in any format', async () => {
		const kept = await exported('coco', { options: { orientation: 'kept' } });
		for (const { name, size, box, orientation } of boxesOfCoco(kept)) {
			expect([size, box]).toEqual([displayedSize(orientation), SAVED_BOXES[orientation]]);
			expect(await orientationIn(kept.files.get(name))).toBe(orientation);
		}
		expect(kept.hint).toContain('14 photographs have an EXIF orientation.');
		const removed = await exported('dataGym', { options: { orientation: 'tagRemoved' } });
		const [, ...elements] = JSON.parse(removed.files.get('datagym.json')!.toString()) as {
			external_media_ID: string;
			labels: { car: { rectangle: object[] }[] };
		}[];
		for (const { external_media_ID: name, labels } of elements) {
			expect(labels.car[0]?.rectangle).toEqual([{ x, y, w: width, h: height }]);
			expect(await orientationIn(removed.files.get(name))).toBe(1);
		}
		expect(removed.report.orientation).toEqual({ imageCount: 14, action: 'tagRemoved', frame: 'stored' });
	});

	test('that the user already has keep theirs, so labels fit readers that apply it, and it is said', async () => {
		const dataset = await exported('coco', { includeImages: false });
		for (const { box, orientation } of boxesOfCoco(dataset)) expect(box).toEqual(SAVED_BOXES[orientation]);
		expect(dataset.report.orientation).toEqual({ imageCount: 14, action: 'kept', frame: 'displayed' });
		expect(dataset.hint).toContain('turn on "Include Images"');
	});
});

interface Contained {
	file: Buffer;
	width: number;
	height: number;
	box: number[] | undefined;
}

/** The images in files that hold them, by the numbers of their orientations, of JPEGs only. */
async function contained(format: string, { files }: Exported): Promise<Map<Orientation, Contained>> {
	const found = new Map<Orientation, Contained>();
	const numberIn = (name: string) => Number(/^jpeg (\d)/.exec(name)?.[1]) as Orientation;
	if (format === 'huggingFaceParquet') {
		const [bytes] = [...files].filter(([name]) => name.endsWith('.parquet')).map(([, file]) => file);
		for (const row of await parquetReadObjects({ file: Uint8Array.from(bytes!).buffer, utf8: false })) {
			const { image, width, height, objects } = row as {
				image: { bytes: Uint8Array; path: string };
				width: bigint;
				height: bigint;
				objects: { bbox: number[][] };
			};
			found.set(numberIn(image.path), {
				file: Buffer.from(image.bytes),
				width: Number(width),
				height: Number(height),
				box: objects.bbox[0],
			});
		}
	} else {
		const entries = new Map(
			(await unpackTar(files.get('train-000000.tar')!)).map(({ header, data }) => [header.name, data]),
		);
		for (const orientation of ORIENTATIONS) {
			const labels = JSON.parse(new TextDecoder().decode(entries.get(`jpeg ${orientation}.json`))) as {
				width: number;
				height: number;
				objects: { bbox: number[][] };
			};
			found.set(orientation, {
				file: Buffer.from(entries.get(`jpeg ${orientation}.jpg`)!),
				width: labels.width,
				height: labels.height,
				box: labels.objects.bbox[0],
			});
		}
	}
	return found;
}

describe.each(['huggingFaceParquet', 'webDataset'])('photographs in files of %s', (format) => {
	test.each([
		['kept', 'kept'],
		['upright', 'madeUpright'],
		['tagRemoved', 'tagRemoved'],
	])('are %s if the user chooses so, and their labels lie on the same pixels', async (wish, action) => {
		const dataset = await exported(format, { options: { orientation: wish } });
		expect(dataset.report.orientation).toMatchObject({ imageCount: 14, action });
		const found = await contained(format, dataset);
		for (const orientation of ORIENTATIONS) {
			const { file, box, ...size } = found.get(orientation)!;
			expect(size).toEqual(wish === 'tagRemoved' ? STORED_SIZE : displayedSize(orientation));
			expect(await orientationIn(file)).toBe(wish === 'kept' ? orientation : 1);
			const shown = await sharp(file).rotate().png().toBuffer();
			expect(await redIn(shown, box as [number, number, number, number])).toBeGreaterThan(0.97);
		}
	});

	test('are made upright without being asked exactly where readers differ', async () => {
		const { report } = await exported(format);
		expect(report.orientation).toMatchObject({ action: format === 'webDataset' ? 'madeUpright' : 'kept' });
	});
});

test('an orientation that no browser looks at is removed from the files, since other programs find it', async () => {
	const hidden = EXIF_FILES.map((file, index) => ({
		...file,
		name: `hidden ${index}.${file.name.startsWith('PNG') ? 'png' : 'jpg'}`,
		box: [0, 0, 2, 1] as const,
	})).filter(({ shown }) => shown === 1);
	const id = await newProject(hidden);
	const { files, report } = await exported('yoloDetect', {}, id);
	for (const { name, bytes } of hidden) {
		const file = files.get(name)!;
		expect(file.toString('latin1')).not.toMatch(/tiff:Orientation\s*(=\s*["']|>)[2-8]|Raw profile/);
		expect((await sharp(file).raw().toBuffer()).equals(await sharp(bytes).raw().toBuffer())).toBe(true);
	}
	expect(report.orientation).toEqual({ imageCount: 0, action: 'kept', frame: 'displayed' });
});
