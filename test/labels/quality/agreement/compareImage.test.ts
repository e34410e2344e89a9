import { atOnce } from '@datagym/labels/steps/steps';
import type { LabeledImage, LabelObject } from '@datagym/labels/model';
import { compareImage } from '@datagym/labels/quality/agreement/compareImage';
import { type LabeledProject, Questions } from '@datagym/labels/quality/agreement/questions';
import { AgreementStatistics } from '@datagym/labels/quality/agreement/statistics';
import { answers, FLEET_CLASSES, image, object, polygon, rectangle } from '../../build';

const CLOSENESS = { minimumIou: 0.5, maximumDistance: 10 };

const fleet = (): LabeledProject => ({ images: [], classes: FLEET_CLASSES });

function compared(...images: readonly (LabeledImage | undefined)[]) {
	const questions = new Questions(images.map(fleet));
	const result = atOnce(compareImage(images, questions, CLOSENESS));
	const statistics = new AgreementStatistics(images.length, questions, CLOSENESS);
	statistics.add(result);
	return { ...result, statistics };
}

/** `class: car/van`, with a dash for no label. */
const kindsOf = (...images: readonly (readonly LabelObject[])[]) =>
	compared(...images.map((objects) => image([...objects]))).disagreements.map(
		({ kind, labels }) => `${kind}: ${labels.map((label) => label?.className ?? '-').join('/')}`,
	);

const at = (x: number, className = 'car') => object(className, rectangle(x, 0, 100, 100));

describe('Labels', () => {
	test('that overlap enough and have one class agree', () => {
		const { disagreements, agreedCount, statistics } = compared(image([at(0)]), image([at(20)]));
		expect([disagreements, agreedCount]).toEqual([[], 1]);
		// 80 of 120 columns are in both.
		expect(statistics.all.meanIou).toBeCloseTo(80 / 120, 12);
	});

	test('of two classes on one thing are one disagreement', () => {
		expect(kindsOf([at(0)], [at(0, 'van')])).toEqual(['class: car/van']);
	});

	test('that only one project has are missing', () => {
		expect(kindsOf([at(0), at(500)], [at(0)])).toEqual(['missing: car/-']);
	});

	test('of one class that overlap too little are one thing that was drawn differently, not two', () => {
		expect(kindsOf([at(0)], [at(60)])).toEqual(['geometry: car/car']);
		expect(kindsOf([at(0)], [at(60, 'van')])).toEqual(['missing: car/-', 'missing: -/van']);
		expect(kindsOf([at(0)], [at(95)])).toEqual(['missing: car/-', 'missing: -/car']);
	});

	test('go to one of their class before a nearer one of another class', () => {
		expect(kindsOf([at(0, 'car'), at(30, 'van')], [at(0, 'van'), at(30, 'car')])).toEqual([]);
	});

	test('are matched so that all together overlap the most', () => {
		// The second box is nearest to both, but only one of the first ones can go without it.
		const { statistics } = compared(image([at(0), at(30)]), image([at(20), at(60)]));
		expect(statistics.all.f1).toBe(1);
	});

	test('have keys that compare as the server compares them', () => {
		expect(kindsOf([at(0, 'Car')], [at(0, 'car ')])).toEqual([]);
	});

	test('of kinds that cannot be compared do not match', () => {
		const lamp = object('lamp', { type: 'point', x: 50, y: 50 });
		expect(kindsOf([at(0)], [lamp])).toEqual(['missing: car/-', 'missing: -/lamp']);
	});

	test('in others are compared as all others', () => {
		const plate = object('plate', polygon([10, 10], [30, 10], [30, 20], [10, 20]));
		expect(kindsOf([{ ...at(0), children: [plate] }], [at(0)])).toEqual(['missing: plate/-']);
	});

	test('match as polygon and box if they cover the same', () => {
		const square = object('car', polygon([0, 0], [100, 0], [100, 100], [0, 100]));
		expect(kindsOf([square], [at(0)])).toEqual([]);
	});
});

describe('Points and lines', () => {
	const lamp = (x: number) => object('lamp', { type: 'point', x, y: 0 });
	const lane = (y: number, ...xs: number[]) => object('lane', { type: 'line', points: xs.map((x) => ({ x, y })) });

	test('match up to the distance', () => {
		expect(kindsOf([lamp(0)], [lamp(10)])).toEqual([]);
		expect(kindsOf([lamp(0)], [lamp(11)])).toEqual(['geometry: lamp/lamp']);
		expect(kindsOf([lamp(0)], [lamp(31)])).toEqual(['missing: lamp/-', 'missing: -/lamp']);
	});

	test('have a mean distance', () => {
		const { statistics } = compared(image([lamp(0), lane(100, 0, 200)]), image([lamp(3), lane(105, 0, 200)]));
		expect(statistics.all.meanDistance).toBeCloseTo(4, 9);
		expect(statistics.all.meanIou).toBeUndefined();
	});

	test('match whichever way a line was drawn, and however many points it has', () => {
		expect(kindsOf([lane(0, 0, 100, 200)], [lane(2, 200, 30, 0)])).toEqual([]);
	});

	test('do not match if a line is much longer', () => {
		expect(kindsOf([lane(0, 0, 200)], [lane(0, 0, 30)])).toEqual(['missing: lane/-', 'missing: -/lane']);
	});
});

