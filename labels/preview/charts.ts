import { bin, max, sum } from 'd3-array';
import { scaleBand, scaleLinear } from 'd3-scale';
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

/** Horizontal bars with their names and numbers, the largest ones if there are many. */
export function barChart(title: string, about: string, bars: readonly Bar[]): Html {
	const shown = [...bars].sort((a, b) => b.count - a.count).slice(0, MOST_BARS);
	const rest = bars.length - shown.length;
	const height = shown.length * ROW;
	const x = scaleLinear([0, max(shown, ({ count }) => count) || 1], [0, WIDTH - NAMES - COUNTS]);
	const y = scaleBand(shown.keys(), [0, height]).padding(0.25);
	const rows = shown.map(({ name, count, css }, index) => {
		const top = y(index) ?? 0;
		const middle = round(top + y.bandwidth() / 2);
		return html`<g class="${css}"><title>${name}: ${grouped(count)}</title><text class="name" x="${NAMES - 8}" y="${middle}">${shortened(name, LONGEST_NAME)}</text><rect x="${NAMES}" y="${round(top)}" width="${round(Math.max(x(count), count > 0 ? 1 : 0))}" height="${round(y.bandwidth())}" rx="2"/><text x="${round(NAMES + x(count) + 6)}" y="${middle}">${grouped(count)}</text></g>`;
	});
	const more =
		rest > 0
			? html`<p class="quiet">and ${grouped(rest)} more with ${grouped(sum(bars, ({ count }) => count) - sum(shown, ({ count }) => count))} together</p>`
			: undefined;
	return chart(title, about, height, rows, more);
}

const PLOT_HEIGHT = 150;
const AXIS = 34;
const MOST_COLUMNS = 20;

/** How many images have how many labels. */
export function histogram(title: string, about: string, imagesByLabelCount: ReadonlyMap<number, number>): Html {
	const counts = [...imagesByLabelCount.keys()];
	const most = max(counts) ?? 0;
	const step = Math.max(1, Math.ceil((most + 1) / MOST_COLUMNS));
	const end = Math.ceil((most + 1) / step) * step;
	const edges = Array.from({ length: end / step - 1 }, (_, index) => (index + 1) * step);
	const columns = bin<number, number>()
		.domain([0, end])
		.thresholds(edges)(counts)
		.map((members) => ({
			from: members.x0 ?? 0,
			images: sum(members, (count) => imagesByLabelCount.get(count) ?? 0),
		}));
	const x = scaleBand(
		columns.map(({ from }) => from),
		[AXIS, WIDTH],
	).padding(0.15);
	const y = scaleLinear([0, max(columns, ({ images }) => images) || 1], [PLOT_HEIGHT, 14]).nice(4);
	const lines = y
		.ticks(4)
		.filter(Number.isInteger)
		.map(
			(tick) =>
				html`<path class="axis" d="M${AXIS} ${round(y(tick))}H${WIDTH}"/><text class="name" x="${AXIS - 6}" y="${round(y(tick))}">${grouped(tick)}</text>`,
		);
	const everyOther = Math.ceil(columns.length / 10);
	const bars = columns.map(({ from, images }, index) => {
		const name = step === 1 ? String(from) : `${from}–${from + step - 1}`;
		const left = x(from) ?? 0;
		const label =
			index % everyOther === 0
				? html`<text class="below" x="${round(left + x.bandwidth() / 2)}" y="${PLOT_HEIGHT + 14}">${step === 1 ? name : String(from)}</text>`
				: undefined;
		return html`<g class="plain"><title>${name} ${name === '1' ? 'label' : 'labels'}: ${counted(images, 'image')}</title><rect x="${round(left)}" y="${round(y(images))}" width="${round(x.bandwidth())}" height="${round(PLOT_HEIGHT - y(images))}" rx="2"/>${label}</g>`;
	});
	const unit = html`<text class="below" x="${(AXIS + WIDTH) / 2}" y="${PLOT_HEIGHT + 32}">labels in an image${step === 1 ? '' : `, from … in steps of ${step}`}</text>`;
	return chart(title, about, PLOT_HEIGHT + 40, [...lines, ...bars, unit]);
}

function chart(title: string, about: string, height: number, content: readonly Html[], below?: Html): Html {
	const drawing =
		content.length === 0
			? html`<p class="quiet">Nothing to count.</p>`
			: html`<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-label="${title}">${content}</svg>`;
	return html`<section class="card"><h2>${title}</h2><p class="quiet">${about}</p>${drawing}${below}</section>
`;
}

function round(value: number): number {
	return Math.round(value * 100) / 100;
}
