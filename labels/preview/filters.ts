import { eachObject, type LabeledImage } from '../model';
import { grouped, html, Html } from './html';
import type { PreviewIssues, ShownIssue } from './issues';
import type { PreviewClasses } from './previewClasses';
import { statusCss, statusName } from './statuses';

/** What an image of this page is filtered and sorted by. */
export interface FilteredImage {
	readonly image: LabeledImage;
	readonly issues: readonly ShownIssue[];
}

/** An entry of a drop-down: it shows the figures that have the class `css`, or, with `not`, those that do not. */
interface Choice {
	readonly css: string;
	readonly name: string;
	readonly images: number;
	readonly not?: boolean;
}

interface Filter {
	readonly id: 'class' | 'status' | 'issue';
	readonly label: string;
	readonly all: string;
	readonly choices: readonly Choice[];
}

/** Orders of the page; the first is that of the document. `order` is a CSS integer of a figure's variables. */
const ORDERS = [
	{ value: 'name', name: 'Name' },
	{ value: 'most', name: 'Most labels', order: 'calc(-1*var(--labels))' },
	{ value: 'fewest', name: 'Fewest labels', order: 'var(--labels)' },
	{ value: 'issues', name: 'Most issues', order: 'calc(-1*var(--issues))' },
] as const;

/** What a figure is found and sorted by: its CSS classes and variables. */
export function figureTraits(
	{ image, issues }: FilteredImage,
	classes: PreviewClasses,
	kinds: PreviewIssues['kinds'],
): { css: string; style: string } {
	const found = new Set<string>();
	let labels = 0;
	eachObject(image, ({ className }) => {
		labels++;
		const shown = classes.find(className);
		if (shown !== undefined) found.add(`has-${shown.css}`);
	});
	if (labels > 0) found.add('labeled');
	found.add(`is-${statusCss(image.status ?? '')}`);
	if (issues.length > 0) found.add('suspicious');
	for (const { kind } of issues) {
		const known = kinds.find(({ key }) => key === kind);
		if (known !== undefined) found.add(`has-${known.css}`);
	}
	return { css: [...found].join(' '), style: `--labels:${labels};--issues:${issues.length}` };
}

/**
 * Drop-downs that filter and sort the page's images, without scripts, and their part of the style sheet. Only those that
 * leave a choice are there. An image that a link points to stays visible.
 */
export function filterBar(
	images: readonly FilteredImage[],
	classes: PreviewClasses,
	issues: PreviewIssues | undefined,
): { bar: Html; styles: Html } {
	const filters = filtersOf(images, classes, issues).filter(({ choices }) => choices.length > 1);
	const orders = ORDERS.filter(({ value }) => value !== 'issues' || (issues?.kinds.length ?? 0) > 0);
	const selects = filters.map(
		({ id, label, all, choices }) =>
			html`<div class="choice"><label for="filter-${id}">${label}</label><select id="filter-${id}"><option value="all">${all}</option>${choices.map(
				({ css, name, images: count, not }) =>
					html`<option value="${not === true ? 'not-' : ''}${css}">${name} (${grouped(count)})</option>`,
			)}</select></div>`,
	);
	const sort = html`<div class="choice"><label for="sort">Sort by</label><select id="sort">${orders.map(({ value, name }) => html`<option value="${value}">${name}</option>`)}</select></div>`;
	const rules = [
		...filters.flatMap(({ id, choices }) => choices.map((choice) => filterRule(id, choice))),
		...orders.flatMap((order) =>
			'order' in order ? [`body:has(#sort option[value=${order.value}]:checked) figure{order:${order.order}}`] : [],
		),
	];
	return {
		bar: images.length < 2 ? html`` : html`<div class="filters">${selects}${sort}</div>`,
		styles: new Html(rules.join('\n')),
	};
}

/** Names of classes in it are the page's own (`has-c0`), never the user's. */
function filterRule(id: Filter['id'], { css, not }: Choice): string {
	const value = `${not === true ? 'not-' : ''}${css}`;
	const hidden = not === true ? `.${css}:not(:target)` : `:not(.${css},:target)`;
	return `body:has(#filter-${id} option[value=${value}]:checked) figure${hidden}{display:none}`;
}

function filtersOf(
	images: readonly FilteredImage[],
	classes: PreviewClasses,
	issues: PreviewIssues | undefined,
): readonly Filter[] {
	const kinds = issues?.kinds ?? [];
	const counts = new Map<string, number>();
	for (const one of images)
		for (const css of figureTraits(one, classes, kinds).css.split(' ')) counts.set(css, (counts.get(css) ?? 0) + 1);
	const among = (choices: ReadonlyArray<Omit<Choice, 'images'>>): Choice[] =>
		choices
			.map((choice) => {
				const having = counts.get(choice.css) ?? 0;
				return { ...choice, images: choice.not === true ? images.length - having : having };
			})
			.filter(({ images: count }) => count > 0);
	const statuses = new Map(images.map(({ image: { status = '' } }) => [`is-${statusCss(status)}`, statusName(status)]));
	return [
		{
			id: 'class',
			label: 'Class',
			all: 'All classes',
			choices: among([
				...classes.all.map(({ css, name }) => ({ css: `has-${css}`, name })),
				{ css: 'labeled', name: 'No labels', not: true },
			]),
		},
		{
			id: 'status',
			label: 'Status',
			all: 'All statuses',
			choices: among([...statuses].map(([css, name]) => ({ css, name }))),
		},
		{
			id: 'issue',
			label: 'Issues',
			all: 'All images',
			choices: among(
				kinds.length === 0
					? []
					: [
							{ css: 'suspicious', name: 'With issues' },
							{ css: 'suspicious', name: 'Without issues', not: true },
							...kinds.map(({ css, name }) => ({ css: `has-${css}`, name })),
						],
			),
		},
	];
}
