import fc from 'fast-check';
import { writeCvat } from '@datagym/labels/formats/cvat';
import { writeLabelMe } from '@datagym/labels/formats/labelMe';
import { readLabelMe } from '@datagym/labels/formats/labelMeReader';
import { writeLabelStudio } from '@datagym/labels/formats/labelStudio';
import { labelStudioConfig } from '@datagym/labels/formats/labelStudioConfig';
import { readLabelStudio } from '@datagym/labels/formats/labelStudioReader';
import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import type { Geometry, LabeledImage, LabelObject } from '@datagym/labels/model';
import { geometryPoints } from '@datagym/labels/geometry/shapes';
import { hostileJson } from '../arbitraries';
import { answers, FLEET_CLASSES, image, object, polygon, rectangle } from '../build';
import { CLASSES, datasetImages, KINDS } from './datasets';

const SIZE = { width: 200, height: 100 };
const SQUARES: Geometry = {
	type: 'segmentation',
	regions: [0, 50].map((x) => [
		[
			{ x, y: 0 },
			{ x: x + 10, y: 0 },
			{ x: x + 10, y: 10 },
			{ x, y: 10 },
		],
	]),
};

function withLosses<Result>(write: (report: ConversionReport) => Result) {
	const report = new ConversionReport();
	const result = write(report);
	return { result, report: report.list().map(({ reason, count }) => `${reason} ${count}`) };
}

describe('LabelMe', () => {
	const write = (labeled: LabeledImage) => withLosses((report) => writeLabelMe(labeled, { classes: CLASSES, report }));

	test('has rectangles as two corners, and answers as flags', () => {
		const car = object('car', rectangle(10, 20, 30, 40), {
			classifications: { damage: { values: ['dent', 'scratch'], children: answers({ note: ['left'] }) } },
		});
		expect(write(image([car], { ...SIZE, classifications: answers({ weather: ['sun'] }) })).result).toEqual({
			version: '5.5.0',
			flags: { 'weather=sun': true },
			shapes: [
				{
					label: 'car',
					points: [
						[10, 20],
						[40, 60],
					],
					group_id: null,
					description: '',
					shape_type: 'rectangle',
					flags: { 'damage=dent': true, 'damage=scratch': true, 'damage/note=left': true },
				},
			],
			imagePath: 'car_001.jpg',
			imageData: null,
			imageHeight: 100,
			imageWidth: 200,
		});
	});

	test('counts what it cannot hold', () => {
		const car = object('car', rectangle(), { children: [object('plate', polygon([1, 1], [2, 1], [2, 2]))], score: 1 });
		expect(write(image([car, object('bike', rectangle()), object('car', rectangle(NaN))], SIZE)).report).toEqual([
			'score 1',
			'nesting 1',
			'unknown-class 1',
			'broken 1',
		]);
		expect(write(image([]))).toEqual({ result: undefined, report: ['no-size 1'] });
	});

	test('gives everything back that it can hold', () => {
		fc.assert(
			fc.property(datasetImages({ kinds: Object.values(KINDS), answers: true }), (images) => {
				for (const labeled of images) {
					const { result, report } = write(labeled);
					const { image: read, problems } = readLabelMe(JSON.parse(JSON.stringify(result)));
					expect([report, problems]).toEqual([[], []]);
					expect(asWritten(read)).toEqual(asWritten({ ...labeled, imageId: '' }));
				}
			}),
		);
	});

	test('of others is read: circles, groups, Windows paths', () => {
		const shape = (shape_type: string, points: number[][], group_id: number | null = null) => ({
			label: 'a',
			points,
			group_id,
			shape_type,
			flags: {},
		});
		const { image: read, problems } = readLabelMe({
			imagePath: '..\\images\\x.jpg',
			shapes: [
				shape('circle', [
					[5, 5],
					[5, 8],
				]),
				shape(
					'polygon',
					[
						[0, 0],
						[1, 0],
						[1, 1],
					],
					3,
				),
				shape(
					'polygon',
					[
						[5, 0],
						[6, 0],
						[6, 1],
					],
					3,
				),
				shape('mask', [
					[0, 0],
					[5, 5],
				]),
				shape('polygon', [[0, 0]]),
				shape('point', [[0, null as unknown as number]]),
			],
		});
		expect(read.imageName).toBe('x.jpg');
		expect(read.objects.map(({ geometry }) => geometry)).toEqual([
			rectangle(2, 2, 6, 6),
			{
				type: 'segmentation',
				regions: [
					[
						[
							{ x: 0, y: 0 },
							{ x: 1, y: 0 },
							{ x: 1, y: 1 },
						],
					],
					[
						[
							{ x: 5, y: 0 },
							{ x: 6, y: 0 },
							{ x: 6, y: 1 },
						],
					],
				],
			},
		]);
		expect(problems.map(({ path }) => path)).toEqual(['shapes[3]', 'shapes[4]', 'shapes[5]']);
	});
});

