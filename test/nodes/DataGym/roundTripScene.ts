import fc from 'fast-check';
import type { ConversionReason } from '@datagym/labels/dataset/conversionReport';
import type { Point } from '@datagym/labels/model';
import type { ClassDraft } from '../../emulator/store/seeding';
import type { LabelValue, Task } from '../../emulator/store/model';
import { UI_USER, type Store } from '../../emulator/store/store';
import { createValue, updateValue, valuesOf } from '../../emulator/store/values';
import { painted, sharedPixels } from '../../labels/geometry/pictures';

/** What people have labeled in a project, drawn at random, and what of it is in another one after it went through a format. */

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

interface Drawn {
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

const boxOf = ([leftTop, , rightBottom]: Drawn['corners']) => ({
	x: leftTop.x,
	y: leftTop.y,
	width: rightBottom.x - leftTop.x,
	height: rightBottom.y - leftTop.y,
});
/** In the middle third of a box. */
const plateIn = ({ x, y, width, height }: ReturnType<typeof boxOf>) => ({
	x: x + Math.floor(width / 3),
	y: y + Math.floor(height / 3),
	width: Math.floor(width / 3),
	height: Math.floor(height / 3),
});
const noseIn = ({ x, y }: ReturnType<typeof boxOf>) => ({ x: x + 5, y: y + 7 });
const holeIn = (corners: Drawn['corners']): Point[] => {
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

/** What a format loses by its own declaration. */
export interface Losses {
	readonly reasons: ReadonlySet<ConversionReason>;
	/** Classes that it has no labels of. */
	readonly skipped: ReadonlySet<string>;
	/** Whether the format has nothing but the classes of whole images. */
	readonly isOfImages: boolean;
}

/** What is not as it was, within the losses; nothing if all is. */
export function differences(task: Task, { drawn, weather }: Scene, losses: Losses): string[] {
	const values = flat(valuesOf(task));
	const found = (key: string) => values.filter(({ entry }) => entry.key === key);
	const has = (reason: ConversionReason) => losses.reasons.has(reason);
	const problems: string[] = [];
	const expect = (what: string, expected: unknown, actual: unknown) => {
		const [a, b] = [JSON.stringify(expected), JSON.stringify(actual)];
		if (a !== b) problems.push(`${what}: ${b} instead of ${a}`);
	};
	const kept = (kind: string) =>
		losses.isOfImages || losses.skipped.has(kind) ? [] : drawn.filter((each) => each.kind === kind);
	const cars = kept('car');
	const withPlates = cars.filter(({ withPlate }) => withPlate);
	expect('cars', cars.map((car) => texts(boxOf(car.corners))).sort(), found('car').map(boxText).sort());
	if (!losses.skipped.has('plate'))
		expect(
			'plates, each in its car',
			withPlates.map(({ corners }) => `${texts(plateIn(boxOf(corners)))} in ${texts(boxOf(corners))}`).sort(),
			found('plate')
				.map((plate) => `${boxText(plate)} in ${plate.parent === null ? 'nothing' : boxText(plate.parent)}`)
				.sort(),
		);
	if (!losses.skipped.has('nose'))
		expect(
			'noses, each in its car',
			withPlates.map(({ corners }) => `${texts(noseIn(boxOf(corners)))} in ${texts(boxOf(corners))}`).sort(),
			found('nose')
				.map((nose) => `${boxText(nose)} in ${nose.parent === null ? 'nothing' : boxText(nose.parent)}`)
				.sort(),
		);
	if (!has('classification'))
		expect(
			'colors',
			cars.map(({ corners, color }) => `${texts(boxOf(corners))} ${color ?? 'none'}`).sort(),
			found('car')
				.map((car) => `${boxText(car)} ${colorOf(car) ?? 'none'}`)
				.sort(),
		);
	expect(
		'lamps',
		kept('lamp')
			.map(({ corners: [first] }) => texts(first))
			.sort(),
		found('lamp').map(boxText).sort(),
	);
	expect(
		'lanes',
		kept('lane')
			.map(({ corners }) => corners.slice(0, 3).map(texts).join(' '))
			.sort(),
		found('lane')
			.map(({ content }) =>
				content.type === 'LINE' ? content.points.map(({ x, y }) => texts({ x, y })).join(' ') : '',
			)
			.sort(),
	);
	problems.push(...differentAreas('road', kept('road'), found('road'), false, has));
	problems.push(...differentAreas('sky', kept('sky'), found('sky'), true, has));
	if (losses.isOfImages || !has('classification')) {
		const [answer] = found('weather');
		const value = answer?.content.type === 'SELECT' ? answer.content.selectKey : null;
		expect('weather', weather ?? null, value);
	}
	return problems;
}

function differentAreas(
	kind: string,
	drawn: readonly Drawn[],
	found: readonly LabelValue[],
	hasHoles: boolean,
	has: (reason: ConversionReason) => boolean,
): string[] {
	const canvas = { ...SIZE, pixels: new Uint8Array() };
	const isHoleKept = hasHoles && !has('reduced-to-polygon') && !has('reduced-to-box');
	const exact = drawn.map(({ corners }) => (isHoleKept ? [corners, holeIn(corners)] : [corners]));
	const boxes = drawn.map(({ corners }) => [boundsOf(corners)]);
	const imported = found.flatMap(({ content }) => {
		if (content.type === 'POLYGON') return [[placed(content.points)]];
		return content.type === 'IMAGE_SEGMENTATION' ? [content.rings.map(({ points }) => placed(points))] : [];
	});
	const actual = painted(imported, canvas);
	if (drawn.length === 0) return imported.length === 0 ? [] : [`${kind}: ${imported.length} instead of none`];
	const isBox = has('reduced-to-box');
	const shares = [exact, ...(isBox ? [boxes] : [])].map((regions) => sharedPixels(painted(regions, canvas), actual));
	// The turned box around an outline is smaller than the straight one, and larger than the outline.
	const least = isBox && has('split-into-parts') ? 0.6 : 0.95;
	return shares.some((share) => share > least)
		? []
		: [`${kind}: shares ${shares.map((share) => share.toFixed(2)).join(', ')} of its pixels`];
}

function placed(points: ReadonlyArray<{ readonly x: number | null; readonly y: number | null }>): Point[] {
	return points.map(({ x, y }) => ({ x: x ?? NaN, y: y ?? NaN }));
}

function boundsOf(corners: readonly Point[]): Point[] {
	const [xs, ys] = [corners.map(({ x }) => x), corners.map(({ y }) => y)];
	const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
	return [
		{ x: left, y: top },
		{ x: right, y: top },
		{ x: right, y: bottom },
		{ x: left, y: bottom },
	];
}

function flat(values: readonly LabelValue[]): LabelValue[] {
	return values.flatMap((value) => [value, ...flat(value.children)]);
}

/** In whole pixels, which all formats can hold. */
const texts = (numbers: object) => Object.values(numbers).map(Math.round).join(' ');

function boxText({ content }: LabelValue): string {
	if (content.type === 'RECTANGLE')
		return texts({ x: content.x, y: content.y, width: content.width, height: content.height });
	return content.type === 'POINT' ? texts({ x: content.x, y: content.y }) : content.type;
}

function colorOf({ children }: LabelValue): string | null | undefined {
	const answer = children.find(({ entry }) => entry.key === 'color')?.content;
	return answer?.type === 'SELECT' ? answer.selectKey : undefined;
}
