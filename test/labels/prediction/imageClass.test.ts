import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import { IMAGE_CLASS } from '@datagym/labels/formats/shared/predictions';
import type { Classification, LabelClass } from '@datagym/labels/model';
import { type ImageClassRules, withImageClass } from '@datagym/labels/prediction/imageClass';
import { answers, image } from '../build';

const base = { number: 0, parents: [] };
const CLASSES: LabelClass[] = [
	{ ...base, key: 'weather', name: 'Weather', type: 'select', options: ['sun', 'heavy_rain', 'other'] },
	{ ...base, key: 'time', name: 'Time', type: 'select', options: ['day', 'night', 'other'] },
	{ ...base, key: 'tags', name: 'Tags', type: 'checklist', options: ['city', 'blurred'] },
	{ ...base, key: 'note', name: 'Note', type: 'freetext' },
	{ ...base, key: 'color', name: 'Color', type: 'select', options: ['red'], parents: ['car'] },
];

function answered(values: string[], rules: Partial<ImageClassRules> & { score?: number } = {}) {
	const { score, ...others } = rules;
	const answer: Classification = { values, children: {}, ...(score !== undefined && { score }) };
	const report = new ConversionReport();
	const given = image([], { classifications: { [IMAGE_CLASS]: answer } });
	const { classifications } = withImageClass(given, { classes: CLASSES, ...others }, report);
	return {
		classifications,
		report: report.list().map(({ reason, className, count }) => `${reason} ${className} ${count}`),
	};
}

describe('the class that a model gives the whole image', () => {
	test('answers the classification of the image that has the option', () => {
		expect(answered(['sun'])).toEqual({ classifications: answers({ weather: ['sun'] }), report: [] });
		expect(answered(['Heavy Rain']).classifications).toEqual(answers({ weather: ['heavy_rain'] }));
	});

	test('is mapped as classes of labels are', () => {
		expect(answered(['sunny'], { classNames: { sunny: 'sun' } }).classifications).toEqual(
			answers({ weather: ['sun'] }),
		);
	});

	test('may be several, each of its own classification, and several of a checklist', () => {
		expect(answered(['sun', 'night', 'city', 'blurred']).classifications).toEqual(
			answers({ weather: ['sun'], time: ['night'], tags: ['city', 'blurred'] }),
		);
	});

	test('is the first one of a select, and the others are counted', () => {
		expect(answered(['sun', 'heavy_rain'])).toEqual({
			classifications: answers({ weather: ['sun'] }),
			report: ['several-answers heavy_rain 1'],
		});
	});

	test('is counted if no classification of the image has the option', () => {
		expect(answered(['red', 'cat'])).toEqual({
			classifications: {},
			report: ['image-class red 1', 'image-class cat 1'],
		});
	});

	test('is counted if several have it, unless the user says which one is meant', () => {
		expect(answered(['other'])).toEqual({ classifications: {}, report: ['several-classifications other 1'] });
		expect(answered(['other'], { classification: 'Time' }).classifications).toEqual(answers({ time: ['other'] }));
		expect(answered(['sun'], { classification: 'time' }).report).toEqual(['image-class sun 1']);
	});

	test('fills a text only if the user says so', () => {
		expect(answered(['tench'], { classification: 'note' }).classifications).toEqual(answers({ note: ['tench'] }));
	});

	test('is left out below the minimum score', () => {
		expect(answered(['sun'], { score: 0.4, minimumScore: 0.5 })).toEqual({
			classifications: {},
			report: ['low-score undefined 1'],
		});
		expect(answered(['sun'], { score: 0.5, minimumScore: 0.5 }).classifications).toEqual({
			weather: { values: ['sun'], children: {}, score: 0.5 },
		});
	});

	test('stays if the project has a classification of that key, as do other answers', () => {
		const own: LabelClass[] = [{ ...base, key: 'class', name: 'Class', type: 'select', options: ['sun'] }];
		expect(answered(['sun'], { classes: own }).classifications).toEqual(answers({ class: ['sun'] }));
		const given = image([], { classifications: answers({ weather: ['sun'] }) });
		expect(withImageClass(given, { classes: CLASSES }, new ConversionReport())).toBe(given);
	});
});
