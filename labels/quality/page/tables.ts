import { grouped, html, shortened, type Html } from '../../preview/html';
import type { ClassEvaluation, ConfusionMatrix } from '../evaluation/evaluation';

const LONGEST_NAME = 28;
/** With more classes, a matrix is wider than any screen; those with the most mistakes are shown. */
const MOST_CLASSES = 16;

/** A share as a percentage with one decimal; a dash if there is none. */
export function percentage(share: number | undefined): string {
	return share === undefined ? '–' : `${(share * 100).toFixed(1)} %`;
}

/** A table with a row for each class that has labels or predictions. */
export function classTable(
	classes: readonly ClassEvaluation[],
	hasScores: boolean,
	nameOf: (key: string) => string,
): Html {
	const averages = hasScores ? ['mAP', 'AP50'] : [];
	const head = ['Class', ...averages, 'Precision', 'Recall', 'F1', 'Labels', 'Predictions'];
	const rows = classes
		.filter(({ labels, predicted }) => labels + predicted > 0)
		.map(({ className, labels, predicted, summary, rates }) => {
			const numbers = [
				...(hasScores ? [percentage(summary.ap), percentage(summary.ap50)] : []),
				...[rates.precision, rates.recall, rates.f1].map(percentage),
				...[labels, predicted].map(grouped),
			];
			return html`<tr><th scope="row"><bdi>${shortened(nameOf(className), LONGEST_NAME)}</bdi></th>${numbers.map((number) => html`<td>${number}</td>`)}</tr>`;
		});
	return html`<section class="card"><h2>Classes</h2><div class="wide"><table><thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead><tbody>${rows}</tbody></table></div></section>
`;
}

/** Labels by class (rows) and what was predicted for them (columns), darker where there is more. */
export function confusionTable(
	{ classNames, counts }: ConfusionMatrix,
	nameOf: (key: string) => string,
	title = 'Confusion matrix',
): Html {
	const last = classNames.length;
	const used = Array.from({ length: last }, (_, place) => place).filter((place) => isUsed(counts, place));
	const shown = mostConfused(counts, used, last);
	const places = [...shown, last];
	const most = Math.max(1, ...places.flatMap((row) => places.map((column) => countAt(counts, row, column))));
	const name = (place: number, other: string) =>
		place === last
			? html`<i>${other}</i>`
			: html`<bdi>${shortened(nameOf(classNames[place] ?? ''), LONGEST_NAME)}</bdi>`;
	const head = places.map((place) => html`<th scope="col">${name(place, 'missed')}</th>`);
	const rows = places.map(
		(row) =>
			html`<tr><th scope="row">${name(row, 'extra')}</th>${places.map((column) => cell(countAt(counts, row, column), most, row === column, row === last && column === last))}</tr>`,
	);
	const rest = used.length - shown.length;
	const more =
		rest > 0 ? html`<p class="quiet">The ${grouped(rest)} other classes have fewer mistakes.</p>` : undefined;
	return html`<section class="card matrix-card"><h2>${title}</h2><p class="quiet">Labels by row, predictions by column</p><div class="wide"><table class="matrix"><thead><tr><td></td>${head}</tr></thead><tbody>${rows}</tbody></table></div>${more}</section>
`;
}

function isUsed(counts: ConfusionMatrix['counts'], place: number): boolean {
	return counts.some((row, other) => (row[place] ?? 0) > 0 || countAt(counts, place, other) > 0);
}

/** All, or those with the most mistakes, in the order of the matrix. */
function mostConfused(counts: ConfusionMatrix['counts'], used: readonly number[], last: number): readonly number[] {
	if (used.length <= MOST_CLASSES) return used;
	const mistakes = (place: number) =>
		Array.from({ length: last + 1 }, (_, other) =>
			other === place ? 0 : countAt(counts, place, other) + countAt(counts, other, place),
		).reduce((sum, count) => sum + count, 0);
	const byMistakes = new Map(used.map((place) => [place, mistakes(place)]));
	return [...used]
		.sort((a, b) => (byMistakes.get(b) ?? 0) - (byMistakes.get(a) ?? 0))
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
