import { readBrushMask } from '@datagym/labels/codecs/labelStudioRle';
import { writeIndexedPng } from '@datagym/labels/codecs/indexedPng';
import { readCvat } from '@datagym/labels/formats/cvatReader';
import { readRoboflow } from '@datagym/labels/formats/roboflow';
import { readLabelMe } from '@datagym/labels/formats/labelMeReader';
import { readLabelStudio } from '@datagym/labels/formats/labelStudioReader';
import { boundingBox } from '@datagym/labels/geometry/shapes';
import type { Geometry } from '@datagym/labels/model';
import { rectangle } from '../build';

/** `brush.mask2rle` of label-studio-sdk 2.1.2: 8 × 6 pixels, on are (2…4, 1…2), (7, 5) and, half, (0, 4). */
const BRUSH = [0, 0, 0, 192, 57, 27, 254, 39, 0, 183, 255, 132, 192, 45, 255, 226, 176, 8, 222, 49, 184, 4, 127, 224];
const PAINTED = [
	[0, 0, 0, 0, 0, 0, 0, 0],
	[0, 0, 1, 1, 1, 0, 0, 0],
	[0, 0, 1, 1, 1, 0, 0, 0],
	[0, 0, 0, 0, 0, 0, 0, 0],
	[1, 0, 0, 0, 0, 0, 0, 0],
	[0, 0, 0, 0, 0, 0, 0, 1],
];

const boxes = (geometry: Geometry | undefined) =>
	geometry?.type === 'segmentation'
		? geometry.regions.map((rings) => boundingBox({ type: 'polygon', points: rings[0] ?? [] }))
		: [geometry && boundingBox(geometry)];

describe("Label Studio's brush masks", () => {
	test('are the pixels that are not transparent', () => {
		expect([...(readBrushMask(BRUSH, 8, 6)?.pixels ?? [])]).toEqual(PAINTED.flat());
	});

	test.each([
		['of another size', BRUSH, 6, 6],
		['that end before', BRUSH.slice(0, 12), 8, 6],
		['without a byte', [], 8, 6],
		['of no pixel', [0, 0, 0, 0, 0, 0, 0], 0, 6],
		['of any number of pixels', [255, 255, 255, 252, 0, 0, 0], 1_073_741_823, 1],
	])('%s are none', (_, bytes, width, height) => {
		expect(readBrushMask(bytes, width, height)).toBeUndefined();
	});
});

describe('Label Studio', () => {
	const size = { original_width: 8, original_height: 6 };
	const read = (...result: object[]) => {
		const { images, problems } = readLabelStudio([{ data: { image: 'a.jpg' }, annotations: [{ result }] }]);
		expect(problems).toEqual([]);
		return images[0]?.objects ?? [];
	};

	test('gives a shape the class of the result with its id, from Rectangle and Labels', () => {
		const value = { x: 50, y: 50, width: 25, height: 25, rotation: 0 };
		const found = read(
			{ id: 'a', type: 'rectangle', from_name: 'box', ...size, value },
			{ id: 'a', type: 'labels', from_name: 'kind', ...size, value: { ...value, labels: ['car'] } },
		);
		expect(found).toMatchObject([{ className: 'car', geometry: rectangle(4, 3, 2, 1.5) }]);
	});

	test('reads a class that has the shape itself', () => {
		const value = { x: 50, y: 50, width: 25, height: 25, labels: ['car'] };
		expect(read({ id: 'a', type: 'labels', ...size, value })).toMatchObject([
			{ className: 'car', geometry: rectangle(4, 3, 2, 1.5) },
		]);
	});

	test('reads brushes as segmentations', () => {
		const value = { format: 'rle', rle: BRUSH, brushlabels: ['mud'] };
		const [object] = read({ id: 'a', type: 'brushlabels', ...size, value });
		expect(object?.className).toBe('mud');
		expect(boxes(object?.geometry)).toEqual([
			{ x: 2, y: 1, width: 3, height: 2 },
			{ x: 0, y: 4, width: 1, height: 1 },
			{ x: 7, y: 5, width: 1, height: 1 },
		]);
	});

	test('reads ellipses as the box around them, also turned ones', () => {
		const value = { x: 50, y: 50, radiusX: 25, radiusY: 16.666666666666668, ellipselabels: ['wheel'] };
		const straight = read({ id: 'a', type: 'ellipselabels', ...size, value });
		expect(straight).toMatchObject([{ className: 'wheel', geometry: rectangle(2, 2, 4, 2) }]);
		const [turned] = read({ id: 'a', type: 'ellipselabels', ...size, value: { ...value, rotation: 90 } });
		const [box] = boxes(turned?.geometry);
		expect(box).toMatchObject({
			x: expect.closeTo(3),
			y: expect.closeTo(1),
			width: expect.closeTo(2),
			height: expect.closeTo(4),
		});
	});
});

test("Roboflow's masks of a model that saw a smaller picture are scaled, not taken for boxes", () => {
	const { image } = readRoboflow(
		{
			image: { width: 4, height: 2 },
			predictions: [
				{ x: 3, y: 1, width: 2, height: 2, class: 'mud', confidence: 0.9, rle: { size: [2, 4], counts: [4, 2, 2] } },
			],
		},
		{ imageId: 'i', imageName: 'a.jpg', width: 40, height: 20 },
	);
	expect(image.objects[0]?.geometry.type).toBe('segmentation');
	expect(boxes(image.objects[0]?.geometry)).toEqual([{ x: 20, y: 0, width: 10, height: 20 }]);
});

test("LabelMe's masks fill the box from their first pixel to their last", () => {
	const pixels = Uint8Array.from([0, 1, 1, 0, 1, 1]);
	const png = writeIndexedPng(3, 2, pixels, Uint8Array.from([0, 0, 0, 255, 255, 255]));
	const { image, problems } = readLabelMe({
		imagePath: 'a.jpg',
		shapes: [
			{
				label: 'mud',
				shape_type: 'mask',
				points: [
					[10, 20],
					[12, 21],
				],
				mask: Buffer.from(png).toString('base64'),
			},
		],
	});
	expect(problems).toEqual([]);
	expect(boxes(image.objects[0]?.geometry)).toEqual([{ x: 11, y: 20, width: 2, height: 2 }]);
});

test("CVAT's skeletons are the box around their points, which are nested in it", () => {
	const { images, problems } = readCvat(
		`<annotations><image id="0" name="a.jpg" width="640" height="480"><skeleton label="person" source="manual" z_order="0">
			<points label="nose" outside="0" occluded="0" points="60.00,40.00"/>
			<points label="left_hand" outside="0" occluded="1" points="20.00,90.00"/>
			<points label="right_hand" outside="1" occluded="0" points="0.00,0.00"/>
			<attribute name="age">old</attribute>
		</skeleton></image></annotations>`,
	);
	expect(problems).toEqual([]);
	expect(images[0]?.objects).toMatchObject([
		{
			className: 'person',
			geometry: rectangle(20, 40, 40, 50),
			classifications: { age: { values: ['old'] } },
			children: [
				{ className: 'nose', geometry: { type: 'point', x: 60, y: 40 } },
				{ className: 'left_hand', geometry: { type: 'point', x: 20, y: 90 } },
			],
		},
	]);
});
