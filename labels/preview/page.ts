import { barChart, histogram } from './charts';
import type { LabelCounts } from './statistics';
import { figure, type Picture } from './figure';
import { counted, grouped, html, type Html } from './html';
import type { LabeledImage } from '../model';
import type { PreviewClass, PreviewClasses } from './previewClasses';
import { statusCss, statusName, styleSheet } from './styleSheet';

/** What the page tells before its images. */
export interface Preview {
	/** The project's name. */
	readonly title: string;
	/** Images of which some are shown. */
	readonly total: number;
	readonly shown: number;
	/** How the shown ones were chosen, if they are not all. */
	readonly choice: 'first' | 'random';
	readonly classes: PreviewClasses;
	/** Of all images, or of the shown ones only if the others' labels were not read. */
	readonly counts: LabelCounts;
	/** How many of all images have which status. */
	readonly byStatus: ReadonlyMap<string, number>;
	/** Width of an image in the page, in CSS pixels. */
	readonly imageWidth: number;
}

/** An image of the page and its file. */
export interface ShownImage {
	readonly image: LabeledImage;
	readonly picture: Picture;
}

/**
 * The page as pieces of text, each image asked for when the one before it is written, so that memory does not grow with
 * their number. It needs no other file, and forbids itself scripts and requests: whatever a name holds, it is only shown.
 */
export async function* previewPage(
	preview: Preview,
	images: AsyncIterable<ShownImage>,
): AsyncGenerator<string, void, undefined> {
	yield head(preview).text;
	let number = 0;
	for await (const { image, picture } of images) yield* figure(image, picture, preview.classes, number++);
	yield '</div></main></body></html>\n';
}

/** Nothing but images in the page itself and its style sheet. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

function head(preview: Preview): Html {
	const { title, classes, imageWidth } = preview;
	return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">
<title>${title} – labels</title>
<style>${styleSheet(classes.all, imageWidth)}</style></head>
<body><main><header><h1><bdi>${title}</bdi></h1><p class="quiet">${choice(preview)}</p></header>
<p class="cut">This view leaves images and charts out. Download the file and open it in a browser to see them.</p>
<div class="charts">${charts(preview)}</div>
${legend(classes.all)}
<div class="images">
`;
}

function choice({ total, shown, choice, counts }: Preview): string {
	const labels = counts.images === total ? `, ${counted(counts.labels, 'label')}` : '';
	if (shown === total) return `${counted(total, 'image')}${labels}`;
	const which =
		choice === 'first'
			? `the first ${grouped(shown)} by name are below`
			: `${grouped(shown)} chosen at random, always the same ones, are below`;
	return `${counted(total, 'image')}${labels}; ${which}`;
}

function charts({ classes, counts, byStatus, total }: Preview): Html[] {
	const about =
		counts.images === total
			? `${counted(counts.labels, 'label')} in ${counted(total, 'image')}`
			: `${counted(counts.labels, 'label')} in the ${counted(counts.images, 'image')} below`;
	return [
		barChart(
			'Labels per class',
			about,
			classes.all.map(({ name, labels, css }) => ({ name, count: labels, css })),
		),
		barChart(
			'Images per status',
			counted(total, 'image'),
			[...byStatus].map(([status, count]) => ({ name: statusName(status), count, css: statusCss(status) })),
		),
		histogram('Labels per image', about, counts.byLabelCount),
	];
}

function legend(all: readonly PreviewClass[]): Html {
	const switches = all.map(
		({ key, name, css, labels, isUnknown }) =>
			html`<li><label title="Key: ${key}"><input type="checkbox" id="show-${css}" checked><i class="swatch ${css}"></i><bdi>${name}</bdi> <small>${grouped(labels)}${isUnknown ? ', not in the label configuration' : ''}</small></label></li>`,
	);
	const others = [
		html`<li><label><input type="checkbox" id="show-names" checked>Names</label></li>`,
		html`<li><label><input type="checkbox" id="show-areas" checked>Areas</label></li>`,
	];
	return html`<nav class="card" aria-label="Classes"><ul>${switches}</ul><ul class="others">${others}</ul></nav>`;
}
