import { boundingBox } from '../../geometry/shapes';
import type { Geometry, ImageSize, LabelObject } from '../../model';
import { shapeOf, tagAt } from '../../preview/drawing';
import type { Picture } from '../../preview/figure';
import { counted, html, type Html } from '../../preview/html';
import type { ImageEvaluation, ObjectMatch } from '../evaluation/evaluation';
import { pictureFrame } from './pageFrame';
import { MISTAKES, type ShownVerdict, VERDICT_NAMES } from './mistakes';

/** One image of the page, and how its predictions compare. */
export interface PicturedResult<Result> {
	readonly imageName: string;
	readonly result: Result;
	/** Whether the predictions hold this image: otherwise all its labels count as missed. */
	readonly isPredicted: boolean;
	readonly picture: Picture;
}

export type ComparedPicture = PicturedResult<ImageEvaluation>;

export const NOT_PREDICTED = html`<p class="note">There is no prediction for this image.</p>`;

type NameOf = (key: string) => string;

/** With more shapes, their names would hide the image. */
const MOST_NAMES = 40;
/** More mistakes of one image are counted, not listed. */
const MOST_LISTED = 100;

/** A label, a prediction, or both in the same place. */
interface Shown {
	readonly verdict: ShownVerdict;
	readonly truth?: LabelObject;
	readonly predicted?: LabelObject;
	readonly text: string;
	readonly title: string;
}

/**
 * An image with its labels and the predictions drawn over it, and a list of the mistakes, in pieces of bounded size.
 *
 * @param number position in the page.
 */
export function* comparisonFigure(
	{ imageName, result, isPredicted, picture }: ComparedPicture,
	nameOf: NameOf,
	number: number,
): Generator<string, void, undefined> {
	const shown = shownObjects(result, nameOf);
	const kinds = MISTAKES.filter((verdict) => result[verdict].length > 0).map((verdict) => `has-${verdict}`);
	const size = picture.kind === 'picture' ? picture : extentOf(shown);
	yield html`<figure class="${kinds.length === 0 ? 'all-right' : kinds.join(' ')}">`.text;
	yield* pictureFrame(picture, imageName, size, size && drawing(shown, size, `object-${number}`));
	yield html`${caption(imageName, result)}${isPredicted ? undefined : NOT_PREDICTED}${mistakeList(shown)}</figure>
`.text;
}

function shownObjects(result: ImageEvaluation, nameOf: NameOf): Shown[] {
	const name = ({ className }: LabelObject) => nameOf(className);
	const pair = (verdict: ShownVerdict, { truth, predicted, overlap }: ObjectMatch, text: string): Shown => ({
		verdict,
		truth,
		predicted,
		text,
		title: `${VERDICT_NAMES[verdict]}: ${text}, overlap ${Math.round(overlap * 100)} %`,
	});
	const single = (verdict: 'missed' | 'extra', object: LabelObject): Shown => {
		const text = `${name(object)}${score(object)}`;
		const title = `${VERDICT_NAMES[verdict]}: ${text}`;
		return verdict === 'missed' ? { verdict, truth: object, text, title } : { verdict, predicted: object, text, title };
	};
	return [
		...result.matched.map((each) => pair('matched', each, `${name(each.truth)}${score(each.predicted)}`)),
		...result.confused.map((each) =>
			pair('confused', each, `${name(each.truth)} → ${name(each.predicted)}${score(each.predicted)}`),
		),
		...result.extra.map((object) => single('extra', object)),
		...result.missed.map((object) => single('missed', object)),
	];
}

function score({ score: value }: LabelObject): string {
	return value === undefined ? '' : ` ${Math.round(value * 100)} %`;
}

