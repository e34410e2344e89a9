import type { Classifications, LabelObject } from '../model';
import { grouped, html, shortened, type Html } from './html';
import type { PreviewClasses } from './previewClasses';

const LONGEST_ANSWER = 500;
/** More labels of one image are counted, not listed. */
const MOST_LABELS = 200;

/** The answers to questions as a list; nothing if there are none. */
export function answersList(classifications: Classifications, classes: PreviewClasses): Html | undefined {
	const answers = flatAnswers(classifications);
	if (answers.length === 0) return undefined;
	const rows = answers.map(
		({ key, values }) =>
			html`<div><dt><bdi>${classes.question(key)}</bdi></dt><dd>${values.map((value) => html`<bdi>${shortened(value, LONGEST_ANSWER)}</bdi> `)}</dd></div>`,
	);
	return html`<dl>${rows}</dl>`;
}

/** The same in a line: `Color: red · Damage: dent, scratch`. */
export function answersText(classifications: Classifications, classes: PreviewClasses): string {
	return flatAnswers(classifications)
		.map(
			({ key, values }) =>
				`${classes.question(key)}: ${values.map((value) => shortened(value, LONGEST_ANSWER)).join(', ')}`,
		)
		.join(' · ');
}

interface Answer {
	readonly key: string;
	readonly values: readonly string[];
}

/** Only those that are answered, each before the ones that belong to it. */
function flatAnswers(classifications: Classifications): Answer[] {
	return Object.entries(classifications).flatMap(([key, { values, children }]) => [
		...(values.length === 0 ? [] : [{ key, values }]),
		...flatAnswers(children),
	]);
}

/** The labels of an image with their answers, nested ones indented; open if there is an answer to read. */
export function labelsList(objects: readonly LabelObject[], classes: PreviewClasses): Html | undefined {
	if (objects.length === 0) return undefined;
	const isAnswered = ({ classifications, children }: LabelObject): boolean =>
		flatAnswers(classifications).length > 0 || children.some(isAnswered);
	const rest = objects.length - MOST_LABELS;
	const more = rest > 0 ? html`<p class="quiet">and ${grouped(rest)} more</p>` : undefined;
	return html`<details${objects.some(isAnswered) ? html` open` : undefined}><summary>Labels</summary>${rows(objects.slice(0, MOST_LABELS), classes)}${more}</details>`;
}

/** In the order of the legend, since the server has none. */
function rows(objects: readonly LabelObject[], classes: PreviewClasses): Html {
	const position = ({ className }: LabelObject) => classes.all.findIndex(({ key }) => key === className);
	return html`<ul>${[...objects]
		.sort((a, b) => position(a) - position(b))
		.map((object) => {
			const shown = classes.find(object.className);
			const below = object.children.length === 0 ? undefined : rows(object.children, classes);
			return html`<li><i class="swatch ${shown?.css ?? ''}"></i><bdi>${shown?.name ?? object.className}</bdi> <small>${object.geometry.type}</small>${answersList(object.classifications, classes)}${below}</li>`;
		})}</ul>`;
}