describe('CVAT', () => {
	const write = (images: LabeledImage[]) =>
		withLosses((report) => [...writeCvat(images, { classes: CLASSES, labelClasses: FLEET_CLASSES, report })].join(''));

	test('names every label with its questions', () => {
		const { result } = write([]);
		expect(result).toContain('<version>1.1</version>');
		expect([...result.matchAll(/<label><name>(\w+)<\/name>/g)].map(([, name]) => name)).toEqual([...CLASSES.names]);
		expect(result).toMatch(
			/<label><name>car<\/name><attributes><attribute><name>color<.*<name>damage<.*<name>damage\/note</,
		);
		expect(result).toMatch(/<label><name>plate<\/name><attributes><attribute><name>text</);
	});

	test('has a tag for each kind of shape', () => {
		const objects = [
			object('car', rectangle(10, 20, 30, 40), { classifications: answers({ color: ['<red>'] }) }),
			object('road', polygon([0, 0], [5, 0], [5, 5])),
			object('lane', {
				type: 'line',
				points: [
					{ x: 1, y: 2 },
					{ x: 3.5, y: 4 },
				],
			}),
			object('lamp', { type: 'point', x: 7, y: 8 }),
		];
		const { result, report } = write([image(objects, SIZE)]);
		expect(report).toEqual([]);
		expect(result).toContain('<image id="0" name="car_001.jpg" width="200" height="100">');
		expect(result).toContain(
			'<box label="car" source="manual" occluded="0" xtl="10" ytl="20" xbr="40" ybr="60" z_order="0"><attribute name="color">&lt;red&gt;</attribute></box>',
		);
		expect(result).toContain(
			'<polygon label="road" source="manual" occluded="0" points="0,0;5,0;5,5" z_order="0"></polygon>',
		);
		expect(result).toContain(
			'<polyline label="lane" source="manual" occluded="0" points="1,2;3.5,4" z_order="0"></polyline>',
		);
		expect(result).toContain('<points label="lamp" source="manual" occluded="0" points="7,8" z_order="0"></points>');
	});

	test('has masks row by row in their own box', () => {
		const corner: Geometry = {
			type: 'segmentation',
			regions: [
				[
					[
						{ x: 5, y: 5 },
						{ x: 8, y: 5 },
						{ x: 8, y: 6 },
						{ x: 6, y: 6 },
						{ x: 6, y: 7 },
						{ x: 5, y: 7 },
					],
				],
			],
		};
		expect(write([image([object('sky', corner)], SIZE)]).result).toContain(
			'rle="0, 4, 2" left="5" top="5" width="3" height="2"',
		);
	});

	test('counts what it cannot hold', () => {
		const car = object('car', rectangle(), { children: [object('lamp', { type: 'point', x: 1, y: 1 })], score: 0.5 });
		expect(
			write([image([car], { ...SIZE, classifications: answers({ weather: ['sun'] }) }), image([])]).report,
		).toEqual(['classification 1', 'score 1', 'nesting 1', 'no-size 1']);
	});
});

