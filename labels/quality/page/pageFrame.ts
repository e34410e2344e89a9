import type { ImageSize } from '../../model';
import type { Picture } from '../../preview/figure';
import { html, type Html } from '../../preview/html';

/** What stands above everything else. */
interface Heading {
	/** The project's name. */
	readonly title: string;
	/** What was compared, as sentences. */
	readonly about: string;
	/** What somebody should know who reads the numbers, as sentences. */
	readonly notes: readonly string[];
}

/** Nothing but images in the page itself and its style sheet. */
const POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";

/** The page up to its first image. */
export function pageHead({ title, about, notes }: Heading, styles: Html, content: Html): Html {
	const notices = notes.map((note) => html`<p class="notice">${note}</p>`);
	return html`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="referrer" content="no-referrer"><meta name="color-scheme" content="light dark">
<title>${title} – predictions</title>
<style>${styles}</style></head>
<body><main><header><h1><bdi>${title}</bdi></h1><p class="quiet">${about}</p>${notices}</header>
<p class="cut">This view cannot show images and charts. Download the file and open it in a browser.</p>
${content}
<div class="images">
`;
}

export const PAGE_END = '</div></main></body></html>\n';

/** A number, its name and what it means. */
export type NumberCard = readonly [name: string, value: string, meaning: string];

export function numberCards(cards: readonly NumberCard[]): Html {
	return html`<div class="numbers">${cards.map(([name, value, meaning]) => html`<div title="${meaning}"><b>${value}</b><span class="quiet">${name}</span></div>`)}</div>`;
}

/** An image with what lies over it, or why it cannot be shown, in pieces of bounded size. */
export function* pictureFrame(
	picture: Picture,
	imageName: string,
	size: ImageSize | undefined,
	over: Html | undefined,
): Generator<string, void, undefined> {
	const fault = picture.kind === 'broken' ? html`<p>The image cannot be shown. ${picture.reason}</p>` : undefined;
	const shape =
		size === undefined ? html`` : html` style="--ratio:${Math.round((size.width / size.height) * 1e4) / 1e4}"`;
	yield html`<div class="frame">${fault}<div class="picture"${shape}>`.text;
	if (picture.kind === 'picture') {
		yield html`<img alt="${imageName}" src="data:${picture.mimeType};base64,`.text;
		yield* picture.base64;
		yield '">';
	}
	yield html`${over}</div></div>`.text;
}
