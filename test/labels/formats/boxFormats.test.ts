import { parquetMetadata } from 'hyparquet';
import fc from 'fast-check';
import { readCreateMl, writeCreateMl } from '@datagym/labels/formats/createMl';
import { writeCsv } from '@datagym/labels/formats/csv';
import { writeImageFolderMetadata } from '@datagym/labels/formats/imageFolder';
import { datasetClasses } from '@datagym/labels/classes/datasetClasses';
import { mergedPascalVocNames, pascalVocLabelMap, writePascalVoc } from '@datagym/labels/formats/pascalVoc';
import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import type { LabeledImage } from '@datagym/labels/model';
import { readParquetTable } from '@datagym/test/support/parquetTable';
import { hostileJson } from '../arbitraries';
import { FLEET_CLASSES, image, object, polygon, rectangle } from '../build';
import { CLASSES, datasetImages, KINDS } from './datasets';

const SIZE = { width: 200, height: 100 };
const HOSTILE = '../"<b>&\n\'\u0000.jpg';

type ListWriter = (
	images: LabeledImage[],
	options: { classes: typeof CLASSES; report: ConversionReport },
) => Iterable<string>;

function write(writer: ListWriter, images: LabeledImage[]) {
	const report = new ConversionReport();
	const text = [...writer(images, { classes: CLASSES, report })].join('');
	return { text, report: report.list().map(({ reason, count }) => `${reason} ${count}`) };
}

async function writeTable(images: LabeledImage[]) {
	const report = new ConversionReport();
	const rows = await readParquetTable(writeImageFolderMetadata(images, { classes: CLASSES, report }));
	return { rows, report: report.list().map(({ reason, count }) => `${reason} ${count}`) };
}

function writeVoc(labeled: LabeledImage, more: { firstPixel?: 0 | 1 } = {}) {
	const report = new ConversionReport();
	const text = writePascalVoc(labeled, { classes: CLASSES, report, ...more }) ?? '';
	return { text, report: report.list().map(({ reason, count }) => `${reason} ${count}`) };
}

describe('Pascal VOC', () => {
	test('has the size, and boxes as whole edges', () => {
		const { text, report } = writeVoc(image([object('car', rectangle(10.4, 20.6, 30, 40))], SIZE));
		expect(text).toContain('<size><width>200</width><height>100</height><depth>3</depth></size>');
		expect(text).toContain('<name>car</name>');
		expect(text).toContain('<bndbox><xmin>10</xmin><ymin>21</ymin><xmax>40</xmax><ymax>61</ymax></bndbox>');
		expect(report).toEqual([]);
	});

	test('can count pixels from 1, both ends included', () => {
		expect(writeVoc(image([object('car', rectangle(0, 0, 200, 100))], SIZE), { firstPixel: 1 }).text).toContain(
			'<xmin>1</xmin><ymin>1</ymin><xmax>200</xmax><ymax>100</ymax>',
		);
	});

	test('counts the labels of classes whose names it writes alike', () => {
		const report = new ConversionReport();
		const classes = datasetClasses(FLEET_CLASSES, { names: { car: 'a:b', lamp: 'a_b', road: 'c:d' } });
		const mergedNames = mergedPascalVocNames(classes.names);
		const labeled = image([object('car', rectangle()), object('road', polygon([0, 0], [5, 0], [5, 5]))], SIZE);
		expect(writePascalVoc(labeled, { classes, report, mergedNames })).toContain('<name>a_b</name>');
		expect(report.list().filter(({ reason }) => reason === 'merged-class')).toEqual([
			expect.objectContaining({ className: 'car', count: 1 }),
		]);
	});

	test('says which boxes are cut off, and leaves out those that vanish', () => {
		const { text, report } = writeVoc(
			image([object('car', rectangle(190, 0, 50, 50)), object('car', rectangle(5, 5, 0.3, 5))], SIZE),
		);
		expect(text.match(/<truncated>1<\/truncated>/g)).toHaveLength(1);
		expect(text.match(/<object>/g)).toHaveLength(1);
		expect(report).toEqual(['clipped 1', 'too-small 1']);
	});

	test('escapes hostile names', () => {
		expect(writeVoc(image([], { ...SIZE, imageName: HOSTILE })).text).toContain(
			'<filename>../&quot;&lt;b&gt;&amp;&#10;&apos;\ufffd.jpg</filename>',
		);
	});

	test('is not there without a size', () => {
		expect(writeVoc(image([]))).toEqual({ text: '', report: ['no-size 1'] });
	});
});

test("Pascal VOC's label map names the background and every class", () => {
	expect(pascalVocLabelMap(['car', 'a:b'])).toBe('# label:color_rgb:parts:actions\nbackground:::\ncar:::\na_b:::\n');
});

