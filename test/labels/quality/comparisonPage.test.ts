import { load } from 'cheerio';
import { Evaluator } from '@datagym/labels/quality/evaluation/evaluator';
import type { ComparedPicture } from '@datagym/labels/quality/page/comparisonFigure';
import { comparisonPage } from '@datagym/labels/quality/page/comparisonPage';
import type { LabelClass, LabeledImage, LabelObject } from '@datagym/labels/model';

const HOSTILE = '"><script>alert(1)</script>\u202e';

const CLASSES: readonly LabelClass[] = [
	{ key: 'car', name: HOSTILE, type: 'rectangle', number: 0, color: '#e6194b' },
	{ key: 'person', name: 'Person', type: 'rectangle', number: 1 },
	{ key: 'road', name: 'Road', type: 'polygon', number: 2 },
];

function object(className: string, x: number, score?: number): LabelObject {
	const geometry = { type: 'rectangle', x, y: 10, width: 20, height: 20 } as const;
	return { className, geometry, classifications: {}, children: [], ...(score === undefined ? {} : { score }) };
}

const image = (objects: readonly LabelObject[]): LabeledImage => ({
	imageId: '',
	imageName: '',
	objects,
	classifications: {},
});

/** `first` has one of each: right, confused, missed and extra; `second` is right. */
const PAIRS = {
	[`first ${HOSTILE}`]: {
		truth: [object('car', 0), object('person', 100), object('car', 200)],
		predicted: [object('car', 0, 0.9), object('car', 100, 0.8), object('person', 300, 0.7)],
	},
	second: { truth: [object('person', 0)], predicted: [object('person', 0, 0.95)] },
};

const PIXEL = {
	kind: 'picture',
	mimeType: 'image/png',
	base64: ['AAAA'],
	width: 400,
	height: 100,
	orientation: 1,
} as const;

async function pageOf({
	hasScores = true,
	picture = PIXEL as ComparedPicture['picture'],
	notes = [] as string[],
} = {}) {
	const evaluator = new Evaluator({ kind: 'boxes', classes: CLASSES.map(({ key }) => key) });
	const pictures = Object.entries(PAIRS).map(
		([imageName, { truth, predicted }]): ComparedPicture => ({
			imageName,
			result: evaluator.add({ truth: image(truth), predicted: image(predicted) }),
			isPredicted: true,
			picture,
		}),
	);
	const about = {
		title: HOSTILE,
		evaluation: evaluator.result(),
		hasScores,
		classes: CLASSES,
		shown: pictures.length,
		notes,
		imageWidth: 480,
	};
	let text = '';
	for await (const piece of comparisonPage(about, each(pictures))) text += piece;
	return load(text);
}

async function* each<Value>(values: readonly Value[]): AsyncGenerator<Value> {
	for (const value of values) yield await Promise.resolve(value);
}

test('Whatever names hold is shown as text, and the page forbids itself scripts and requests', async () => {
	const $ = await pageOf({ notes: [HOSTILE] });
	expect($('script, link, iframe, [onload], [onerror]')).toHaveLength(0);
	expect($('meta[http-equiv="Content-Security-Policy"]').attr('content')).toMatch(/^default-src 'none'; img-src data:/);
	expect($('h1').text()).toBe('"><script>alert(1)</script>⟨U+202E⟩');
	expect($('figcaption strong').first().text()).toContain('<script>alert(1)</script>');
	expect($('.notice').text()).toContain('<script>alert(1)</script>');
});

test('Labels and predictions lie over each other, mistakes on top, each named by what became of it', async () => {
	const $ = await pageOf();
	const shapes = $('figure').first().find('svg.labels > g');
	expect(shapes.map((_, shape) => $(shape).attr('class')).get()).toEqual([
		'matched truth rectangle',
		'matched predicted rectangle',
		'confused truth rectangle',
		'confused predicted rectangle',
		'extra predicted rectangle',
		'missed truth rectangle',
	]);
	const mistakes = $('figure')
		.first()
		.find('details li')
		.map((_, item) => $(item).text())
		.get();
	expect(mistakes.map((text) => text.split(':')[0])).toEqual(['Missed', 'Extra', 'Wrong class']);
	expect(mistakes[2]).toMatch(/^Wrong class: Person → .* 80 %, overlap 100 %$/);
	expect($('figure').last().find('details')).toHaveLength(0);
});

test('Images are chosen by the kind of their mistakes, and each kind can be hidden', async () => {
	const $ = await pageOf();
	expect(
		$('figure')
			.map((_, figure) => $(figure).attr('class'))
			.get(),
	).toEqual(['has-missed has-extra has-confused', 'all-right']);
	const styles = $('style').text();
	for (const kind of ['missed', 'extra', 'confused']) {
		expect($(`input[type=radio]#only-${kind}`)).toHaveLength(1);
		expect(styles).toContain(`body:has(#only-${kind}:checked) figure:not(.has-${kind}){display:none}`);
	}
	for (const kind of ['missed', 'extra', 'confused', 'matched']) {
		expect($(`input[type=checkbox]#show-${kind}`)).toHaveLength(1);
		expect(styles).toContain(`body:has(#show-${kind}:not(:checked)) .picture .${kind}{display:none}`);
	}
});

test('The matrix counts labels by row and predictions by column, and leaves out classes that nobody uses', async () => {
	const $ = await pageOf();
	const rows = $('.matrix tbody tr')
		.map((_, row) => $(row).text())
		.get();
	expect(
		$('.matrix thead th')
			.map((_, cell) => $(cell).text())
			.get()
			.slice(1),
	).toEqual(['Person', 'missed']);
	expect(rows).toEqual([expect.stringMatching(/101$/), 'Person110', 'extra01']);
});

test('Without scores, the page has neither curves nor average precision', async () => {
	const withScores = await pageOf();
	expect(withScores('.numbers').text()).toContain('mAP');
	// Nothing is labeled as a road.
	expect(
		withScores('svg .curve title')
			.map((_, title) => withScores(title).text())
			.get(),
	).toEqual(['Person', expect.stringContaining('script'), 'All classes']);
	const $ = await pageOf({ hasScores: false });
	expect($('.numbers').text()).not.toContain('mAP');
	expect($('svg .curve')).toHaveLength(0);
	expect($('thead').first().text()).toBe('ClassPrecisionRecallF1LabelsPredictions');
});

test('An image that cannot be fetched still shows its shapes, in the size that they need', async () => {
	const $ = await pageOf({ picture: { kind: 'broken', reason: 'The file is damaged.' } });
	expect($('figure').first().find('.frame').text()).toContain('The file is damaged.');
	expect($('figure').first().find('svg.labels').attr('viewBox')).toBe('0 0 320 30');
});
