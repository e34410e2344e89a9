import fc from 'fast-check';
import type { Point } from '@datagym/labels/model';
import type { ClassDraft } from '../../emulator/store/seeding';
import type { LabelValue, Task } from '../../emulator/store/model';
import { UI_USER, type Store } from '../../emulator/store/store';
import { createValue, updateValue, valuesOf } from '../../emulator/store/values';

/** What people have labeled in a project, drawn at random. */

export const SIZE = { width: 640, height: 480 };

export const CLASSES: ClassDraft[] = [
	{
		entryKey: 'car',
		type: 'rectangle',
		children: [
			{ entryKey: 'color', type: 'select', options: { red: 'Red', blue: 'Blue' } },
			{ entryKey: 'plate', type: 'rectangle' },
			{ entryKey: 'nose', type: 'point' },
		],
	},
	{ entryKey: 'lamp', type: 'point' },
	{ entryKey: 'lane', type: 'line' },
	{ entryKey: 'road', type: 'polygon' },
	{ entryKey: 'sky', type: 'image_segmentation' },
	// No folder can be called like the last two, and the folders that they get are the same.
	{ entryKey: 'weather', type: 'select', options: { sun: 'Sun', 'snow/ice': 'Snow or ice', 'snow:ice': 'Both' } },
];

export interface Drawn {
	readonly kind: 'car' | 'lamp' | 'lane' | 'road' | 'sky';
	/** Corners clockwise from the top left, in whole pixels. */
	readonly corners: readonly [Point, Point, Point, Point];
	readonly color: 'red' | 'blue' | undefined;
	readonly withPlate: boolean;
}

export interface Scene {
	readonly drawn: readonly Drawn[];
	readonly weather: string | undefined;
}

const CELL = { width: 160, height: 120 };
const CELLS = Array.from({ length: 12 }, (_, index) => ({
	x: (index % 4) * CELL.width,
	y: Math.floor(index / 4) * CELL.height,
}));

const near = fc.integer({ min: 10, max: 40 });

/** One thing in each of some cells of the picture, so that nothing covers anything else. */
const scene: fc.Arbitrary<Scene> = fc.record({
	drawn: fc
		.tuple(
			...CELLS.map((cell) =>
				fc.record({
					kind: fc.constantFrom('car' as const, 'lamp' as const, 'lane' as const, 'road' as const, 'sky' as const),
					corners: fc.tuple(near, near, near, near, near, near).map(([a, b, c, d, e, f]): Drawn['corners'] => [
						{ x: cell.x + a, y: cell.y + b },
						{ x: cell.x + CELL.width - c, y: cell.y + b },
						{ x: cell.x + CELL.width - d, y: cell.y + CELL.height - e },
						{ x: cell.x + f, y: cell.y + CELL.height - e },
					]),
					color: fc.constantFrom('red' as const, 'blue' as const, undefined),
					withPlate: fc.boolean(),
					isThere: fc.boolean(),
				}),
			),
		)
		.map((all) => all.filter(({ isThere }) => isThere)),
	weather: fc.constantFrom('sun', 'snow/ice', 'snow:ice', undefined),
});

/** As many scenes as images; the first has one thing of each kind, and the second nothing. */
export function scenes(count: number): Scene[] {
	const [first, ...others] = fc.sample(scene, { numRuns: count - 1 });
	const kinds = ['car', 'lamp', 'lane', 'road', 'sky'] as const;
	const corners = CELLS.slice(0, kinds.length).map(({ x, y }): Drawn['corners'] => [
		{ x: x + 20, y: y + 20 },
		{ x: x + 130, y: y + 20 },
		{ x: x + 110, y: y + 100 },
		{ x: x + 30, y: y + 100 },
	]);
	const all = kinds.map((kind, index) => ({ kind, corners: corners[index]!, color: 'red' as const, withPlate: true }));
	return [
		{ drawn: all, weather: 'snow/ice' },
		{ drawn: [], weather: 'sun' },
		...(first ? [first] : []),
		...others,
	].slice(0, count);
}

export const boxOf = ([leftTop, , rightBottom]: Drawn['corners']) => ({
	x: leftTop.x,
	y: leftTop.y,
	width: rightBottom.x - leftTop.x,
	height: rightBottom.y - leftTop.y,
});
/** In the middle third of a box. */
export const plateIn = ({ x, y, width, height }: ReturnType<typeof boxOf>) => ({
	x: x + Math.floor(width / 3),
	y: y + Math.floor(height / 3),
	width: Math.floor(width / 3),
	height: Math.floor(height / 3),
});
export const noseIn = ({ x, y }: ReturnType<typeof boxOf>) => ({ x: x + 5, y: y + 7 });
export const holeIn = (corners: Drawn['corners']): Point[] => {
	const { x, y, width, height } = plateIn(boxOf(corners));
	return [
		{ x, y },
		{ x, y: y + height },
		{ x: x + width, y: y + height },
		{ x: x + width, y },
	];
};

/** A person draws the scene. */
export function draw(store: Store, task: Task, { drawn, weather }: Scene): void {
	const entryOf = (key: string) => task.project.configuration.roots.find((root) => root.key === key)!;
	const add = (entry: LabelValue['entry'], content: LabelValue['content'], parent: LabelValue | null = null) => {
		const value = createValue(store, task, entry, parent, UI_USER);
		updateValue(store, value, { content, comment: null, parent, labeler: UI_USER, valid: true });
		return value;
	};
	const stored = (points: readonly Point[]) => points.map((point) => ({ id: store.newId(), ...point }));
	for (const { kind, corners, color, withPlate } of drawn) {
		const box = boxOf(corners);
		const [first] = corners;
		const entry = entryOf(kind);
		if (kind === 'lamp') add(entry, { type: 'POINT', ...first });
		if (kind === 'lane') add(entry, { type: 'LINE', points: stored(corners.slice(0, 3)) });
		if (kind === 'road') add(entry, { type: 'POLYGON', points: stored(corners) });
		if (kind === 'sky')
			add(entry, {
				type: 'IMAGE_SEGMENTATION',
				rings: [corners, holeIn(corners)].map((points) => ({ id: store.newId(), points: stored(points) })),
			});
		if (kind !== 'car') continue;
		const car = add(entry, { type: 'RECTANGLE', ...box });
		const inside = (key: string) => entry.children.find((child) => child.key === key)!;
		const answer =
			car.children.find((child) => child.entry.key === 'color') ??
			createValue(store, task, inside('color'), car, UI_USER);
		updateValue(store, answer, {
			content: { type: 'SELECT', selectKey: color ?? null },
			comment: null,
			parent: car,
			labeler: UI_USER,
			valid: true,
		});
		if (withPlate) add(inside('plate'), { type: 'RECTANGLE', ...plateIn(box) }, car);
		if (withPlate) add(inside('nose'), { type: 'POINT', ...noseIn(box) }, car);
	}
	const answer = valuesOf(task).find(({ entry }) => entry.key === 'weather');
	const content: LabelValue['content'] = { type: 'SELECT', selectKey: weather ?? null };
	if (answer === undefined) add(entryOf('weather'), content);
	else updateValue(store, answer, { content, comment: null, parent: null, labeler: UI_USER, valid: true });
}
