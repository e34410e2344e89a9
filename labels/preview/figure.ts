import { eachObject, type ImageSize, type LabeledImage, possibleSizes } from '../model';
import { boundingBox, geometryPoints } from '../geometry/shapes';
import { classificationsList, labelsList } from './labelLists';
import { drawing, isInside } from './drawing';
import { counted, html, type Html } from './html';
import type { PreviewClasses } from './previewClasses';
import { anchorOf } from './anchors';
import { figureTraits } from './filters';
import { issuesList, marksOf, type PreviewIssues } from './issues';
import { statusCss, statusName } from './statuses';

/** The file of an image, or why there is none. */
export type Picture =
	| {
			readonly kind: 'picture';
			readonly mimeType: 'image/jpeg' | 'image/png';
			/** The file, or a smaller picture of it, in pieces of Base64 that can be written one after the other. */
			readonly base64: Iterable<string>;
			/** Size of the image's file in pixels as browsers show it: the frame of its labels, whatever the size of a smaller picture. */
			readonly width: number;
			readonly height: number;
			/** EXIF orientation, 1 to 8, which browsers have applied then. */
			readonly orientation: number;
	  }
	| {
			readonly kind: 'broken';
			/** A sentence. */
			readonly reason: string;
			/** As browsers show it, if it could be read. */
			readonly size?: ImageSize;
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
	issues: PreviewIssues = NO_ISSUES,
): Generator<string, void, undefined> {
	const size = picture.kind === 'picture' ? picture : (picture.size ?? likelySize(image));
	const name = image.imageName === '' ? image.imageId : image.imageName;
	const shape =
		size === undefined ? html`` : html` style="--ratio:${Math.round((size.width / size.height) * 1e4) / 1e4}"`;
	const fault = picture.kind === 'broken' ? html`<p>The image cannot be shown. ${picture.reason}</p>` : undefined;
	const found = issues.byImageId.get(image.imageId) ?? [];
	const { css, style } = figureTraits({ image, issues: found }, classes, issues.kinds);
	const id = image.imageId === '' ? html`` : html` id="${anchorOf(image.imageId)}"`;
	yield html`<figure${id} class="${css}" style="${style}"><div class="frame">${fault}<div class="picture"${shape}>`
		.text;
	if (picture.kind === 'picture') {
		yield html`<img alt="${name}" src="data:${picture.mimeType};base64,`.text;
		yield* picture.base64;
		yield '">';
	}
	if (size !== undefined) yield drawing(image, size, classes, `label-${number}`, marksOf(found)).text;
	yield html`</div></div>${caption(image, name, size)}${issuesList(found, issues)}${notes(image, picture, size)}${classificationsList(image.classifications, classes)}${labelsList(image.objects, classes)}</figure>
`.text;
}

const NO_ISSUES: PreviewIssues = { kinds: [], byImageId: new Map(), general: [] };

/** Of the sizes that the image can have, the one that all labels lie in. */
function likelySize(image: LabeledImage): ImageSize | undefined {
	const sizes = possibleSizes(image);
	return sizes.find((size) => isAllIn(image, size)) ?? sizes[0];
}

function isAllIn({ objects }: LabeledImage, { width, height }: ImageSize): boolean {
	return objects.every(({ geometry }) => geometryPoints(geometry).every(({ x, y }) => x <= width && y <= height));
}

function caption(image: LabeledImage, name: string, size: ImageSize | undefined): Html {
	const status =
		image.status === undefined || image.status === ''
			? undefined
			: html` <span class="status ${statusCss(image.status)}">${statusName(image.status)}</span>`;
	const pixels = size === undefined ? '' : ` · ${size.width} × ${size.height}`;
	return html`<figcaption><span class="enlarge"><label>Enlarge <input type="checkbox"></label></span><strong>${link(image.imageId, html`<bdi>${name}</bdi>`)}</strong>${status} <span class="quiet">${labelCount(image)}${pixels}</span></figcaption>`;
}

/** An image's name is a link to it, which can be copied. */
function link(imageId: string, name: Html): Html {
	return imageId === '' ? name : html`<a href="#${anchorOf(imageId)}">${name}</a>`;
}

function labelCount(image: LabeledImage): string {
	let count = 0;
	eachObject(image, () => count++);
	return count === 0 ? 'no labels' : counted(count, 'label');
}

function notes(image: LabeledImage, picture: Picture, size: ImageSize | undefined): Html[] {
	const sentences: string[] = [];
	if (picture.kind === 'picture') {
		if (picture.orientation !== 1)
			sentences.push(`Rotated according to its EXIF orientation (${picture.orientation}).`);
		const { storedSize } = image;
		const [width, height] =
			picture.orientation >= 5 ? [picture.height, picture.width] : [picture.width, picture.height];
		if (storedSize !== undefined && (storedSize.width !== width || storedSize.height !== height))
			sentences.push(
				`DataGym stores its size as ${storedSize.width} × ${storedSize.height} pixels, so its labels may be misplaced.`,
			);
	} else if (size === undefined && image.objects.length > 0) {
		sentences.push('Its labels cannot be drawn because its size is unknown.');
	}
	const outside = size === undefined ? 0 : countOutside(image, size);
	if (outside > 0) sentences.push(`${counted(outside, 'label is', 'labels are')} outside the image.`);
	return sentences.map((sentence) => html`<p class="note">${sentence}</p>`);
}

function countOutside(image: LabeledImage, size: ImageSize): number {
	let count = 0;
	eachObject(image, ({ geometry }) => {
		const box = boundingBox(geometry);
		if (box === undefined || !isInside(box, size)) count++;
	});
	return count;
}
