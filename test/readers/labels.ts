import type { Classifications, Geometry, LabelObject, Point, Ring } from '@datagym/labels/model';

/** Numbers from 0 to 1, the same for one seed (mulberry32). */
function seeded(seed: number): () => number {
	let state = seed;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 0x1_0000_0000;
	};
}

interface Size {
	readonly width: number;
	readonly height: number;
}

const RECTANGLE_CLASSES = [
	'car',
	'van',
	'path',
	'quotes',
	'tags',
	'lines',
	'umlauts',
	'separators',
	'formula',
	'secret',
];

/** What an image holds, by its position: every kind of label meets every kind of image, and every seventh image has none. */
export function labelsOf(index: number, size: Size): LabelObject[] {
	if (index % 7 === 6) return [];
	const random = seeded(1000 + index);
	const kinds = KINDS.map((_, kind) => KINDS[(kind + index) % KINDS.length]).slice(0, 9);
	return kinds.flatMap((kind) => kind?.(random, size) ?? []);
}

type Kind = (random: () => number, size: Size) => LabelObject[];

const KINDS: readonly Kind[] = [
	// A rectangle inside, in decimals, of any class.
	(random, size) => [
		label(RECTANGLE_CLASSES[Math.floor(random() * RECTANGLE_CLASSES.length)] ?? 'car', box(random, size)),
	],
	(random, size) => [
		label(RECTANGLE_CLASSES[Math.floor(random() * RECTANGLE_CLASSES.length)] ?? 'car', box(random, size), {
			score: Math.round(random() * 1000) / 1000,
		}),
	],
	// With answers, and a plate of its own.
	(random, size) => [
		label('car', box(random, size), {
			classifications: CAR_ANSWERS,
			children: [label('plate', polygon(random, size, 4), { classifications: { text: answer('M-<&"1') } })],
		}),
	],
	// Keypoints: both, one, one outside.
	(random, size) => [
		label('person', box(random, size), {
			children: [label('nose', point(random, size)), label('left_hand', point(random, size))],
		}),
		label('person', box(random, size), { children: [label('right_hand', point(random, size))] }),
		label('person', box(random, size), { children: [label('nose', { type: 'point', x: size.width + 5, y: 3 })] }),
	],
	(random, size) => [label('road', polygon(random, size, 3 + Math.floor(random() * 9)))],
	// Two parts, one with a hole.
	(random, size) => [label('sky', holed(random, size))],
	// One part without a hole.
	(random, size) => [label('sky', { type: 'segmentation', regions: [[star(random, within(random, size), 8)]] })],
	(random, size) => [
		label('lane', { type: 'line', points: star(random, within(random, size), 5) }),
		label('lamp', point(random, size)),
	],
	// Exactly on the edge.
	(_, { width, height }) => [
		label('car', { type: 'rectangle', x: 0, y: 0, width, height }),
		label('van', { type: 'rectangle', x: width - 20, y: height - 10, width: 20, height: 10 }),
	],
	// Across the edge, by a rectangle and a polygon; completely outside.
	(random, { width, height }) => [
		label('car', { type: 'rectangle', x: -12.5, y: height / 3, width: 40, height: 30.25 }),
		label('quotes', { type: 'rectangle', x: width - 15, y: height - 15, width: 50, height: 50 }),
		label('road', { type: 'polygon', points: star(random, { x: width, y: height / 2, radius: 25 }, 7) }),
		label('van', { type: 'rectangle', x: width + 1, y: 5, width: 10, height: 10 }),
		label('road', { type: 'polygon', points: star(random, { x: -90, y: 50, radius: 20 }, 5) }),
	],
	// Less than a pixel; twice the same; of a class that the configuration does not have.
	(_, size) => [
		label('tags', { type: 'rectangle', x: 20.1, y: 20.1, width: 0.2, height: 0.2 }),
		label('umlauts', { type: 'rectangle', x: 30, y: 30, width: 20, height: 20 }),
		label('umlauts', { type: 'rectangle', x: 30, y: 30, width: 20, height: 20 }),
		label('gone', { type: 'rectangle', x: 1, y: 1, width: size.width / 2, height: 9 }),
	],
];

