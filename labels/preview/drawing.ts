import type { Geometry, ImageSize, LabeledImage, LabelObject, Point } from '../model';
import { boundingBox, boxCorners, geometryPoints, type Box } from '../geometry/shapes';
import { classificationsText } from './labelLists';
import { html, type Html } from './html';
import type { Mark } from './issues';
import type { PreviewClass, PreviewClasses } from './previewClasses';

/** With more labels, their names would hide the image. */
const MOST_NAMES = 30;

/**
 * The labels of an image as a drawing to lie over it, with their names.
 *
 * @param id of the drawing, different from those of other drawings in the page.
 * @param marks of the labels that an issue is about: they get a halo and its number.
 */
export function drawing(
	image: LabeledImage,
	{ width, height }: ImageSize,
	classes: PreviewClasses,
	id: string,
	marks: ReadonlyMap<LabelObject, Mark> = NO_MARKS,
): Html {
	const labels = allLabels(image.objects, classes).sort((a, b) => areaOf(b.object) - areaOf(a.object));
	const shapes = labels.map((label, index) => shape(label, classes, `${id}-${index}`, marks.get(label.object)));
	const tags = labels.length > MOST_NAMES ? [] : labels.map((label) => tag(label, { width, height }));
	const flags = labels.map((label) => flag(label, { width, height }, marks.get(label.object)));
	const drawn = html`<svg class="labels" viewBox="0 0 ${width} ${height}" role="img" aria-label="Labels">${shapes}</svg><div class="tags">${tags}</div>`;
	return flags.every(({ text }) => text === '') ? drawn : html`${drawn}<div class="flags">${flags}</div>`;
}

const NO_MARKS: ReadonlyMap<LabelObject, Mark> = new Map();

interface ShownLabel {
	readonly object: LabelObject;
	readonly shown: PreviewClass;
	readonly isNested: boolean;
}

function allLabels(objects: readonly LabelObject[], classes: PreviewClasses, isNested = false): ShownLabel[] {
	return objects.flatMap((object) => {
		const shown = classes.find(object.className);
		const below = allLabels(object.children, classes, true);
		return shown === undefined ? below : [{ object, shown, isNested }, ...below];
	});
}

/** Small labels are drawn last, so that they can be seen and pointed at in large ones. */
function areaOf({ geometry }: LabelObject): number {
	const box = boundingBox(geometry);
	return box === undefined ? 0 : box.width * box.height;
}

function shape({ object, shown, isNested }: ShownLabel, classes: PreviewClasses, id: string, mark?: Mark): Html {
	const values = classificationsText(object.classifications, classes);
	const title = values === '' ? nameOf(shown, object) : `${nameOf(shown, object)} · ${values}`;
	const flagged = mark === undefined ? '' : ` flagged severity-${mark.severity}`;
	return shapeOf(object.geometry, `${shown.css}${isNested ? ' nested' : ''}${flagged}`, title, id);
}

/** Two strokes, the lower one wider and black or white, so that a shape can be seen on any image. */
export function shapeOf(geometry: Geometry, css: string, title: string, id: string): Html {
	const path = pathOf(geometry);
	if (path === '') return html``;
	// Chromium draws no `use` of a path without length, as a point is.
	const again = geometry.type === 'point' ? html`<path d="${path}"/>` : html`<use href="#${id}"/>`;
	return html`<g class="${css} ${geometry.type}"><title>${title}</title><g class="edge"><path id="${id}" d="${path}"/></g><g class="ink">${again}</g></g>`;
}

function nameOf({ name }: PreviewClass, { score }: LabelObject): string {
	return score === undefined ? name : `${name} ${Math.round(score * 100)} %`;
}

function tag({ object, shown }: ShownLabel, size: ImageSize): Html {
	return tagAt(object.geometry, size, shown.css, nameOf(shown, object));
}

/** A text at a shape's top left corner; in the drawing itself it would grow and shrink with the image. */
export function tagAt(geometry: Geometry, size: ImageSize, css: string, text: string): Html {
	const box = boundingBox(geometry);
	if (box === undefined || !isInside(box, size)) return html``;
	const left = percent(box.x, size.width);
	const top = percent(box.y, size.height);
	const isAtTop = top < 8;
	const side =
		left > 70 ? `right:${Math.max(0, percent(size.width - box.x - box.width, size.width))}%` : `left:${left}%`;
	return html`<b class="tag ${css}${geometry.type === 'point' ? ' point' : ''}${isAtTop ? ' below' : ''}" style="${side};top:${top}%"><bdi>${text}</bdi></b>`;
}

function percent(part: number, whole: number): number {
	return round(Math.min(100, Math.max(0, (part / whole) * 100)));
}

/** Whether any of it can be seen. */
export function isInside({ x, y, width, height }: Box, size: ImageSize): boolean {
	return x <= size.width && y <= size.height && x + width >= 0 && y + height >= 0;
}

/** SVG path data; empty for what has no finite coordinates. */
function pathOf(geometry: Geometry): string {
	if (boundingBox(geometry) === undefined) return '';
	switch (geometry.type) {
		case 'rectangle':
			return ring(boxCorners(geometry));
		case 'polygon':
			return ring(geometry.points);
		case 'line':
			return line(geometry.points);
		case 'point':
			return `${line([geometry])}h0`;
		case 'segmentation':
			return geometry.regions.flat().map(ring).join('');
	}
}

const ring = (points: readonly Point[]) => (points.length === 0 ? '' : `${line(points)}Z`);

const line = (points: readonly Point[]) =>
	`M${points.map(({ x, y }) => `${coordinate(x)} ${coordinate(y)}`).join(' ')}`;

/** Farther out, nothing is seen and browsers reckon wrongly. */
const FARTHEST = 1e7;

function coordinate(value: number): number {
	return round(Math.min(FARTHEST, Math.max(-FARTHEST, value)));
}

function round(value: number): number {
	return Math.round(value * 100) / 100;
}

/** The numbers of a label's issues at its corner that is farthest to the top right, wholly inside of the image. */
function flag({ object, shown }: ShownLabel, size: ImageSize, mark: Mark | undefined): Html {
	if (mark === undefined || boundingBox(object.geometry) === undefined) return html``;
	const corner = geometryPoints(object.geometry).reduce<Point | undefined>(
		(best, point) => (best === undefined || point.x - point.y > best.x - best.y ? point : best),
		undefined,
	);
	if (corner === undefined) return html``;
	const inside = (part: number, whole: number) => Math.min(96, Math.max(4, percent(part, whole)));
	return html`<b class="mark ${shown.css} severity-${mark.severity}" style="left:${inside(corner.x, size.width)}%;top:${inside(corner.y, size.height)}%">${mark.numbers.join(', ')}</b>`;
}
