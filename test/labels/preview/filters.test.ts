import { load, type CheerioAPI } from 'cheerio';
import type { LabeledImage } from '@datagym/labels/model';
import type { PreviewIssues } from '@datagym/labels/preview/issues';
import { image, object, polygon, rectangle } from '../build';
import { pageOf, type Scene } from './pages';

const CAR = object('car', rectangle(10, 20, 30, 40));
const TWIN = object('car', rectangle(11, 20, 30, 40));
const ROAD = object('road', polygon([1, 50], [70, 5], [60, 70]));

const IMAGES: readonly LabeledImage[] = [
	image([CAR, TWIN], { imageId: 'a1', imageName: 'a.jpg', status: 'completed' }),
	image([], { imageId: 'b2', imageName: 'b.jpg', status: 'skipped' }),
	image([ROAD], { imageId: 'c3', imageName: 'c.jpg', status: 'completed' }),
];

const ISSUES: PreviewIssues = {
	kinds: [
		{ key: 'duplicate', name: 'Duplicates', css: 'i0', count: 1 },
		{ key: 'tiny', name: 'Unusual Sizes', css: 'i1', count: 2 },
	],
	general: [],
	byImageId: new Map([
		[
			'a1',
			[
				{ kind: 'tiny', text: 'This one is tiny.', severity: 'low' as const, labels: [TWIN] },
				{ kind: 'duplicate', text: 'These are the same.', severity: 'high' as const, labels: [CAR, TWIN] },
			],
		],
		['c3', [{ kind: 'tiny', text: 'This one is tiny, too.', severity: 'low' as const, labels: [ROAD] }]],
	]),
};

const parsed = async (images: readonly LabeledImage[] = IMAGES, scene: Scene = {}): Promise<CheerioAPI> =>
	load(await pageOf(images, scene));

const choicesOf = ($: CheerioAPI, id: string) =>
	$(`#${id} option`)
		.toArray()
		.map((option) => $(option).text());

describe('the drop-downs of a preview', () => {
	test('say how many images have a class, a status and a kind of issue', async () => {
		const $ = await parsed(IMAGES, { issues: ISSUES });
		expect(choicesOf($, 'filter-class')).toEqual(['All classes', 'Car (1)', 'Road (1)', 'No labels (1)']);
		expect(choicesOf($, 'filter-status')).toEqual(['All statuses', 'Completed (2)', 'Skipped (1)']);
		expect(choicesOf($, 'filter-issue')).toEqual([
			'All images',
			'With issues (2)',
			'Without issues (1)',
			'Duplicates (1)',
			'Unusual Sizes (2)',
		]);
		expect(choicesOf($, 'sort')).toEqual(['Name', 'Most labels', 'Fewest labels', 'Most issues']);
	});

	test('are there only if they leave a choice', async () => {
		const [first, , third] = IMAGES;
		const $ = await parsed([first!, third!]);
		expect($('#filter-class')).toHaveLength(1);
		expect($('#filter-status')).toHaveLength(0);
		expect($('#filter-issue')).toHaveLength(0);
		expect((await parsed([first!]))('select')).toHaveLength(0);
	});

	test('count nested labels, too', async () => {
		const parent = object('car', rectangle(), { children: [object('plate', polygon([1, 1], [2, 1], [2, 2]))] });
		const $ = await parsed([image([parent], { imageId: 'a' }), image([], { imageId: 'b' })]);
		expect(choicesOf($, 'filter-class')).toContain('Plate (1)');
	});
});

describe('an image of a preview', () => {
	test('has an anchor, and its name is the link to it', async () => {
		const $ = await parsed();
		expect($('figure#image-a1 strong a').attr('href')).toBe('#image-a1');
		expect(
			$('figure')
				.toArray()
				.map((figure) => $(figure).attr('id')),
		).toEqual(['image-a1', 'image-b2', 'image-c3']);
	});

	test('has a harmless anchor whatever its ID is, and none without an ID', async () => {
		const $ = await parsed([image([], { imageId: 'a b"#%é' }), image([], { imageId: '' })]);
		expect($('figure').first().attr('id')).toBe('image-a_b____');
		expect($('figure').last().attr('id')).toBeUndefined();
		expect($('figure').last().find('a')).toHaveLength(0);
	});
});

