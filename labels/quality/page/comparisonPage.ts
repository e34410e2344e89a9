import { counted, html, type Html } from '../../preview/html';
import { previewClasses, type PreviewClasses } from '../../preview/previewClasses';
import type { LabelClass } from '../../model';
import type { Evaluation } from '../evaluation/evaluation';
import { type ComparedPicture, comparisonFigure } from './comparisonFigure';
import { comparisonStyles } from './comparisonStyles';
import { type NumberCard, numberCards, PAGE_END, pageHead } from './pageFrame';
import { MISTAKES, VERDICT_NAMES, VERDICT_TEXTS, VERDICTS } from './mistakes';
import { precisionRecallChart } from './precisionRecall';
import { classTable, confusionTable, percentage } from './tables';

/** What the head of the page shows. */
export interface Comparison {
	/** The project's name. */
	readonly title: string;
	readonly evaluation: Evaluation;
	/** Whether the predictions have scores, without which there are no curves. */
	readonly hasScores: boolean;
	/** The label configuration, for names and colors. */
	readonly classes: readonly LabelClass[];
	/** Images on the page; the ones with the worst score, if they are not all. */
	readonly shown: number;
	/** What somebody should know who reads the numbers, as sentences. */
	readonly notes: readonly string[];
	/** Width of an image in the page, in CSS pixels. */
	readonly imageWidth: number;
}

/**
 * The comparison of a model's predictions with labels as an HTML page, in pieces of text: numbers, curves and the confusion matrix, and the
 * images in the order given, each asked for when the one before it is written. Like the preview, it needs no other file and forbids
 * itself scripts and requests.
 */
export async function* comparisonPage(
	comparison: Comparison,
	images: AsyncIterable<ComparedPicture>,
): AsyncGenerator<string, void, undefined> {
	const counts = new Map(comparison.evaluation.classes.map(({ className, labels }) => [className, labels]));
	const classes = previewClasses(comparison.classes, counts);
	const nameOf = (key: string) => classes.find(key)?.name ?? key;
	yield head(comparison, classes, nameOf).text;
	let number = 0;
	for await (const image of images) yield* comparisonFigure(image, nameOf, number++);
	yield PAGE_END;
}

const KIND_NAMES: Readonly<Record<Evaluation['kind'], string>> = {
	boxes: 'boxes',
	masks: 'areas',
	keypoints: 'keypoints',
};

function head(comparison: Comparison, classes: PreviewClasses, nameOf: (key: string) => string): Html {
	const { evaluation, hasScores, imageWidth } = comparison;
	const content = html`${numbers(comparison)}
<div class="charts">${hasScores ? charts(evaluation, classes, nameOf) : undefined}${classTable(evaluation.classes, hasScores, nameOf)}${confusionTable(evaluation.confusion, nameOf)}</div>
${filter()}`;
	return pageHead({ ...comparison, about: about(comparison) }, comparisonStyles(classes.all, imageWidth), content);
}

function about({ evaluation, shown }: Comparison): string {
	const { images, labels, predicted, kind, overlap, score } = evaluation;
	const all = `${counted(predicted, 'prediction')} compared with ${counted(labels, 'label')} in ${counted(images, 'image')}, by their ${KIND_NAMES[kind]}`;
	const decided = `Right is what overlaps by at least ${Math.round(overlap * 100)} % and has a score of at least ${score}`;
	const which = shown === images ? 'The worst image comes first' : `The ${counted(shown, 'worst image')} follow`;
	return `${all}. ${decided}. ${which}.`;
}

/** The numbers that are looked at first. */
function numbers({ evaluation: { summary, rates, curve }, hasScores }: Comparison): Html {
	const averages = [
		['mAP', percentage(summary.ap), 'Mean average precision over overlaps of 50 to 95 %, as COCO has it'],
		['AP50', percentage(summary.ap50), 'At an overlap of 50 %'],
		['AP75', percentage(summary.ap75), 'At an overlap of 75 %'],
	] as const;
	const shown: readonly NumberCard[] = [
		...(hasScores ? averages : []),
		['Precision', percentage(rates.precision), 'Share of the predictions that are right'],
		['Recall', percentage(rates.recall), 'Share of the labels that are found'],
		['F1', percentage(rates.f1), 'Harmonic mean of precision and recall'],
		...(curve.best === undefined || !hasScores
			? []
			: ([
					[
						`Best F1, at ${curve.best.score.toFixed(2)}`,
						percentage(curve.best.f1),
						`With predictions of a score of at least ${curve.best.score.toFixed(2)}`,
					],
				] as const)),
	];
	return numberCards(shown);
}

/** With more classes, nobody could tell their curves apart; those with the most labels are drawn. */
const MOST_CURVES = 8;

function charts(
	{ classes, curve, overlap, labels }: Evaluation,
	shown: PreviewClasses,
	nameOf: (key: string) => string,
) {
	const largest = [...classes].sort((a, b) => b.labels - a.labels).slice(0, MOST_CURVES);
	const curves = largest.map((each) => ({
		name: nameOf(each.className),
		css: shown.find(each.className)?.css ?? '',
		precisions: each.curve.precisions,
	}));
	const all = { name: 'All classes', css: 'all', precisions: curve.precisions };
	return precisionRecallChart(
		'Precision and recall',
		`For all scores, at an overlap of ${Math.round(overlap * 100)} % (${counted(labels, 'label')})`,
		classes.length > 1 ? [...curves.reverse(), all] : [all],
	);
}

/** What the page lets choose: which images, and what is drawn on them. */
function filter(): Html {
	const images = [
		html`<label><input type="radio" name="images" id="only-any" checked>All</label>`,
		...MISTAKES.map(
			(mistake) =>
				html`<label><input type="radio" name="images" id="only-${mistake}">${VERDICT_NAMES[mistake]}</label>`,
		),
		html`<label><input type="radio" name="images" id="only-right">All right</label>`,
	];
	const drawn = VERDICTS.map(
		(verdict) =>
			html`<label title="${VERDICT_TEXTS[verdict]}"><input type="checkbox" id="show-${verdict}" checked><i class="swatch ${verdict}"></i>${VERDICT_NAMES[verdict]}</label>`,
	);
	const sides = [
		html`<label><input type="checkbox" id="show-truth" checked><i class="line-kind"></i>Labels</label>`,
		html`<label><input type="checkbox" id="show-predicted" checked><i class="line-kind dashed"></i>Predictions</label>`,
		html`<label><input type="checkbox" id="show-names" checked>Names</label>`,
		html`<label><input type="checkbox" id="show-areas" checked>Areas</label>`,
	];
	return html`<div class="card filter"><fieldset><legend>Images with</legend>${images}</fieldset><fieldset><legend>Drawn</legend>${drawn}</fieldset><fieldset class="others">${sides}</fieldset></div>`;
}
