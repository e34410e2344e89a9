import { load, type CheerioAPI } from 'cheerio';
import fc from 'fast-check';
import type { LabelClass } from '@datagym/labels/model';
import type { Picture } from '@datagym/labels/preview/figure';
import type { PreviewIssues } from '@datagym/labels/preview/issues';
import { previewPage, type ShownImage } from '@datagym/labels/preview/page';
import { displayedSize, ORIENTATIONS, SAVED_BOXES, STORED_SIZE } from '@datagym/test/support/paintedPhotographs';
import { answers, image, object, polygon, rectangle } from '../build';
import { pageOf, PHOTO, previewOf } from './pages';

const parsed = async (...parameters: Parameters<typeof pageOf>): Promise<CheerioAPI> =>
	load(await pageOf(...parameters));

/** Everything through which a page can run code, ask another server or leave itself. */
function dangersIn($: CheerioAPI): string[] {
	const allowed = new Set(
		'html head meta title style body main header h1 h2 p div section svg g path rect text use nav ul li label input i b bdi small strong span figure img figcaption dl dt dd details summary a select option'.split(
			' ',
		),
	);
	return $('*')
		.toArray()
		.filter((node) => 'attribs' in node)
		.flatMap((element) => [
			...(allowed.has(element.tagName) ? [] : [`<${element.tagName}>`]),
			...Object.entries(element.attribs).flatMap(([name, value]) => {
				const isLink = [
					'src',
					'href',
					'xlink:href',
					'action',
					'srcset',
					'data',
					'background',
					'poster',
					'ping',
					'formaction',
				].includes(name);
				const isHarmless =
					name === 'src'
						? /^data:image\/(jpeg|png);base64,[A-Za-z0-9+/=]*$/.test(value)
						: /^(#label-\d+-\d+|(\.\/Fleet_preview(_2)?\.html)?(#image-[\w-]*)?)$/.test(value);
				return name.startsWith('on') || (isLink && !isHarmless) || (name === 'style' && !/^[-a-z0-9.:;%]*$/.test(value))
					? [`${name}="${value}"`]
					: [];
			}),
		]);
}

const HOSTILE = [
	'"><script>alert(1)</script>',
	"' onload='alert(1)",
	'</style><script>alert(1)</script>',
	'</title><img src=x onerror=alert(1)>',
	'</svg><iframe srcdoc="x">',
	'<!--',
	'--><base href=//evil.example>',
	'a\nb\r\nc\u0000d',
	'photo\u202Egpj.exe',
	'&lt;script&gt;&#x3c;',
	'javascript:alert(1)',
	'url(https://evil.example/x)}*{background:red}',
	'__proto__',
	'\uD800',
];

/** A page whose every text is this one. */
async function pageNamed(text: string): Promise<string> {
	const classes: LabelClass[] = [
		{ key: text, name: text, type: 'rectangle', number: 0, color: text },
		{ key: text, name: text, type: 'freetext', number: 0 },
	];
	const child = object(`${text}?`, rectangle(), { classifications: answers({ [text]: [text] }) });
	const labels = [object(text, rectangle(), { classifications: answers({ [text]: [text, text] }), children: [child] })];
	const images = [
		image(labels, {
			imageId: text,
			imageName: text,
			status: text,
			labeler: text,
			classifications: answers({ [text]: [text] }),
		}),
		image(labels, { imageName: text, width: 10, height: 10 }),
	];
	const issues: PreviewIssues = {
		kinds: [{ key: text, name: text, css: 'i0', count: 1 }],
		byImageId: new Map([[text, [{ kind: text, text, severity: 'high', labels }]]]),
		general: [text],
	};
	const pages = { current: 0, files: ['Fleet_preview.html', 'Fleet_preview_2.html'], size: 2 };
	return await pageOf(images, {
		title: text,
		classes,
		pictures: [PHOTO, { kind: 'broken', reason: text }],
		issues,
		pages,
	});
}

describe('a preview page', () => {
	test.each(HOSTILE)('shows the hostile name %j, and is nothing else than a page', async (name) => {
		const html = await pageNamed(name);
		const $ = load(html);
		expect(dangersIn($)).toEqual([]);
		expect($('figure')).toHaveLength(2);
		expect($('style')).toHaveLength(1);
		expect($('style').text()).not.toContain('evil');
		expect(html).not.toMatch(/<script|<iframe|[\u202a-\u202e\u2066-\u2069]/i);
		expect(html).not.toContain('\u0000');
		expect(html).not.toContain('<!--');
	});

	test('is as safe with any other text', async () => {
		const nasty = fc.string({
			unit: fc.constantFrom(
				'<',
				'>',
				'"',
				"'",
				'&',
				'/',
				'\\',
				'`',
				'=',
				' ',
				'\n',
				'\u0000',
				'\u202e',
				'{',
				'}',
				';',
				'#',
				'script',
				'style',
				'on',
				'x',
			),
			maxLength: 12,
		});
		await fc.assert(
			fc.asyncProperty(nasty, async (name) => {
				const $ = load(await pageNamed(name));
				expect(dangersIn($)).toEqual([]);
				expect($('figure')).toHaveLength(2);
			}),
			{ numRuns: 100 },
		);
	});

	test('shows hostile names as they are, and makes visible what turns text around', async () => {
		const $ = await parsed([image([], { imageName: '<b>photo\u202Egpj.exe' })]);
		expect($('figcaption strong').text()).toBe('<b>photo⟨U+202E⟩gpj.exe');
		expect($('figure img').attr('alt')).toBe('<b>photo⟨U+202E⟩gpj.exe');
	});

	test('forbids itself scripts and requests before anything else comes', async () => {
		const html = await pageOf([image()]);
		const $ = load(html);
		const policy = $('meta[http-equiv="Content-Security-Policy"]').attr('content');
		expect(policy).toContain("default-src 'none'");
		expect(policy).toContain('img-src data:;');
		expect(policy).not.toContain('script-src');
		expect(html.indexOf('Content-Security-Policy')).toBeLessThan(html.indexOf('<title>'));
	});

	test('is made image by image, in pieces that do not grow with the file', async () => {
		const steps: string[] = [];
		const megabyte = 'A'.repeat(65_536 * 4);
		const shown = async function* (): AsyncGenerator<ShownImage> {
			for (let index = 0; index < 3; index++) {
				steps.push(`fetch ${index}`);
				const base64 = (function* () {
					for (let piece = 0; piece < 8; piece++) yield megabyte;
				})();
				yield { image: image(), picture: { ...PHOTO, base64 } };
			}
		};
		let longest = 0;
		for await (const piece of previewPage(previewOf([image(), image(), image()], {}), shown())) {
			longest = Math.max(longest, piece.length);
			if (piece.includes('</figure>')) steps.push('written');
		}
		expect(steps).toEqual(['fetch 0', 'written', 'fetch 1', 'written', 'fetch 2', 'written']);
		expect(longest).toBe(megabyte.length);
	});
});

describe('labels', () => {
	const path = ($: CheerioAPI, css: string) => $(`.labels ${css} path`).first().attr('d');

	test('are drawn in pixels of the image, with their names beside', async () => {
		const $ = await parsed([
			image([
				object('car', rectangle(10, 20, 30, 40)),
				object('road', polygon([1, 2], [3, 4.555], [5, 6])),
				object('lane', {
					type: 'line',
					points: [
						{ x: 0, y: 1 },
						{ x: 2, y: 3 },
					],
				}),
				object('lamp', { type: 'point', x: 7, y: 8 }),
			]),
		]);
		expect($('.labels').attr('viewbox') ?? $('.labels').attr('viewBox')).toBe('0 0 100 80');
		expect(path($, '.rectangle')).toBe('M10 20 40 20 40 60 10 60Z');
		expect(path($, '.polygon')).toBe('M1 2 3 4.56 5 6Z');
		expect(path($, '.line')).toBe('M0 1 2 3');
		expect(path($, '.point')).toBe('M7 8h0');
		expect(
			$('.tag')
				.toArray()
				.map((tag) => $(tag).text())
				.sort(),
		).toEqual(['Car', 'Lamp', 'Lane', 'Road']);
	});

	test('have holes, and dashes where they lie in another label', async () => {
		const hole = [
			{ x: 2, y: 2 },
			{ x: 4, y: 2 },
			{ x: 4, y: 4 },
		];
		const outline = [
			{ x: 0, y: 0 },
			{ x: 9, y: 0 },
			{ x: 9, y: 9 },
		];
		const car = object('car', rectangle(), { children: [object('plate', polygon([1, 1], [2, 1], [2, 2]))] });
		const $ = await parsed([image([car, object('sky', { type: 'segmentation', regions: [[outline, hole]] })])]);
		expect(path($, '.segmentation')).toBe('M0 0 9 0 9 9ZM2 2 4 2 4 4Z');
		expect($('.nested title').text()).toBe('Plate');
		expect($('.labels > .nested, .labels > .rectangle')).toHaveLength(2);
	});

	test.each(ORIENTATIONS)('lie on an image of EXIF orientation %d where people drew them', async (orientation) => {
		const [x, y, w, h] = SAVED_BOXES[orientation];
		const size = displayedSize(orientation);
		const $ = await parsed([image([object('car', rectangle(x, y, w, h))], { storedSize: STORED_SIZE })], {
			pictures: [{ ...PHOTO, ...size, orientation }],
		});
		expect(path($, '.rectangle')).toBe(`M${x} ${y} ${x + w} ${y} ${x + w} ${y + h} ${x} ${y + h}Z`);
		expect($('.labels').attr('viewbox') ?? $('.labels').attr('viewBox')).toBe(`0 0 ${size.width} ${size.height}`);
		expect($('.note').text()).toBe(
			orientation === 1 ? '' : `Rotated according to its EXIF orientation (${orientation}).`,
		);
	});

	test('without a picture are drawn in the size that the server has, turned where they only fit so', async () => {
		const broken = [{ kind: 'broken' as const, reason: 'It is gone.' }];
		const viewBox = async (...box: [number, number, number, number]) => {
			const $ = await parsed([image([object('car', rectangle(...box))], { storedSize: STORED_SIZE })], {
				pictures: broken,
			});
			return $('.labels').attr('viewbox') ?? $('.labels').attr('viewBox');
		};
		expect(await viewBox(110, 20, 40, 40)).toBe('0 0 160 120');
		expect(await viewBox(20, 110, 40, 40)).toBe('0 0 120 160');
	});

	test('without finite coordinates, or outside of the image, are counted', async () => {
		const $ = await parsed([
			image([
				object('lamp', { type: 'point', x: NaN, y: 1 }),
				object('car', rectangle(500, 500)),
				object('car', rectangle(1e300, 0)),
			]),
		]);
		expect($('.note').text()).toBe('3 labels are outside the image.');
		expect($.html()).not.toMatch(/NaN|Infinity|1e\+/);
	});

	test('leave their names away when there are too many to see the image', async () => {
		const $ = await parsed([image(Array.from({ length: 31 }, () => object('car', rectangle())))]);
		expect($('.labels > g')).toHaveLength(31);
		expect($('.tag')).toHaveLength(0);
	});

	test('of a class that the configuration does not have are drawn, too', async () => {
		const $ = await parsed([image([object('ghost', rectangle())])]);
		expect($('nav li').text()).toContain('ghost 1, not in the label configuration');
		expect($('.labels > g')).toHaveLength(1);
	});
});

describe('an image', () => {
	test('says its name, status, size and answers', async () => {
		const car = object('car', rectangle(), { classifications: answers({ color: ['red'] }), score: 0.874 });
		const $ = await parsed([
			image([car], {
				status: 'reviewed_skip',
				classifications: { ...answers({ weather: ['rain'] }), ...answers({ empty: [] }) },
			}),
		]);
		expect($('figcaption').text()).toContain('car_001.jpg Reviewed and skipped 1 label · 100 × 80');
		expect($('figure > dl').text().trim()).toBe('Weatherrain');
		expect($('details').text()).toContain('Colorred');
		expect($('.labels title').text()).toBe('Car 87 % · Color: red');
	});

	test('without labels is shown as such', async () => {
		const $ = await parsed([image()]);
		expect($('figcaption').text()).toContain('no labels');
		expect($('img')).toHaveLength(1);
	});

	test('that is broken says why, and shows its labels if its size is known', async () => {
		const broken: Picture = { kind: 'broken', reason: 'The file is damaged.' };
		const labels = [object('car', rectangle())];
		const $ = await parsed([image(labels, { width: 64, height: 48 }), image(labels)], { pictures: [broken, broken] });
		expect($('img')).toHaveLength(0);
		expect($('figure').first().find('.frame p').text()).toBe('The image cannot be shown. The file is damaged.');
		expect($('figure').first().find('.labels > g')).toHaveLength(1);
		expect($('figure').last().find('.note').text()).toBe('Its labels cannot be drawn because its size is unknown.');
	});

	test('of another size than DataGym knows says so', async () => {
		const $ = await parsed([image([], { storedSize: { width: 640, height: 480 } })]);
		expect($('.note').text()).toBe('DataGym stores its size as 640 × 480 pixels, so its labels may be misplaced.');
	});
});

describe('the head of the page', () => {
	test('counts labels by class, images by status and labels by image', async () => {
		const images = [
			image([object('car', rectangle()), object('car', rectangle())], { status: 'completed' }),
			image([], { status: 'skipped' }),
			image([object('road', polygon([1, 1], [2, 1], [2, 2]))], { status: 'completed' }),
		];
		const $ = await parsed(images);
		const charts = $('.charts section')
			.toArray()
			.map((chart) =>
				$(chart)
					.find('g title')
					.toArray()
					.map((title) => $(title).text()),
			);
		expect(charts[0]?.slice(0, 3)).toEqual(['Car: 2', 'Road: 1', 'Lamp: 0']);
		expect(charts[1]).toEqual(['Completed: 2', 'Skipped: 1']);
		expect(charts[2]).toEqual(['0 labels: 1 image', '1 label: 1 image', '2 labels: 1 image']);
		expect($('header').text()).toContain('3 images, 3 labels');
	});

	test('gathers many labels in columns, none of them lost', async () => {
		const images = Array.from({ length: 50 }, (_, index) =>
			image(Array.from({ length: index * 3 }, () => object('car', rectangle()))),
		);
		const $ = await parsed(images);
		const columns = $('.charts section')
			.last()
			.find('g title')
			.toArray()
			.map((title) => Number(/: (\d+) image/.exec($(title).text())?.[1]));
		expect(columns.length).toBeLessThanOrEqual(20);
		expect(columns.reduce((sum, count) => sum + count, 0)).toBe(50);
	});

	test('says how the images were chosen', async () => {
		expect((await parsed([image()], { total: 1200, choice: 'random' }))('header p').text()).toBe(
			'1,200 images; a random sample of 1, the same each time, is shown below',
		);
		expect((await parsed([image()], { total: 1200 }))('header p').text()).toBe(
			'1,200 images; the first 1 by name are shown below',
		);
	});

	test('has a switch for each class that hides its labels', async () => {
		const $ = await parsed([image([object('car', rectangle())])]);
		const css = $('.labels > g').attr('class')?.split(' ')[0] ?? '';
		expect($(`nav input#show-${css}`).parent().text()).toBe('Car 1');
		expect($('style').text()).toContain(`body:has(#show-${css}:not(:checked)) .picture .${css}{display:none}`);
	});

	test('can be made of a project without images', async () => {
		const $ = await parsed([], { classes: [] });
		expect($('header p').text()).toBe('0 images, 0 labels');
		expect($('.charts').text()).toContain('Nothing to count.');
	});
});