describe('issues', () => {
	test('are listed below their image by number, and the labels concerned have these numbers', async () => {
		const $ = await parsed(IMAGES, { issues: ISSUES });
		const first = $('#image-a1');
		expect(
			first
				.find('.issues li')
				.toArray()
				.map((issue) => $(issue).text()),
		).toEqual(['1Unusual Sizes This one is tiny.', '2Duplicates These are the same.']);
		expect(
			first
				.find('.flags .mark')
				.toArray()
				.map((mark) => $(mark).text()),
		).toEqual(['2', '1, 2']);
		expect(first.find('.labels > .flagged.severity-high')).toHaveLength(2);
		expect($('#image-b2 .issues, #image-b2 .flagged')).toHaveLength(0);
	});

	test('mark a polygon at one of its points', async () => {
		const $ = await parsed(IMAGES, { issues: ISSUES });
		expect($('#image-c3 .flags .mark').attr('style')).toBe(`left:70%;top:${(5 / 80) * 100}%`);
	});

	test('are counted by kind, and their images linked to, the worst first', async () => {
		const $ = await parsed(IMAGES, { issues: ISSUES });
		expect(
			$('.stack section')
				.last()
				.find('g title')
				.toArray()
				.map((title) => $(title).text()),
		).toEqual(['Unusual Sizes: 2', 'Duplicates: 1']);
		expect(
			$('.suspicious-images a')
				.toArray()
				.map((link) => $(link).attr('href')),
		).toEqual(['#image-a1', '#image-c3']);
	});

	test('that nobody looked for leave nothing on the page', async () => {
		const $ = await parsed();
		expect($('.issues, .suspicious-images, .flags, .stack')).toHaveLength(0);
	});
});

describe('several pages', () => {
	const files = ['Fleet_preview.html', 'Fleet_preview_2.html'];
	const pageOfTwo = async (current: number) =>
		await parsed(IMAGES, { pages: { current, files, size: 2 }, issues: ISSUES });

	test('link to each other by their names alone', async () => {
		const [first, second] = [await pageOfTwo(0), await pageOfTwo(1)];
		const links = ($: CheerioAPI) =>
			$('.pages')
				.first()
				.find('a:not([aria-current])')
				.toArray()
				.map((link) => `${$(link).text()} ${$(link).attr('href')}`);
		expect(links(first)).toEqual(['2 ./Fleet_preview_2.html', 'Next → ./Fleet_preview_2.html']);
		expect(links(second)).toEqual(['← Previous ./Fleet_preview.html', '1 ./Fleet_preview.html']);
	});

	test('have their own images, filters and numbers, and links to the others’ issues', async () => {
		const [first, second] = [await pageOfTwo(0), await pageOfTwo(1)];
		expect(first('header p').text()).toBe('3 images, 3 labels · page 1 of 2: images 1 to 2');
		expect(second('header p').text()).toBe('3 images, 3 labels · page 2 of 2: image 3');
		expect(choicesOf(first, 'filter-class')).toEqual(['All classes', 'Car (1)', 'No labels (1)']);
		expect(first('figure')).toHaveLength(2);
		expect(second('figure').attr('id')).toBe('image-c3');
		expect(
			first('.suspicious-images a')
				.toArray()
				.map((link) => first(link).attr('href')),
		).toEqual(['#image-a1', './Fleet_preview_2.html#image-c3']);
	});

	test('say nothing of pages if there is one', async () => {
		const $ = await parsed(IMAGES, { pages: { current: 0, files: ['Fleet_preview.html'], size: 500 } });
		expect($('.pages')).toHaveLength(0);
		expect($('header p').text()).toBe('3 images, 3 labels');
	});
});