describe('Label Studio', () => {
	const write = (images: LabeledImage[], more: { asPredictions?: boolean } = {}) =>
		withLosses((report) =>
			JSON.parse(
				[...writeLabelStudio(images, { classes: CLASSES, labelClasses: FLEET_CLASSES, report, ...more })].join(''),
			),
		);

	test('has shapes in percent, answers under the names of its configuration, and parents', () => {
		const plate = object('plate', polygon([0, 0], [20, 0], [20, 10]), {
			classifications: answers({ text: ['M-AB 1'] }),
		});
		const car = object('car', rectangle(20, 10, 100, 50), {
			classifications: answers({ color: ['red'] }),
			children: [plate],
			score: 0.5,
		});
		const { result, report } = write([image([car], { ...SIZE, classifications: answers({ weather: ['sun'] }) })]);
		expect(report).toEqual([]);
		const frame = { to_name: 'image', original_width: 200, original_height: 100, image_rotation: 0 };
		const box = { x: 10, y: 10, width: 50, height: 50, rotation: 0 };
		const outline = {
			points: [
				[0, 0],
				[10, 0],
				[10, 10],
			],
			closed: true,
		};
		expect(result).toEqual([
			{
				id: 1,
				data: { image: 'car_001.jpg', datagym_id: 'id-1' },
				annotations: [
					{
						id: 1,
						result: [
							{ ...frame, id: 'image/weather', type: 'choices', from_name: 'weather', value: { choices: ['sun'] } },
							{
								...frame,
								id: 'shape1',
								type: 'rectanglelabels',
								from_name: 'rectangle',
								value: { ...box, rectanglelabels: ['car'] },
								score: 0.5,
							},
							{ ...frame, id: 'shape1', type: 'choices', from_name: 'car/color', value: { ...box, choices: ['red'] } },
							{
								...frame,
								id: 'shape2',
								type: 'polygonlabels',
								from_name: 'polygon',
								value: { ...outline, polygonlabels: ['plate'] },
								parentID: 'shape1',
							},
							{
								...frame,
								id: 'shape2',
								type: 'textarea',
								from_name: 'plate/text',
								value: { ...outline, text: ['M-AB 1'] },
							},
						],
					},
				],
			},
		]);
	});

	test('has a configuration with every name that the tasks use', () => {
		const config = labelStudioConfig(CLASSES, FLEET_CLASSES);
		expect(config).toContain('<RectangleLabels name="rectangle" toName="image">\n    <Label value="car"/>');
		expect(config).toContain(
			'<Choices name="car/color" toName="image" choice="single" perRegion="true" visibleWhen="region-selected" whenLabelValue="car">',
		);
		expect(config).toContain('<Choices name="car/damage" toName="image" choice="multiple"');
		expect(config).toContain('<KeyPointLabels name="point" toName="image">\n    <Label value="lamp" model_index="0"/>');
		expect(config).toContain('<TextArea name="plate/text" toName="image" perRegion="true"');
		expect(config).toContain('<Choices name="weather" toName="image" choice="single">\n    <Choice value="rain"/>');
	});

	test('counts what it cannot hold', () => {
		const lane = object('lane', {
			type: 'line',
			points: [
				{ x: 1, y: 1 },
				{ x: 2, y: 2 },
			],
		});
		expect(write([image([lane, object('sky', SQUARES)], SIZE), image([])]).report).toEqual([
			'geometry-type 1',
			'split-into-parts 1',
			'no-size 1',
		]);
	});

	test('gives everything back that it can hold', () => {
		const { car, road, lamp } = KINDS;
		fc.assert(
			fc.property(
				datasetImages({ kinds: [car, road, lamp], answers: true, nesting: true, scores: true }),
				fc.boolean(),
				(images, asPredictions) => {
					const { result, report } = write(images, { asPredictions });
					const { images: read, problems } = readLabelStudio(result);
					expect([report, problems]).toEqual([[], []]);
					const expected = images.map((each) =>
						each.objects.length + Object.keys(each.classifications).length === 0 ? withoutSize(each) : each,
					);
					expect(read.map(asWritten)).toEqual(expected.map(asWritten));
				},
			),
		);
	});

	test('of others is read: turned rectangles, addresses, predictions', () => {
		const frame = { original_width: 100, original_height: 100, from_name: 'label', to_name: 'image' };
		const { images, problems } = readLabelStudio([
			{
				data: { image: '/data/upload/1/0a1b2c3d-my%20car.jpg' },
				annotations: [],
				predictions: [
					{
						result: [
							{
								...frame,
								id: 'a',
								type: 'rectanglelabels',
								value: { x: 50, y: 50, width: 20, height: 10, rotation: 90, rectanglelabels: ['car'] },
							},
							{ ...frame, id: 'b', type: 'brushlabels', value: { brushlabels: ['car'], rle: [] } },
						],
					},
				],
			},
		]);
		expect(images[0]?.imageName).toBe('my car.jpg');
		expect(
			images[0]?.objects.map(({ geometry }) =>
				geometryPoints(geometry).map(({ x, y }) => [Math.round(x), Math.round(y)]),
			),
		).toEqual([
			[
				[50, 50],
				[50, 70],
				[40, 70],
				[40, 50],
			],
		]);
		expect(problems.map(({ path }) => path)).toEqual(['[0].result[1]']);
	});
});

test('readers of shapes never crash', () => {
	const keys = [
		'shapes',
		'label',
		'points',
		'shape_type',
		'group_id',
		'flags',
		'imagePath',
		'data',
		'image',
		'annotations',
		'predictions',
		'result',
		'id',
		'type',
		'value',
		'from_name',
		'parentID',
		'original_width',
		'original_height',
		'rectanglelabels',
		'choices',
		'polygon',
		'rectangle',
		'x',
		'y',
		'width',
		'height',
	];
	fc.assert(
		fc.property(hostileJson(keys), (value) => {
			expect(readLabelMe(value).image).toBeDefined();
			expect(readLabelStudio(value).images).toBeDefined();
		}),
		{ numRuns: 500 },
	);
});

/** Numbers to a millionth, since percentages and two corners are not exact to the last bit. */
function asWritten(labeled: LabeledImage): unknown {
	return JSON.parse(JSON.stringify(labeled), (key, value) =>
		typeof value === 'number' && key !== 'score' ? Math.round(value * 1e5) / 1e5 + 0 : value,
	);
}

function withoutSize({
	imageId,
	imageName,
	objects,
	classifications,
}: LabeledImage): LabeledImage & { objects: readonly LabelObject[] } {
	return { imageId, imageName, objects, classifications };
}
