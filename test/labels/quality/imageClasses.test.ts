import type { Classifications } from '@datagym/labels/model';
import { ImageClassEvaluator } from '@datagym/labels/quality/evaluation/imageClasses';
import { answers, image } from '../build';

function pair(truth: Classifications, predicted: Classifications) {
	return { truth: image([], { classifications: truth }), predicted: image([], { classifications: predicted }) };
}

/** Labeled and predicted weather of six images. */
const WEATHER: readonly [string | undefined, string | undefined][] = [
	['sun', 'sun'],
	['sun', 'sun'],
	['sun', 'rain'],
	['rain', 'rain'],
	['rain', undefined],
	[undefined, 'sun'],
];

function weather(value: string | undefined): Classifications {
	return value === undefined ? {} : answers({ weather: [value] });
}

describe('classes of whole images', () => {
	it('counts as a confusion matrix does', () => {
		const evaluator = new ImageClassEvaluator();
		for (const [truth, predicted] of WEATHER) evaluator.add(pair(weather(truth), weather(predicted)));
		const { questions, accuracy, images } = evaluator.result();
		expect([images, accuracy]).toEqual([6, 3 / 5]);
		const [question] = questions;
		expect(question).toMatchObject({
			question: 'weather',
			images: 5,
			accuracy: 3 / 5,
			rates: { matched: 3, predicted: 5, labels: 5, precision: 3 / 5, recall: 3 / 5 },
			confusion: {
				classNames: ['sun', 'rain'],
				counts: [
					[2, 1, 0],
					[0, 1, 1],
					[1, 0, 0],
				],
			},
		});
		// sun: 2 of 3 predicted and of 3 labeled; rain: 1 of 2 and of 2.
		expect(question?.classes.map(({ className, rates: { f1 } }) => [className, f1])).toEqual([
			['sun', 2 / 3],
			['rain', 1 / 2],
		]);
		expect(question?.macroF1).toBeCloseTo((2 / 3 + 1 / 2) / 2, 12);
	});

	it('says what is wrong in an image', () => {
		const evaluator = new ImageClassEvaluator();
		const truth = answers({ weather: ['sun'], road: ['wet', 'icy'], time: ['day'] });
		const predicted = answers({ weather: ['rain'], road: ['icy', 'wet'], sign: ['stop'] });
		expect(evaluator.add(pair(truth, predicted))).toEqual({
			// Two right answers among four labeled and four predicted ones.
			score: 4 / 8,
			right: 1,
			wrong: [
				{ question: 'weather', truth: ['sun'], predicted: ['rain'] },
				{ question: 'time', truth: ['day'], predicted: [] },
				{ question: 'sign', truth: [], predicted: ['stop'] },
			],
		});
		expect(evaluator.add(pair({}, {}))).toEqual({ score: 1, right: 0, wrong: [] });
	});

	it('leaves out answers that are not sure enough', () => {
		const evaluator = new ImageClassEvaluator({ score: 0.5 });
		const sure = (score: number): Classifications => ({ weather: { values: ['sun'], children: {}, score } });
		evaluator.add(pair(weather('sun'), sure(0.5)));
		evaluator.add(pair(weather('sun'), sure(0.4)));
		evaluator.add(pair(weather('rain'), sure(0.1)));
		const { rates, curve, accuracy } = evaluator.result();
		expect(rates).toMatchObject({ matched: 1, predicted: 1, labels: 3 });
		expect(accuracy).toBe(1 / 3);
		expect(curve.best).toMatchObject({ score: 0.4, matched: 2, predicted: 2, labels: 3 });
	});

	it('reads questions below others, compares keys as the server does, and only what is asked for', () => {
		const deep = (strength: string): Classifications => ({
			Weather: { values: ['Rain'], children: answers({ strength: [strength] }) },
			note: { values: ['seen by Ann'], children: {} },
		});
		const evaluator = new ImageClassEvaluator({ questions: ['weather', 'weather/strength'] });
		const lower: Classifications = { weather: { values: ['rain'], children: answers({ strength: ['strong'] }) } };
		expect(evaluator.add(pair(deep('weak'), lower))).toMatchObject({
			right: 1,
			wrong: [{ question: 'weather/strength', truth: ['weak'], predicted: ['strong'] }],
		});
		expect(evaluator.result().questions.map(({ question, accuracy }) => [question, accuracy])).toEqual([
			['weather', 1],
			['weather/strength', 0],
		]);
	});
});