/** Shapes that one slip of the mouse makes, or a model: each of them makes some reader refuse a whole file. */
export const BROKEN_LABELS: readonly LabelObject[] = [
	label('road', { type: 'polygon', points: corners([5, 5], [20, 20]) }),
	label('road', { type: 'polygon', points: corners([5, 5]) }),
	label('road', { type: 'polygon', points: corners([5, 5], [10, 10], [15, 15]) }),
	label('lane', { type: 'line', points: corners([5, 5]) }),
	label('sky', { type: 'segmentation', regions: [[corners([5, 5], [20, 20])]] }),
	label('sky', { type: 'segmentation', regions: [] }),
	label('car', { type: 'rectangle', x: 10, y: 10, width: 0, height: 12 }),
	label('car', { type: 'rectangle', x: 10, y: 10, width: 0, height: 0 }),
	label('car', { type: 'rectangle', x: -40, y: -40, width: 10, height: 10 }),
	label('lamp', { type: 'point', x: 9, y: 9 }),
];

/** An outline that crosses itself: two triangles of 20 by 10 pixels. */
export const BOW_TIE = label('road', { type: 'polygon', points: corners([10, 10], [30, 30], [30, 10], [10, 30]) });

function corners(...points: [number, number][]): Ring {
	return points.map(([x, y]) => ({ x, y }));
}

const CAR_ANSWERS: Classifications = {
	color: answer('red'),
	damage: { values: ['dent', 'scratch'], children: { note: answer('left "door", <big>\nand small') } },
};

export function answer(...values: string[]): Classifications[string] {
	return { values, children: {} };
}

function label(className: string, geometry: Geometry, more: Partial<LabelObject> = {}): LabelObject {
	return { className, geometry, classifications: {}, children: [], ...more };
}

function box(random: () => number, size: Size): Geometry {
	const width = decimal(5 + random() * size.width * 0.4);
	const height = decimal(5 + random() * size.height * 0.4);
	return {
		type: 'rectangle',
		x: decimal(random() * (size.width - width)),
		y: decimal(random() * (size.height - height)),
		width,
		height,
	};
}

function point(random: () => number, size: Size): Geometry {
	return { type: 'point', x: decimal(random() * size.width), y: decimal(random() * size.height) };
}

function polygon(random: () => number, size: Size, corners: number): Geometry {
	return { type: 'polygon', points: star(random, within(random, size), corners) };
}

interface Circle extends Point {
	readonly radius: number;
}

/** A circle that lies in the image. */
function within(random: () => number, { width, height }: Size): Circle {
	const radius = 10 + random() * (Math.min(width, height) / 4 - 10);
	return { x: radius + random() * (width - 2 * radius), y: radius + random() * (height - 2 * radius), radius };
}

/** An outline that does not cross itself: corners at rising angles around the middle. */
function star(random: () => number, { x, y, radius }: Circle, corners: number): Ring {
	return Array.from({ length: corners }, (_, corner) => {
		const angle = ((corner + random() * 0.6) / corners) * 2 * Math.PI;
		const distance = radius * (0.4 + random() * 0.6);
		return { x: decimal(x + Math.cos(angle) * distance), y: decimal(y + Math.sin(angle) * distance) };
	});
}

function holed(random: () => number, { width, height }: Size): Geometry {
	const left = star(random, { x: width * 0.25, y: height * 0.5, radius: Math.min(width, height) * 0.22 }, 9);
	const hole = star(random, { x: width * 0.25, y: height * 0.5, radius: Math.min(width, height) * 0.07 }, 6);
	const right = star(random, { x: width * 0.75, y: height * 0.5, radius: Math.min(width, height) * 0.22 }, 5);
	return { type: 'segmentation', regions: [[left, hole], [right]] };
}

/** Two decimals, as DataGym's task details often have them. */
function decimal(number: number): number {
	return Math.round(number * 100) / 100;
}
