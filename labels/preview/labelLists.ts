import type { Classifications, LabelObject } from '../model';
import { grouped, html, shortened, type Html } from './html';
import type { PreviewClasses } from './previewClasses';

const LONGEST_VALUE = 500;
/** More labels of one image are counted, not listed. */
const MOST_LABELS = 200;

/** Classifications and their values as a list; nothing if none has a value. */
export function classificationsList(classifications: Classifications, classes: PreviewClasses): Html | undefined {
	const shown = withValues(classifications);
	if (shown.length === 0) return undefined;
	const rows = shown.map(
		({ key, values }) =>
			html`<div><dt><bdi>${classes.classificationName(key)}</bdi></dt><dd>${values.map((value) => html`<bdi>${shortened(value, LONGEST_VALUE)}</bdi> `)}</dd></div>`,
	);
	return html`<dl>${rows}</dl>`;
}

/** Classifications and their values in one line: `Color: red · Damage: dent, scratch`. */
export function classificationsText(classifications: Classifications, classes: PreviewClasses): string {
	return withValues(classifications)
		.map(
			({ key, values }) =>
				`${classes.classificationName(key)}: ${values.map((value) => shortened(value, LONGEST_VALUE)).join(', ')}`,
		)
		.join(' · ');
}

interface ShownClassification {
	readonly key: string;
	readonly values: readonly string[];
}

/** Classifications that have a value, each before the ones that belong to it. */
function withValues(classifications: Classifications): ShownClassification[] {
	return Object.entries(classifications).flatMap(([key, { values, children }]) => [
		...(values.length === 0 ? [] : [{ key, values }]),
		...withValues(children),
	]);
}

/** The labels of an image with their classifications, nested ones indented; open if there is a value to read. */
export function labelsList(objects: readonly LabelObject[], classes: PreviewClasses): Html | undefined {
	if (objects.length === 0) return undefined;
	const hasValue = ({ classifications, children }: LabelObject): boolean =>
		withValues(classifications).length > 0 || children.some(hasValue);
	const rest = objects.length - MOST_LABELS;
	const more = rest > 0 ? html`<p class="quiet">and ${grouped(rest)} more</p>` : undefined;
	return html`<details${objects.some(hasValue) ? html` open` : undefined}><summary>Labels</summary>${rows(objects.slice(0, MOST_LABELS), classes)}${more}</details>`;
}

/** Labels in the order of the legend, since the server has none. */
function rows(objects: readonly LabelObject[], classes: PreviewClasses): Html {
	const position = ({ className }: LabelObject) => classes.all.findIndex(({ key }) => key === className);
	return html`<ul>${[...objects]
		.sort((a, b) => position(a) - position(b))
		.map((object) => {
			const shown = classes.find(object.className);
			const below = object.children.length === 0 ? undefined : rows(object.children, classes);
			return html`<li><i class="swatch ${shown?.css ?? ''}"></i><bdi>${shown?.name ?? object.className}</bdi> <small>${object.geometry.type}</small>${classificationsList(object.classifications, classes)}${below}</li>`;
		})}</ul>`;
}
