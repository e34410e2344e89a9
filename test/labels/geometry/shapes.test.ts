import fc from 'fast-check';
import { clippedGeometry } from '@datagym/labels/geometry/geometryChanges';
import { displayedImage, storedImage } from '@datagym/labels/geometry/orientation';
import { smallestOrientedBox } from '@datagym/labels/geometry/orientedBox';
import { clipBox, clipRing } from '@datagym/labels/geometry/shapes';
import type { Geometry, LabeledImage, Point, Ring } from '@datagym/labels/model';
import {
	displayedSize,
	ORIENTATIONS,
	SAVED_BOXES,
	STORED_BLOCK,
	STORED_SIZE,
} from '@datagym/test/support/paintedPhotographs';
import { image, object, rectangle } from '../build';

const SIZE = { width: 100, height: 80 };
const square = (x: number, y: number, side: number): Ring => [
	{ x, y },
	{ x: x + side, y },
	{ x: x + side, y: y + side },
	{ x, y: y + side },
];

describe('an EXIF orientation', () => {
	const labeled = (geometry: Geometry, size: Partial<LabeledImage>) =>
		image([object('car', geometry, { children: [object('plate', geometry)] })], size);

	test.each(ORIENTATIONS)(
		'of %d moves labels, and those nested in them, as DataGym’s editor displays them',
		(orientation) => {
			const box = SAVED_BOXES[orientation];
			const stored = labeled({ type: 'rectangle', ...STORED_BLOCK }, STORED_SIZE);
			const displayed = labeled(rectangle(...box), { ...displayedSize(orientation), orientation });
			expect(displayedImage(stored, orientation)).toEqual(displayed);
			expect(storedImage(displayed)).toEqual({ ...stored, orientation: 1 });
		},
	);

	test.each(ORIENTATIONS)('of %d moves all kinds of labels like the corner of a box', (orientation) => {
		const [x, y, width, height] = SAVED_BOXES[orientation];
		const kinds = ({ x: left, y: top }: Point): Geometry[] => {
			const point = { x: left, y: top };
			return [
				{ type: 'point', ...point },
				{ type: 'line', points: [point] },
				{ type: 'polygon', points: [point] },
				{ type: 'segmentation', regions: [[[point]]] },
			];
		};
		for (const [index, geometry] of kinds(STORED_BLOCK).entries()) {
			const [moved] = displayedImage(labeled(geometry, STORED_SIZE), orientation).objects;
			const corners = [x, x + width].flatMap((left) => [y, y + height].map((top) => kinds({ x: left, y: top })[index]));
			expect(corners).toContainEqual(moved?.geometry);
		}
	});
});

describe('the smallest oriented box', () => {
	const points = fc.array(fc.record({ x: fc.integer({ min: 0, max: 50 }), y: fc.integer({ min: 0, max: 50 }) }), {
		minLength: 3,
		maxLength: 12,
	});
	const extent = (ring: Ring, angle: number) => {
		const along = ring.map(({ x, y }) => x * Math.cos(angle) + y * Math.sin(angle));
		return Math.max(...along) - Math.min(...along);
	};
	const areaAt = (ring: Ring, angle: number) => extent(ring, angle) * extent(ring, angle + Math.PI / 2);

	test('is no larger than the box at any angle, and holds all points', () => {
		fc.assert(
			fc.property(points, (ring) => {
				const [a, b, c] = smallestOrientedBox(ring) as [Point, Point, Point, Point];
				const area = Math.hypot(b.x - a.x, b.y - a.y) * Math.hypot(c.x - b.x, c.y - b.y);
				for (let degrees = 0; degrees < 90; degrees++)
					expect(area).toBeLessThanOrEqual(areaAt(ring, (degrees * Math.PI) / 180) + 1e-6);
				const angle = Math.atan2(b.y - a.y, b.x - a.x);
				expect(area).toBeGreaterThanOrEqual(areaAt(ring, angle) - 1e-6);
			}),
		);
	});
});

describe('clipping', () => {
	test('leaves nothing of a box that only touches the image', () => {
		expect(clipBox({ x: 100, y: 10, width: 5, height: 5 }, SIZE)).toBeUndefined();
		expect(clipBox({ x: 10, y: 80, width: 5, height: 5 }, SIZE)).toBeUndefined();
		expect(clipBox({ x: 98, y: -2, width: 5, height: 5 }, SIZE)).toEqual({ x: 98, y: 0, width: 2, height: 3 });
	});

	test('leaves no point outside of the image, not by the least', () => {
		const anywhere = fc.record({
			x: fc.double({ min: -300, max: 300, noNaN: true }),
			y: fc.double({ min: -300, max: 300, noNaN: true }),
		});
		fc.assert(
			fc.property(fc.array(anywhere, { minLength: 3, maxLength: 8 }), (ring) => {
				for (const { x, y } of clipRing(ring, SIZE))
					expect(x >= 0 && y >= 0 && x <= SIZE.width && y <= SIZE.height).toBe(true);
			}),
		);
	});

	test('drops a line without a point in the image, and holds the ends of others at the edge', () => {
		const line = (...points: Point[]): Geometry => ({ type: 'line', points });
		expect(clippedGeometry(line({ x: -5, y: -5 }, { x: -1, y: 3 }), SIZE)).toBeUndefined();
		expect(clippedGeometry(line({ x: -5, y: 5 }, { x: 7, y: 90 }, { x: 50, y: 50 }), SIZE)).toEqual(
			line({ x: 0, y: 5 }, { x: 7, y: 80 }, { x: 50, y: 50 }),
		);
	});

	test('drops the parts and holes of a segmentation that are outside of the image', () => {
		const inside = square(10, 10, 20);
		const whole: Geometry = {
			type: 'segmentation',
			regions: [[square(70, 40, 60), square(72, 42, 4), square(110, 60, 10)], [square(200, 10, 20)], [inside]],
		};
		const clipped = clippedGeometry(whole, SIZE);
		expect(clipped?.type === 'segmentation' ? clipped.regions.map((rings) => rings.length) : []).toEqual([2, 1]);
		expect(clipped?.type === 'segmentation' ? clipped.regions[1]?.[0] : []).toBe(inside);
		expect(clippedGeometry({ type: 'segmentation', regions: [[square(200, 10, 20)]] }, SIZE)).toBeUndefined();
	});
});
