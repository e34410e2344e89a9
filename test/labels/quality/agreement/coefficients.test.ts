import fc from 'fast-check';
import { NominalAgreement, type Rating } from '@datagym/labels/quality/agreement/coefficients';
import '../../../support/seed';

function agreementOf(units: readonly (readonly Rating[])[], projects = units[0]?.length ?? 2): NominalAgreement {
	const agreement = new NominalAgreement(projects);
	for (const unit of units) agreement.add(unit);
	return agreement;
}

/** As often as each unit occurs. */
const times = (count: number, ...unit: Rating[]) => Array.from({ length: count }, () => unit);

describe('Values of the literature', () => {
	test("Cohen's kappa of 50 proposals that two readers judge is 0.4", () => {
		// https://en.wikipedia.org/wiki/Cohen's_kappa#Simple_example
		const units = [
			...times(20, 'yes', 'yes'),
			...times(5, 'yes', 'no'),
			...times(10, 'no', 'yes'),
			...times(15, 'no', 'no'),
		];
		expect(agreementOf(units).cohenKappa).toBeCloseTo(0.4, 12);
	});

	test("Fleiss' kappa of fourteen raters of ten subjects is 0.210", () => {
		// https://en.wikipedia.org/wiki/Fleiss'_kappa#Worked_example
		const counts = [
			[0, 0, 0, 0, 14],
			[0, 2, 6, 4, 2],
			[0, 0, 3, 5, 6],
			[0, 3, 9, 2, 0],
			[2, 2, 8, 1, 1],
			[7, 7, 0, 0, 0],
			[3, 2, 6, 3, 0],
			[2, 5, 3, 2, 2],
			[6, 5, 2, 1, 0],
			[0, 2, 2, 3, 7],
		];
		const units = counts.map((row) => row.flatMap((count, category) => Array<Rating>(count).fill(`${category}`)));
		expect(agreementOf(units).fleissKappa).toBeCloseTo(0.21, 3);
	});

	test("Krippendorff's alpha of his four observers with missing data is 0.743", () => {
		// Krippendorff, "Computing Krippendorff's alpha-reliability", 2011, section C.
		const observers = [
			'1 2 3 3 2 1 4 1 2 . . .',
			'1 2 3 3 2 2 4 1 2 5 . 3',
			'. 3 3 3 2 3 4 2 2 5 1 .',
			'1 2 3 3 2 4 4 1 2 5 1 .',
		];
		const rows = observers.map((row) => row.split(' ').map((value): Rating => (value === '.' ? undefined : value)));
		const units = Array.from({ length: 12 }, (_, unit) => rows.map((row) => row[unit]));
		expect(agreementOf(units).krippendorffAlpha).toBeCloseTo(0.743, 3);
	});
});

describe('A coefficient is undefined', () => {
	test.each<[string, readonly (readonly Rating[])[]]>([
		['of nothing', []],
		['if nothing was answered twice', [['sun', undefined]]],
		['if only one category was ever named', times(5, 'sun', 'sun')],
	])('%s', (_, units) => {
		const { cohenKappa, fleissKappa, krippendorffAlpha } = agreementOf(units, 2);
		expect([cohenKappa, fleissKappa, krippendorffAlpha]).toEqual([undefined, undefined, undefined]);
	});

	test("and so is Cohen's kappa of three projects", () => {
		expect(agreementOf([...times(3, 'a', 'a', 'a'), ...times(3, 'b', 'b', 'b')]).cohenKappa).toBeUndefined();
	});
});

const rating = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: undefined });
const units = fc
	.integer({ min: 2, max: 4 })
	.chain((projects) => fc.array(fc.array(rating, { minLength: projects, maxLength: projects }), { maxLength: 20 }));

test('who all agree have the coefficient 1', () => {
	const { cohenKappa, fleissKappa, krippendorffAlpha, share } = agreementOf([
		...times(3, 'a', 'a'),
		...times(2, 'b', 'b'),
		['c', undefined],
	]);
	expect([cohenKappa, fleissKappa, krippendorffAlpha, share]).toEqual([1, 1, 1, 1]);
});

test('neither the order of the units nor the names of the categories change a coefficient', () => {
	const close = (a: number | undefined, b: number | undefined) =>
		a === undefined || b === undefined ? expect(a).toBe(b) : expect(a).toBeCloseTo(b, 10);
	fc.assert(
		fc.property(units, (list) => {
			const projects = list[0]?.length ?? 2;
			const one = agreementOf(list, projects);
			const renamed = [...list].reverse().map((unit) => unit.map((value) => value && `other ${value}`));
			const other = agreementOf(renamed, projects);
			close(one.cohenKappa, other.cohenKappa);
			close(one.fleissKappa, other.fleissKappa);
			close(one.krippendorffAlpha, other.krippendorffAlpha);
		}),
	);
});
