import { grouped, html, shortened, type Html } from '../../preview/html';
import type { ClassEvaluation, ConfusionMatrix } from '../evaluation/evaluation';

const LONGEST_NAME = 28;
/** With more classes, a matrix is wider than any screen; those with the most mistakes are shown. */
const MOST_CLASSES = 16;

/** A share as a percentage with one decimal; a dash if there is none. */
export function percentage(share: number | undefined): string {
	return share === undefined ? '–' : `${(share * 100).toFixed(1)} %`;
}

/** A table with a row for each class. */
export function classTable(classes: readonly ClassEvaluation[], nameOf: (key: string) => string): Html {
	const rows = classes.map(
		({ className, labels, predicted, summary, rates }) =>
			html`<tr><th scope="row"><bdi>${shortened(nameOf(className), LONGEST_NAME)}</bdi></th><td>${percentage(summary.ap)}</td><td>${percentage(summary.ap50)}</td><td>${percentage(rates.precision)}</td><td>${percentage(rates.recall)}</td><td>${percentage(rates.f1)}</td><td>${grouped(labels)}</td><td>${grouped(predicted)}</td></tr>`,
	);
	return html`<section class="card"><h2>Classes</h2><div class="wide"><table><thead><tr><th scope="col">Class</th><th scope="col">mAP</th><th scope="col">AP50</th><th scope="col">Precision</th><th scope="col">Recall</th><th scope="col">F1</th><th scope="col">Labels</th><th scope="col">Predictions</th></tr></thead><tbody>${rows}</tbody></table></div></section>
`;
}

/** Labels by class (rows) and what was predicted for them (columns), darker where there is more. */
export function confusionTable({ classNames, counts }: ConfusionMatrix, nameOf: (key: string) => string): Html {
	const last = classNames.length;
	const shown = shownClasses(counts, last);
	const places = [...shown, last];
	const most = Math.max(1, ...places.flatMap((row) => places.map((column) => countAt(counts, row, column))));
	const name = (place: number, other: string) =>
		place === last ? html`<i>${other}</i>` : html`<bdi>${shortened(nameOf(classNames[place] ?? ''), LONGEST_NAME)}</bdi>`;
	const head = places.map((place) => html`<th scope="col">${name(place, 'missed')}</th>`);
	const rows = places.map(
		(row) =>
			html`<tr><th scope="row">${name(row, 'extra')}</th>${places.map((column) => cell(countAt(counts, row, column), most, row === column, row === last && column === last))}</tr>`,
	);
	const rest = last - shown.length;
	const more = rest > 0 ? html`<p class="quiet">The ${grouped(rest)} other classes have fewer mistakes.</p>` : undefined;
	return html`<section class="card"><h2>Confusion matrix</h2><p class="quiet">Labels by row, predictions by column</p><div class="wide"><table class="matrix"><thead><tr><td></td>${head}</tr></thead><tbody>${rows}</tbody></table></div>${more}</section>
`;
}

/** All, or those with the most mistakes, in the order of the matrix. */
function shownClasses(counts: ConfusionMatrix['counts'], last: number): number[] {
	const all = Array.from({ length: last }, (_, place) => place);
	if (last <= MOST_CLASSES) return all;
	const mistakes = all.map((place) =>
		Array.from({ length: last + 1 }, (_, other) =>
			other === place ? 0 : countAt(counts, place, other) + countAt(counts, other, place),
		).reduce((sum, count) => sum + count, 0),
	);
	return [...all]
		.sort((a, b) => (mistakes[b] ?? 0) - (mistakes[a] ?? 0))
		.slice(0, MOST_CLASSES)
		.sort((a, b) => a - b);
}

function countAt(counts: ConfusionMatrix['counts'], row: number, column: number): number {
	return counts[row]?.[column] ?? 0;
}

function cell(count: number, most: number, isRight: boolean, isNothing: boolean): Html {
	if (isNothing) return html`<td></td>`;
	const strength = Math.round(Math.sqrt(count / most) * 100) / 100;
	return html`<td class="${count === 0 ? 'none' : isRight ? 'right' : 'wrong'}" style="--strength:${strength}">${grouped(count)}</td>`;
}
