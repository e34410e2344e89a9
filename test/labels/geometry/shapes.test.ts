import fc from 'fast-check';
import { clippedGeometry } from '@datagym/labels/geometry/geometryChanges';
import { displayedImage, storedImage } from '@datagym/labels/geometry/orientation';
import { smallestOrientedBox } from '@datagym/labels/geometry/orientedBox';
import { clipBox, clipRing } from '@datagym/labels/geometry/shapes';
import type { Geometry, Point, Ring } from '@datagym/labels/model';
import { image, object } from '../build';

const SIZE = { width: 100, height: 80 };
const square = (x: number, y: number, side: number): Ring => [
	{ x, y },
	{ x: x + side, y },
	{ x: x + side, y: y + side },
	{ x, y: y + side },
];

describe('an EXIF orientation (Exif 2.32, 4.6.4 A)', () => {
	const stored = { x: 10, y: 20 };
	const labeled = (point: Point, size: object) => {
		const geometry: Geometry = { type: 'point', ...point };
		return image([object('car', geometry, { children: [object('plate', geometry)] })], size);
	};

	test.each([
		[1, { x: 10, y: 20 }],
		[2, { x: 90, y: 20 }],
		[3, { x: 90, y: 60 }],
		[4, { x: 10, y: 60 }],
		[5, { x: 20, y: 10 }],
		[6, { x: 60, y: 10 }],
		[7, { x: 60, y: 90 }],
		[8, { x: 20, y: 90 }],
	])('of %d moves labels, and those nested in them, as programs turn the image', (orientation, shown) => {
		const displayedSize = orientation >= 5 ? { width: 80, height: 100 } : SIZE;
		const displayed = displayedImage(labeled(stored, { ...SIZE, orientation }));
		expect(displayed).toEqual(labeled(shown, { ...displayedSize, orientation: 1 }));
		expect(storedImage(labeled(shown, displayedSize), orientation).objects).toEqual(labeled(stored, {}).objects);
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