describe('Three projects', () => {
	test('agree where all do', () => {
		expect(kindsOf([at(0)], [at(5)], [at(10)])).toEqual([]);
	});

	test('disagree on one thing once', () => {
		expect(kindsOf([at(0)], [at(5, 'van')], [at(10)])).toEqual(['class: car/van/car']);
		expect(kindsOf([at(0)], [], [at(10)])).toEqual(['missing: car/-/car']);
	});

	test('are compared by the projects that have the image', () => {
		const { disagreements, statistics } = compared(image([at(0)]), undefined, image([at(0)]));
		expect([disagreements, statistics.all.f1]).toEqual([[], 1]);
	});

	test('have an F1 of all pairs, and one of each', () => {
		const { statistics } = compared(image([at(0)]), image([at(0)]), image([]));
		// The first two agree; each of them has one label that the third lacks.
		expect(statistics.all.f1).toBe(2 / 4);
		expect(statistics.pairs.map(({ counts }) => counts.f1)).toEqual([1, 0, 0]);
	});
});

describe('Classifications', () => {
	const asked = (...given: (Record<string, string[]> | undefined)[]) =>
		compared(...given.map((values) => image([], { classifications: answers(values ?? {}) })));

	test('of the whole image agree or do not', () => {
		expect(asked({ weather: ['sun'] }, { weather: ['sun'] }).agreedCount).toBe(1);
		const { disagreements } = asked({ weather: ['sun'] }, { weather: ['rain'] });
		expect(disagreements).toMatchObject([{ kind: 'classification', answers: [['sun'], ['rain']] }]);
	});

	test('that only one answered are a disagreement, but no unit of a coefficient', () => {
		const { disagreements, statistics } = asked({ weather: ['sun'] }, {});
		expect(disagreements).toMatchObject([{ kind: 'classification', answers: [['sun'], []] }]);
		expect(statistics.answerList.map(({ agreement }) => agreement.unitCount)).toEqual([0]);
	});

	test('that nobody answered are neither', () => {
		const { disagreements, agreedCount } = asked({}, {});
		expect([disagreements, agreedCount]).toEqual([[], 0]);
	});

	const damaged = (...values: string[]) => ({ ...at(0), classifications: answers({ damage: values }) });

	test('of a checklist are compared option by option, where not ticked means no', () => {
		const { disagreements, statistics } = compared(image([damaged('dent')]), image([damaged('scratch', 'dent')]));
		expect(disagreements).toMatchObject([{ kind: 'classification', answers: [['dent'], ['scratch', 'dent']] }]);
		const shares = statistics.answerList
			.filter(({ question }) => question.classification === 'damage')
			.map(({ option, agreement }) => [option, agreement.unitCount, agreement.share]);
		expect(shares).toEqual([
			['dent', 1, 1],
			['scratch', 1, 0],
		]);
	});

	test('of a checklist do not depend on the order of their options', () => {
		expect(compared(image([damaged('dent', 'scratch')]), image([damaged('scratch', 'dent')])).disagreements).toEqual(
			[],
		);
	});

	test('below others have the keys of both', () => {
		const noted = (text: string) => ({
			...at(0),
			classifications: { damage: { values: ['dent'], children: answers({ note: [text] }) } },
		});
		const { disagreements } = compared(image([noted('left')]), image([noted('right')]));
		expect(disagreements.map(({ question }) => question?.classification)).toEqual(['damage > note']);
	});

	test('that one project does not have are not compared', () => {
		const without = { images: [], classes: FLEET_CLASSES.filter(({ key }) => key !== 'weather') };
		const questions = new Questions([fleet(), without]);
		const images = [image([], { classifications: answers({ weather: ['sun'] }) }), image([])];
		expect(atOnce(compareImage(images, questions, CLOSENESS)).disagreements).toEqual([]);
	});

	test('are known from the labels where the label configuration is not known', () => {
		const classes = FLEET_CLASSES.map(({ key, name, type, number }) => ({ key, name, type, number }));
		const images = ['sun', 'rain'].map((value) => image([], { classifications: answers({ weather: [value] }) }));
		const questions = new Questions(images.map((each) => ({ images: [each], classes })));
		expect(atOnce(compareImage(images, questions, CLOSENESS)).disagreements).toMatchObject([
			{ kind: 'classification' },
		]);
	});
});
