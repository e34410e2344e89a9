import { eachObject, type LabeledImage } from '../model';
import { displayedImage } from '../geometry/orientation';
import { boundingBox } from '../geometry/shapes';
import { classificationsList, labelsList } from './labelLists';
import { drawing, isInside, type Size } from './drawing';
import { counted, html, type Html } from './html';
import type { PreviewClasses } from './previewClasses';
import { statusCss, statusName } from './styleSheet';

/** The file of an image, or why there is none. */
export type Picture =
	| {
			readonly kind: 'picture';
			readonly mimeType: 'image/jpeg' | 'image/png';
			/** The file in pieces of Base64 that can be written one after the other. */
			readonly base64: Iterable<string>;
			/** Size in pixels as stored. */
			readonly width: number;
			readonly height: number;
			/** EXIF orientation, 1 to 8, which browsers apply. */
			readonly orientation: number;
	  }
	| {
			readonly kind: 'broken';
			/** A sentence. */
			readonly reason: string;
	  };

/**
 * An image with its labels drawn over it, and what else is known about it, in pieces of bounded size.
 *
 * @param number position in the page.
 */
export function* figure(
	image: LabeledImage,
	picture: Picture,
	classes: PreviewClasses,
	number: number,
): Generator<string, void, undefined> {
	const stored: LabeledImage =
		picture.kind === 'picture'
			? { ...image, width: picture.width, height: picture.height, orientation: picture.orientation }
			: image;
	const displayed = displayedImage(stored);
	const { width, height } = displayed;
	const size = width === undefined || height === undefined ? undefined : { width, height };
	const name = image.imageName === '' ? image.imageId : image.imageName;
	const shape =
		size === undefined ? html`` : html` style="--ratio:${Math.round((size.width / size.height) * 1e4) / 1e4}"`;
	const fault = picture.kind === 'broken' ? html`<p>The image cannot be shown. ${picture.reason}</p>` : undefined;
	yield html`<figure><div class="frame">${fault}<div class="picture"${shape}>`.text;
	if (picture.kind === 'picture') {
		yield html`<img alt="${name}" src="data:${picture.mimeType};base64,`.text;
		yield* picture.base64;
		yield '">';
	}
	if (size !== undefined) yield drawing(displayed, size, classes, `label-${number}`).text;
	yield html`</div></div>${caption(image, name, size)}${notes(image, picture, displayed, size)}${classificationsList(image.classifications, classes)}${labelsList(image.objects, classes)}</figure>
`.text;
}

function caption(image: LabeledImage, name: string, size: Size | undefined): Html {
	const status =
		image.status === undefined || image.status === ''
			? undefined
			: html` <span class="status ${statusCss(image.status)}">${statusName(image.status)}</span>`;
	const pixels = size === undefined ? '' : ` · ${size.width} × ${size.height}`;
	return html`<figcaption><label class="enlarge">Enlarge <input type="checkbox"></label><strong><bdi>${name}</bdi></strong>${status} <span class="quiet">${labelCount(image)}${pixels}</span></figcaption>`;
}

function labelCount(image: LabeledImage): string {
	let count = 0;
	eachObject(image, () => count++);
	return count === 0 ? 'no labels' : counted(count, 'label');
}

function notes(image: LabeledImage, picture: Picture, displayed: LabeledImage, size: Size | undefined): Html[] {
	const sentences: string[] = [];
	if (picture.kind === 'picture') {
		if (picture.orientation !== 1)
			sentences.push(`Rotated according to its EXIF orientation (${picture.orientation}).`);
		const isOtherSize =
			image.width !== undefined &&
			image.height !== undefined &&
			(image.width !== picture.width || image.height !== picture.height);
		if (isOtherSize)
			sentences.push(
				`DataGym stores its size as ${image.width} × ${image.height} pixels, so its labels may be misplaced.`,
			);
	} else if (size === undefined && image.objects.length > 0) {
		sentences.push('Its labels cannot be drawn because its size is unknown.');
	}
	const outside = size === undefined ? 0 : countOutside(displayed, size);
	if (outside > 0) sentences.push(`${counted(outside, 'label is', 'labels are')} outside the image.`);
	return sentences.map((sentence) => html`<p class="note">${sentence}</p>`);
}

function countOutside(image: LabeledImage, size: Size): number {
	let count = 0;
	eachObject(image, ({ geometry }) => {
		const box = boundingBox(geometry);
		if (box === undefined || !isInside(box, size)) count++;
	});
	return count;
}
