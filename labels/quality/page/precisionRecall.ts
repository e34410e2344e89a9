import { html, shortened, type Html } from '../../preview/html';

/** A curve of a class, or of all of them. */
export interface ShownCurve {
	readonly name: string;
	/** Class in the page's style sheet, which gives the color. */
	readonly css: string;
	/** Precision (0 to 1) at the recalls 0, 0.01, ... 1. */
	readonly precisions: readonly number[];
}

/** In units of the drawing, which are pixels at its full width. */
const WIDTH = 360;
const LEFT = 50;
const TOP = 8;
const HEIGHT = 230;
const TICKS = [0, 0.25, 0.5, 0.75, 1];
const LONGEST_NAME = 24;

/** Draws precision over recall, the last curve on top. */
export function precisionRecallChart(title: string, about: string, curves: readonly ShownCurve[]): Html {
	const lines = TICKS.map(
		(tick) =>
			html`<path class="axis" d="M${LEFT} ${y(tick)}H${WIDTH - 4}M${x(tick)} ${y(0)}V${y(1)}"/><text class="name" x="${LEFT - 6}" y="${y(tick)}">${tick}</text><text class="below" x="${x(tick)}" y="${y(0) + 13}">${tick}</text>`,
	);
	const shown = curves.filter(({ precisions }) => precisions.length > 0);
	const paths = shown.map(
		({ name, css, precisions }) =>
			html`<g class="curve ${css}"><title>${name}</title><path d="${pathThrough(precisions)}"/></g>`,
	);
	const units = html`<text class="below" x="${x(0.5)}" y="${y(0) + 30}">recall</text><text class="below" transform="translate(8 ${y(0.5)}) rotate(-90)">precision</text>`;
	const drawing =
		shown.length === 0
			? html`<p class="quiet">Nothing to draw: there is no label that a prediction could be about.</p>`
			: html`<svg viewBox="0 0 ${WIDTH} ${y(0) + 38}" role="img" aria-label="${title}">${lines}${units}${paths}</svg><ul class="keys">${[...shown].reverse().map(({ name, css }) => html`<li><i class="swatch ${css}"></i><bdi>${shortened(name, LONGEST_NAME)}</bdi></li>`)}</ul>`;
	return html`<section class="card"><h2>${title}</h2><p class="quiet">${about}</p>${drawing}</section>
`;
}

function pathThrough(precisions: readonly number[]): string {
	const step = 1 / Math.max(1, precisions.length - 1);
	return precisions.map((precision, index) => `${index === 0 ? 'M' : 'L'}${x(index * step)} ${y(precision)}`).join('');
}

function x(recall: number): number {
	return round(LEFT + recall * (WIDTH - LEFT - 4));
}

function y(precision: number): number {
	return round(TOP + (1 - precision) * HEIGHT);
}

function round(value: number): number {
	return Math.round(value * 100) / 100;
}