/** The lower right corner of all shapes: the size of an image that cannot be shown is not known. */
function extentOf(shown: readonly Shown[]): ImageSize | undefined {
	const boxes = shown.flatMap(({ truth, predicted }) =>
		[truth, predicted].flatMap((object) => (object === undefined ? [] : (boundingBox(object.geometry) ?? []))),
	);
	if (boxes.length === 0) return undefined;
	const size = {
		width: boxes.reduce((most, { x, width }) => Math.max(most, x + width), 0),
		height: boxes.reduce((most, { y, height }) => Math.max(most, y + height), 0),
	};
	return size.width > 0 && size.height > 0 ? size : undefined;
}

/** What is right is drawn first, so that mistakes are seen on top of it; small shapes lie on large ones. */
function drawing(shown: readonly Shown[], size: ImageSize, id: string): Html {
	const sorted = [...shown].sort((a, b) => place(a) - place(b) || areaOf(b) - areaOf(a));
	const shapes = sorted.flatMap((each, index) => [
		...shapesOf(each, each.truth, 'truth', `${id}-${index}-t`),
		...shapesOf(each, each.predicted, 'predicted', `${id}-${index}-p`),
	]);
	const tags = shown.length > MOST_NAMES ? [] : sorted.flatMap((each) => tagsOf(each, size));
	return html`<svg class="labels" viewBox="0 0 ${size.width} ${size.height}" role="img" aria-label="Labels and predictions">${shapes}</svg><div class="tags">${tags}</div>`;
}

function place({ verdict }: Shown): number {
	return verdict === 'matched' ? 0 : 1;
}

function areaOf({ truth, predicted }: Shown): number {
	const box = boundingBoxOf(truth ?? predicted);
	return box === undefined ? 0 : box.width * box.height;
}

function boundingBoxOf(object: LabelObject | undefined) {
	return object && boundingBox(object.geometry);
}

/** The object and the points nested in it, as of a pose. */
function shapesOf(
	{ verdict, title }: Shown,
	object: LabelObject | undefined,
	side: 'truth' | 'predicted',
	id: string,
): Html[] {
	if (object === undefined) return [];
	const css = `${verdict} ${side}`;
	return [
		shapeOf(object.geometry, css, `${side === 'truth' ? 'Label' : 'Prediction'} · ${title}`, id),
		...object.children
			.filter(({ geometry }) => geometry.type === 'point')
			.map((child, index) => shapeOf(child.geometry, css, child.className, `${id}-${index}`)),
	];
}

function tagsOf({ verdict, truth, predicted, text }: Shown, size: ImageSize): Html[] {
	const geometry: Geometry | undefined = (predicted ?? truth)?.geometry;
	return geometry === undefined ? [] : [tagAt(geometry, size, verdict, text)];
}

function caption(imageName: string, { score: quality, matched, ...mistakes }: ImageEvaluation): Html {
	const counts = MISTAKES.filter((verdict) => mistakes[verdict].length > 0).map(
		(verdict) =>
			html` <span class="status ${verdict}">${mistakes[verdict].length} ${VERDICT_NAMES[verdict].toLowerCase()}</span>`,
	);
	return html`<figcaption><label class="enlarge">Enlarge <input type="checkbox"></label><strong><bdi>${imageName}</bdi></strong>${counts} <span class="quiet">score ${(quality * 100).toFixed(0)} % · ${matched.length} right</span></figcaption>`;
}

function mistakeList(shown: readonly Shown[]): Html | undefined {
	const mistakes = MISTAKES.flatMap((verdict) => shown.filter((each) => each.verdict === verdict));
	if (mistakes.length === 0) return undefined;
	const rest = mistakes.length - MOST_LISTED;
	const more = rest > 0 ? html`<p class="quiet">and ${rest} more</p>` : undefined;
	return html`<details><summary>${counted(mistakes.length, 'mistake')}</summary><ul>${mistakes.slice(0, MOST_LISTED).map(({ verdict, title }) => html`<li class="${verdict}"><i class="swatch ${verdict}"></i><bdi>${title}</bdi></li>`)}</ul>${more}</details>`;
}
