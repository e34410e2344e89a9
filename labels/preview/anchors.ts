import { html, type Html } from './html';

/** The pages that a preview consists of; they lie in one folder. */
export interface Pages {
	/** Position of this page, from 0. */
	readonly current: number;
	/** Names of the files of all pages. */
	readonly files: readonly string[];
	/** How many images each page has, but the last, which may have fewer. */
	readonly size: number;
}

/** The anchor of an image, `image-<imageId>`: IDs are UUIDs, and whatever else an ID has cannot stand in a link. */
export function anchorOf(imageId: string): string {
	return `image-${imageId.replace(/[^\w-]/g, '_')}`;
}

/** A link to an image by its position in all pages. */
export function linkTo(imageId: string, position: number, { current, files, size }: Pages): string {
	const page = Math.floor(position / size);
	return `${page === current ? '' : fileLink(files[page] ?? '')}#${anchorOf(imageId)}`;
}

/** A relative link: `./` keeps a name with a colon from being a scheme. */
function fileLink(name: string): string {
	return `./${encodeURIComponent(name)}`;
}

/** Links to the other pages; nothing if this is the only one. */
export function pageLinks({ current, files }: Pages): Html | undefined {
	if (files.length < 2) return undefined;
	const neighbor = (page: number, text: string) => {
		const name = files[page];
		return name === undefined ? undefined : html`<a href="${fileLink(name)}">${text}</a>`;
	};
	const numbers = files.map((name, page) =>
		page === current
			? html`<a aria-current="page" href="${fileLink(name)}">${page + 1}</a>`
			: html`<a href="${fileLink(name)}">${page + 1}</a>`,
	);
	return html`<nav class="pages" aria-label="Pages">${neighbor(current - 1, '← Previous')}<span class="numbers">${numbers}</span>${neighbor(current + 1, 'Next →')}</nav>
`;
}
