import type { LabelClass } from '../../model';
import { counted, html, type Html } from '../../preview/html';
import type { ImageClassEvaluation, ImageClassJudgment, QuestionEvaluation } from '../evaluation/imageClasses';
import { NOT_PREDICTED, type PicturedResult } from './comparisonFigure';
import { comparisonStyles } from './comparisonStyles';
import { numberCards, PAGE_END, pageHead, pictureFrame } from './pageFrame';
import { confusionTable, percentage } from './tables';

export interface ImageClassComparison {
	/** The project's name. */
	readonly title: string;
	readonly evaluation: ImageClassEvaluation;
	/** The label configuration, for names. */
	readonly classes: readonly LabelClass[];
	/** Images on the page; the ones with the worst score, if they are not all. */
	readonly shown: number;
	/** What somebody should know who reads the numbers, as sentences. */
	readonly notes: readonly string[];
	/** Width of an image in the page, in CSS pixels. */
	readonly imageWidth: number;
}

/** The comparison of whole-image classes with those of people as an HTML page, as `comparisonPage` for objects. */
export async function* imageClassPage(
	comparison: ImageClassComparison,
	images: AsyncIterable<PicturedResult<ImageClassJudgment>>,
): AsyncGenerator<string, void, undefined> {
	const { evaluation, classes, imageWidth } = comparison;
	const names = new Map(classes.map(({ key, name }) => [key, name]));
	const nameOf = (key: string) => names.get(key) ?? key;
	const content = html`${numbers(evaluation)}
<div class="charts">${evaluation.questions.map((question) => questionCard(question, nameOf))}</div>
${filter()}`;
	yield pageHead({ ...comparison, about: about(comparison) }, comparisonStyles([], imageWidth), content).text;
	for await (const image of images) yield* figure(image, nameOf);
	yield PAGE_END;
}

function about({ evaluation: { images, rates, score }, shown }: ImageClassComparison): string {
	const all = `${counted(rates.predicted, 'prediction')} compared with ${counted(rates.labels, 'class', 'classes')} of ${counted(images, 'image')}`;
	const which = shown === images ? 'The worst image comes first' : `The ${counted(shown, 'worst image')} follow`;
	return `${all}, with a score of at least ${score}. ${which}.`;
}

function numbers({ accuracy, rates }: ImageClassEvaluation): Html {
	return numberCards([
		['Accuracy', percentage(accuracy), 'Share of the classifications with exactly the right classes'],
		['Precision', percentage(rates.precision), 'Share of the predictions that are right'],
		['Recall', percentage(rates.recall), 'Share of the classes that are found'],
		['F1', percentage(rates.f1), 'Harmonic mean of precision and recall'],
	]);
}

function questionCard({ question, confusion }: QuestionEvaluation, nameOf: (key: string) => string): Html {
	return confusionTable(confusion, (option) => option, pathName(question, nameOf));
}

/** `Weather / Strength` for `weather/strength`. */
function pathName(question: string, nameOf: (key: string) => string): string {
	return question.split('/').map(nameOf).join(' / ');
}

function filter(): Html {
	return html`<div class="card filter"><fieldset><legend>Images</legend><label><input type="radio" name="images" id="only-any" checked>All</label><label><input type="radio" name="images" id="only-confused">With mistakes</label><label><input type="radio" name="images" id="only-right">All right</label></fieldset></div>`;
}

function* figure(
	{ imageName, result, isPredicted, picture }: PicturedResult<ImageClassJudgment>,
	nameOf: (key: string) => string,
): Generator<string, void, undefined> {
	const size = picture.kind === 'picture' ? picture : undefined;
	const wrong = result.wrong.map(
		({ question, truth, predicted }) =>
			html`<div><dt><bdi>${pathName(question, nameOf)}</bdi></dt><dd>${values(truth)} → ${values(predicted)}</dd></div>`,
	);
	yield html`<figure class="${result.wrong.length === 0 ? 'all-right' : 'has-confused'}">`.text;
	yield* pictureFrame(picture, imageName, size, undefined);
	yield html`<figcaption><label class="enlarge">Enlarge <input type="checkbox"></label><strong><bdi>${imageName}</bdi></strong> <span class="quiet">${result.right} right, ${result.wrong.length} wrong</span></figcaption>${isPredicted ? undefined : NOT_PREDICTED}${wrong.length === 0 ? undefined : html`<dl>${wrong}</dl>`}</figure>
`.text;
}

function values(options: readonly string[]): Html {
	return options.length === 0 ? html`<i>nothing</i>` : html`<span><bdi>${options.join(', ')}</bdi></span>`;
}
