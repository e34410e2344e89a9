import { counted, grouped, html, shortened, type Html } from './html';

/** A bar of a chart. */
export interface Bar {
	readonly name: string;
	readonly count: number;
	/** Class in the page's style sheet, which gives the color. */
	readonly css: string;
}

/** In units of the drawing, which are pixels at its full width. */
const WIDTH = 360;
const ROW = 24;
const NAMES = 118;
const COUNTS = 48;
const LONGEST_NAME = 17;
const MOST_BARS = 20;

/** Room for longer names than those of most classes. */
export const WIDE_NAMES = { width: 172, longest: 26 };

/** Draws horizontal bars with their names and numbers, only the largest ones if there are many. */
export function barChart(
	title: string,
	about: string,
	bars: readonly Bar[],
	{ width: namesWidth, longest } = { width: NAMES, longest: LONGEST_NAME },
): Html {
	const sorted = [...bars].sort((a, b) => b.count - a.count);
	const shown = sorted.slice(0, MOST_BARS);
	const rest = sorted.slice(MOST_BARS);
	const height = shown.length * ROW;
	const scale = (WIDTH - namesWidth - COUNTS) / (shown[0]?.count || 1);
	const { starts, width: thickness } = bands(shown.length, 0, height, 0.25);
	const rows = shown.map(({ name, count, css }, index) => {
		const top = starts[index] ?? 0;
		const middle = round(top + thickness / 2);
		const length = count * scale;
		return html`<g class="${css}"><title>${name}: ${grouped(count)}</title><text class="name" x="${namesWidth - 8}" y="${middle}">${shortened(name, longest)}</text><rect x="${namesWidth}" y="${round(top)}" width="${round(Math.max(length, count > 0 ? 1 : 0))}" height="${round(thickness)}" rx="2"/><text x="${round(namesWidth + length + 6)}" y="${middle}">${grouped(count)}</text></g>`;
	});
	const more =
		rest.length > 0
			? html`<p class="quiet">and ${grouped(rest.length)} more with ${grouped(sum(rest.map(({ count }) => count)))} together</p>`
			: undefined;
	return chart(title, about, height, rows, more);
}

const PLOT_HEIGHT = 150;
/** Room above the highest column. */
const PLOT_TOP = 14;
const AXIS = 34;
const MOST_COLUMNS = 20;
const ABOUT_TICKS = 4;

/** Draws how many images have how many labels. */
export function histogram(title: string, about: string, imagesByLabelCount: ReadonlyMap<number, number>): Html {
	const { columns, step } = columnsOf(imagesByLabelCount);
	const ticks = niceTicks(Math.max(...columns) || 1, ABOUT_TICKS);
	const scale = (PLOT_HEIGHT - PLOT_TOP) / (ticks.at(-1) ?? 1);
	const y = (images: number) => PLOT_HEIGHT - images * scale;
	const lines = ticks.map(
		(tick) =>
			html`<path class="axis" d="M${AXIS} ${round(y(tick))}H${WIDTH}"/><text class="name" x="${AXIS - 6}" y="${round(y(tick))}">${grouped(tick)}</text>`,
	);
	const everyOther = Math.ceil(columns.length / 10);
	const { starts, width } = bands(columns.length, AXIS, WIDTH, 0.15);
	const bars = columns.map((images, index) => {
		const from = index * step;
		const name = step === 1 ? String(from) : `${from}–${from + step - 1}`;
		const left = starts[index] ?? 0;
		const label =
			index % everyOther === 0
				? html`<text class="below" x="${round(left + width / 2)}" y="${PLOT_HEIGHT + 14}">${from}</text>`
				: undefined;
		return html`<g class="plain"><title>${name} ${name === '1' ? 'label' : 'labels'}: ${counted(images, 'image')}</title><rect x="${round(left)}" y="${round(y(images))}" width="${round(width)}" height="${round(PLOT_HEIGHT - y(images))}" rx="2"/>${label}</g>`;
	});
	const unit = html`<text class="below" x="${(AXIS + WIDTH) / 2}" y="${PLOT_HEIGHT + 32}">labels per image${step === 1 ? '' : `, in steps of ${step}`}</text>`;
	return chart(title, about, PLOT_HEIGHT + 40, [...lines, ...bars, unit]);
}

/** Gathers the images in columns of `step` numbers of labels each: column 0 has those with 0 to `step - 1` labels. */
function columnsOf(imagesByLabelCount: ReadonlyMap<number, number>): { columns: number[]; step: number } {
	let most = 0;
	for (const labels of imagesByLabelCount.keys()) most = Math.max(most, labels);
	const step = Math.ceil((most + 1) / MOST_COLUMNS);
	const columns = new Array<number>(Math.ceil((most + 1) / step)).fill(0);
	for (const [labels, images] of imagesByLabelCount) {
		const column = Math.floor(labels / step);
		columns[column] = (columns[column] ?? 0) + images;
	}
	return { columns, step };
}

/** Round steps, and the rough ones from which on they are taken: the geometric mean of neighbors. */
const STEPS = [
	[10, Math.sqrt(50)],
	[5, Math.sqrt(10)],
	[2, Math.sqrt(2)],
] as const;

/**
 * Round numbers for an axis of whole ones, from 0 to the first at or above `most`: about `count` steps of 1, 2 or 5 times
 * a power of ten. `most` is above 0. The numbers are those of d3-scale's `nice(count)` and `ticks(count)`.
 */
export function niceTicks(most: number, count: number): number[] {
	const rough = most / count;
	const power = 10 ** Math.floor(Math.log10(rough));
	const [factor] = STEPS.find(([, from]) => rough / power >= from) ?? [1];
	const step = Math.max(1, factor * power);
	const end = Math.ceil(most / step) * step;
	if (end > most) return niceTicks(end, count);
	return Array.from({ length: end / step + 1 }, (_, index) => index * step);
}

/**
 * Divides a length from `from` to `to` into equal bands with a gap between and around them, of `gap` (0 to 1) of the
 * distance from one band to the next. The numbers are those of d3-scale's `scaleBand` with `padding(gap)`.
 */
export function bands(count: number, from: number, to: number, gap: number): { starts: number[]; width: number } {
	const distance = (to - from) / Math.max(1, count + gap);
	return {
		starts: Array.from({ length: count }, (_, index) => from + distance * (index + gap)),
		width: distance * (1 - gap),
	};
}

function chart(title: string, about: string, height: number, content: readonly Html[], below?: Html): Html {
	const drawing =
		content.length === 0
			? html`<p class="quiet">Nothing to count.</p>`
			: html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">${content}</svg>`;
	return html`<section class="card"><h2>${title}</h2><p class="quiet">${about}</p>${drawing}${below}</section>
`;
}

function sum(numbers: readonly number[]): number {
	return numbers.reduce((total, number) => total + number, 0);
}

function round(value: number): number {
	return Math.round(value * 100) / 100;
}
