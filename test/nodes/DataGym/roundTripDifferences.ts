import type { ConversionReason } from '@datagym/labels/dataset/conversionReport';
import type { Point } from '@datagym/labels/model';
import type { LabelValue, Task } from '../../emulator/store/model';
import { valuesOf } from '../../emulator/store/values';
import { painted, sharedPixels } from '../../labels/geometry/pictures';
import { boxOf, type Drawn, holeIn, noseIn, plateIn, type Scene, SIZE } from './roundTripScene';

/** What of a scene is in a project after it went through a format. */

/** What a format loses by its own declaration. */
export interface Losses {
	readonly reasons: ReadonlySet<ConversionReason>;
	/** Classes that it has no labels of. */
	readonly skipped: ReadonlySet<string>;
	/** Whether the format has nothing but the classes of whole images. */
	readonly isOfImages: boolean;
	/** How far the numbers of the format can be from the edges of a box, in pixels; 0 if it holds whole pixels. */
	readonly step?: number;
}

/**
 * How many pixels a step of the numbers of a format is in the scenes, by docs/formats.md: 1024ths, thousandths, and pixels of an image
 * that is resized to multiples of 28. Others hold whole pixels.
 */
export function stepOf(key: string): number {
	const steps: Readonly<Record<string, number>> = {
		florence2Jsonl: SIZE.width / 1000,
		paliGemmaJsonl: SIZE.width / 1024,
		qwen25VlJsonl: 1,
		qwen3VlJsonl: SIZE.width / 1000,
	};
	return steps[key] ?? 0;
}

/** What is not as it was, within the losses; nothing if all is. */
export function differences(task: Task, { drawn, weather }: Scene, losses: Losses): string[] {
	const values = flat(valuesOf(task));
	const found = (key: string) => values.filter(({ entry }) => entry.key === key);
	const has = (reason: ConversionReason) => losses.reasons.has(reason);
	const problems: string[] = [];
	const boxText = (value: LabelValue) => boxTextOf(value, drawn, losses.step ?? 0);
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

const edgesOf = ({ x, y, width, height }: Record<'x' | 'y' | 'width' | 'height', number | null>) =>
	[x, y, (x ?? NaN) + (width ?? NaN), (y ?? NaN) + (height ?? NaN)].map((edge) => edge ?? NaN);

/** In whole pixels, which all formats can hold. */
const texts = (numbers: object) => Object.values(numbers).map(Math.round).join(' ');

/** Of a box that is as close to a drawn one as the format can tell, the numbers of that one. */
function boxTextOf({ content }: LabelValue, drawn: readonly Drawn[], step: number): string {
	if (content.type === 'RECTANGLE') {
		const { x, y, width, height } = content;
		const all = drawn.flatMap(({ corners }) => [boxOf(corners), plateIn(boxOf(corners))]);
		const close = all.find((box) =>
			edgesOf(box).every((edge, index) => Math.abs(edge - (edgesOf(content)[index] ?? NaN)) <= step),
		);
		return texts(close ?? { x, y, width, height });
	}
	return content.type === 'POINT' ? texts({ x: content.x, y: content.y }) : content.type;
}

function colorOf({ children }: LabelValue): string | null | undefined {
	const answer = children.find(({ entry }) => entry.key === 'color')?.content;
	return answer?.type === 'SELECT' ? answer.selectKey : undefined;
}
