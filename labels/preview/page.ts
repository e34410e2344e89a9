import { barChart, histogram, WIDE_NAMES } from './charts';
import type { LabelCounts } from './statistics';
import { figure, type Picture } from './figure';
import { counted, grouped, html, type Html } from './html';
import type { LabeledImage } from '../model';
import { SEVERITIES } from '../quality/issues/issue';
import type { PreviewClass, PreviewClasses } from './previewClasses';
import { linkTo, pageLinks, type Pages } from './anchors';
import { filterBar } from './filters';
import { type PreviewIssues, worst } from './issues';
import { statusCss, statusName } from './statuses';
import { styleSheet } from './styleSheet';

/** What the head of the page shows. */
export interface Preview {
	/** The project's name. */
	readonly title: string;
	/** Images of which some are shown. */
	readonly total: number;
	/** The images of all pages, in their order. */
	readonly images: readonly LabeledImage[];
	/** Missing if all images are on this page. */
	readonly pages?: Pages;
	/** Of the images of all pages; missing if nobody has looked for issues. */
	readonly issues?: PreviewIssues;
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
 * Filters and sorting are its style sheet's.
 *
 * @param images those of this page, in the order of `preview.images`.
 */
export async function* previewPage(
	preview: Preview,
	images: AsyncIterable<ShownImage>,
): AsyncGenerator<string, void, undefined> {
	yield head(preview).text;
	let number = 0;
	for await (const { image, picture } of images)
		yield* figure(image, picture, preview.classes, number++, preview.issues);
	yield foot(preview, number).text;
}

function foot(preview: Preview, shown: number): Html {
	const links = preview.pages === undefined ? undefined : pageLinks(preview.pages);
	// Counters only see what comes before them, so the sentence is last and the style sheet moves it up.
	const count = shown < 2 ? undefined : html`<p class="count quiet"> of ${counted(shown, 'image')} on this page</p>`;
	return html`</div>${count}</div>${links}</main></body></html>
`;
}

/** Nothing but images in the page itself and its style sheet. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

function head(preview: Preview): Html {
	const { title, classes, imageWidth, pages, issues } = preview;
	const { bar, styles } = filterBar(
		imagesOfPage(preview).map((image) => ({ image, issues: issues?.byImageId.get(image.imageId) ?? [] })),
		classes,
		issues,
	);
	return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">
<title>${title} – labels</title>
<style>${styleSheet(classes.all, imageWidth)}${styles}</style></head>
<body><main><header><h1><bdi>${title}</bdi></h1><p class="quiet">${choice(preview)}</p></header>
<p class="cut">This view cannot show images and charts. Download the file and open it in a browser.</p>
<div class="charts">${charts(preview)}</div>
${suspiciousImages(preview)}${pages === undefined ? undefined : pageLinks(pages)}${legend(classes.all, bar)}
<div class="shown"><div class="images">
`;
}

function imagesOfPage({ images, pages }: Preview): readonly LabeledImage[] {
	return pages === undefined ? images : images.slice(pages.current * pages.size, (pages.current + 1) * pages.size);
}

function choice(preview: Preview): string {
	const { total, images, choice, counts, pages } = preview;
	const labels = counts.images === total ? `, ${counted(counts.labels, 'label')}` : '';
	const shown = images.length;
	const which =
		choice === 'first'
			? `the first ${grouped(shown)} by name are shown below`
			: `a random sample of ${grouped(shown)}, the same each time, is shown below`;
	const all = `${counted(total, 'image')}${labels}${shown === total ? '' : `; ${which}`}`;
	if (pages === undefined || pages.files.length < 2) return all;
	const first = pages.current * pages.size + 1;
	const last = first + imagesOfPage(preview).length - 1;
	const range = first === last ? `image ${grouped(first)}` : `images ${grouped(first)} to ${grouped(last)}`;
	return `${all} · page ${pages.current + 1} of ${pages.files.length}: ${range}`;
}

function charts({ classes, counts, byStatus, total, images, issues }: Preview): Html[] {
	const about =
		counts.images === total
			? `${counted(counts.labels, 'label')} in ${counted(total, 'image')}`
			: `${counted(counts.labels, 'label')} in the ${counted(counts.images, 'image')} below`;
	const statuses = barChart(
		'Images per status',
		counted(total, 'image'),
		[...byStatus].map(([status, count]) => ({ name: statusName(status), count, css: statusCss(status) })),
	);
	return [
		barChart(
			'Labels per class',
			about,
			classes.all.map(({ name, labels, css }) => ({ name, count: labels, css })),
		),
		issues === undefined ? statuses : html`<div class="stack">${statuses}${issuesChart(issues, images.length)}</div>`,
		histogram('Labels per image', about, counts.byLabelCount),
	];
}

function issuesChart({ kinds, byImageId }: PreviewIssues, shown: number): Html {
	return barChart(
		'Issues',
		`in ${grouped(byImageId.size)} of ${counted(shown, 'image')}`,
		kinds.map(({ name, count }) => ({ name, count, css: 'issue-bar' })),
		WIDE_NAMES,
	);
}

/** More images with issues are counted, not listed. */
const MOST_SUSPICIOUS = 100;

/** Links to the images with issues on all pages, the worst first. */
function suspiciousImages({ images: all, issues, pages = ONE_PAGE }: Preview): Html | undefined {
	if (issues === undefined || issues.byImageId.size + issues.general.length === 0) return undefined;
	const found = all.flatMap((image, position) => {
		const own = issues.byImageId.get(image.imageId) ?? [];
		return own.length === 0 ? [] : [{ image, position, own, worst: worst(own.map(({ severity }) => severity)) }];
	});
	found.sort((a, b) => SEVERITIES.indexOf(a.worst) - SEVERITIES.indexOf(b.worst) || b.own.length - a.own.length);
	const rows = found
		.slice(0, MOST_SUSPICIOUS)
		.map(
			({ image, position, own, worst: severity }) =>
				html`<li><a href="${linkTo(image.imageId, position, pages)}"><b class="mark severity-${severity}">${own.length}</b><bdi>${image.imageName || image.imageId}</bdi></a></li>`,
		);
	const rest = found.length - MOST_SUSPICIOUS;
	const more = rest > 0 ? html`<li class="quiet">and ${counted(rest, 'more image')}</li>` : undefined;
	const general = issues.general.map((sentence) => html`<p>${sentence}</p>`);
	const images =
		found.length === 0
			? undefined
			: html`<details><summary>${counted(found.length, 'image')} with issues</summary><ul>${rows}${more}</ul></details>`;
	return html`<div class="card suspicious-images">${general}${images}</div>
`;
}

const ONE_PAGE: Pages = { current: 0, files: [''], size: Infinity };

function legend(all: readonly PreviewClass[], filters: Html): Html {
	const switches = all.map(
		({ key, name, css, labels, isUnknown }) =>
			html`<li><label title="Key: ${key}"><input type="checkbox" id="show-${css}" checked><i class="swatch ${css}"></i><bdi>${name}</bdi> <small>${grouped(labels)}${isUnknown ? ', not in the label configuration' : ''}</small></label></li>`,
	);
	const others = [
		html`<li><label><input type="checkbox" id="show-names" checked>Names</label></li>`,
		html`<li><label><input type="checkbox" id="show-areas" checked>Areas</label></li>`,
	];
	return html`<nav class="card bar" aria-label="Filters and classes">${filters}<ul>${switches}</ul><ul class="others">${others}</ul></nav>`;
}