describe('CreateML', () => {
	test('has the center of boxes', () => {
		expect(
			JSON.parse(
				write(writeCreateMl, [
					image([object('car', rectangle(10, 20, 30, 40))], SIZE),
					image([], { imageName: 'b.jpg' }),
				]).text,
			),
		).toEqual([
			{ image: 'car_001.jpg', annotations: [{ label: 'car', coordinates: { x: 25, y: 40, width: 30, height: 40 } }] },
			{ image: 'b.jpg', annotations: [] },
		]);
		expect(write(writeCreateMl, []).text).toBe('[]');
	});

	test('is read back within a billionth of a pixel', () => {
		fc.assert(
			fc.property(datasetImages({ kinds: [KINDS.car] }), (images) => {
				const { text, report } = write(writeCreateMl, images);
				const { images: read, problems } = readCreateMl(JSON.parse(text));
				expect([report, problems]).toEqual([[], []]);
				const numbers = (all: readonly LabeledImage[]) =>
					all.flatMap(({ objects }) =>
						objects.flatMap(({ geometry }) =>
							geometry.type === 'rectangle' ? [geometry.x, geometry.y, geometry.width, geometry.height] : [],
						),
					);
				const expected = numbers(images);
				expect(read.map(({ imageName }) => imageName)).toEqual(images.map(({ imageName }) => imageName));
				expect(numbers(read).filter((number, index) => Math.abs(number - (expected[index] ?? NaN)) > 1e-9)).toEqual([]);
				expect(numbers(read)).toHaveLength(expected.length);
			}),
		);
	});

	test('that is broken is told, and never crashes', () => {
		expect(
			readCreateMl([{ annotations: [] }, { image: 'a', annotations: [{ label: 'x' }] }]).problems.map(
				({ path }) => path,
			),
		).toEqual(['[0]', '[1].annotations[0]']);
		fc.assert(
			fc.property(
				hostileJson(['image', 'annotations', 'label', 'coordinates', 'x', 'y', 'width', 'height']),
				(value) => {
					expect(readCreateMl(value).images).toBeDefined();
				},
			),
		);
	});
});

describe('CSV', () => {
	const lines = (images: LabeledImage[]) => write(writeCsv, images).text.split('\r\n');

	test("has TensorFlow's columns and a row a box", () => {
		expect(lines([image([object('car', rectangle(10, 20, 30, 40))], SIZE)])).toEqual([
			'filename,width,height,class,xmin,ymin,xmax,ymax',
			'car_001.jpg,200,100,car,10,20,40,60',
			'',
		]);
	});

	test('counts images that have no row', () => {
		expect(
			write(writeCsv, [image([], SIZE), image([object('lamp', { type: 'point', x: 1, y: 1 })], SIZE)]).report,
		).toEqual(['without-labels 2', 'geometry-type 1']);
	});

	test('quotes names, and disarms formulas', () => {
		const car = object('car', rectangle());
		expect(lines([image([car], { ...SIZE, imageName: 'a,"b".jpg' })])[1]).toBe('"a,""b"".jpg",200,100,car,10,20,40,60');
		expect(write(writeCsv, [image([car], { ...SIZE, imageName: '=HYPERLINK("x")' })])).toMatchObject({
			text: expect.stringContaining('"\'=HYPERLINK(""x"")",200'),
			report: ['renamed 1'],
		});
	});
});

describe("Hugging Face's imagefolder", () => {
	test('has the same columns in every line, and one object of lists', async () => {
		const images = [
			image([object('car', rectangle(10, 20, 30, 40)), object('road', polygon([0, 0], [5, 0], [5, 5]))], SIZE),
			image([], { ...SIZE, imageId: 'id-2', imageName: 'b.jpg' }),
		];
		expect((await writeTable(images)).rows).toEqual([
			{
				file_name: 'car_001.jpg',
				image_id: 'id-1',
				...SIZE,
				objects: {
					bbox: [
						[10, 20, 30, 40],
						[0, 0, 5, 5],
					],
					categories: [0, 4],
					category_names: ['car', 'road'],
					id: [1, 2],
					area: [1200, 25],
				},
			},
			{
				file_name: 'b.jpg',
				image_id: 'id-2',
				...SIZE,
				objects: { bbox: [], categories: [], category_names: [], id: [], area: [] },
			},
		]);
	});

	test('has the same types in every split, whatever is in it', async () => {
		const typesOf = (images: LabeledImage[]) => {
			const file = writeImageFolderMetadata(images, { classes: CLASSES, report: new ConversionReport() });
			const { schema } = parquetMetadata(new Uint8Array(file).buffer);
			return schema.map(({ name, type, converted_type, repetition_type }) => [
				name,
				type,
				converted_type,
				repetition_type,
			]);
		};
		const [whole, half] = [rectangle(10, 20, 30, 40), rectangle(0.5, 0.5, 1.25, 1)];
		const splits = [[], [image([], SIZE)], [image([object('car', whole)], SIZE)], [image([object('car', half)], SIZE)]];
		expect(new Set(splits.map((images) => JSON.stringify(typesOf(images)))).size).toBe(1);
	});

	test('counts what it cannot hold', async () => {
		const road = image([object('road', polygon([0, 0], [5, 0], [5, 5]))], SIZE);
		expect((await writeTable([image([]), road])).report).toEqual(['no-size 1', 'reduced-to-box 1']);
	});
});
