import fc from 'fast-check';
import { classColors } from '@datagym/labels/preview/classColors';

const inks = (wishes: ReadonlyArray<string | undefined>) => classColors(wishes).map(({ ink }) => ink);

describe('colors of classes', () => {
	test('are those of the label configuration', () => {
		expect(inks(['#e6194b', '#FD0', ' #4363d8 '])).toEqual(['#e6194b', '#ffdd00', '#4363d8']);
	});

	test('are others where the configuration has none, or nearly the same twice', () => {
		const [first, second, third, fourth] = inks(['#e6194b', '#e61a4c', undefined, 'red;}*{color:red']);
		expect(first).toBe('#e6194b');
		expect(new Set([first, second, third, fourth]).size).toBe(4);
		expect(second).not.toBe('#e61a4c');
	});

	test('do not take away a color that a later class has in the configuration', () => {
		const [, wished] = inks([undefined, undefined]);
		expect(inks([undefined, undefined, wished])[2]).toBe(wished);
	});

	test('have an edge that is seen beside them', () => {
		expect(classColors(['#000075', '#ffe119']).map(({ edge }) => edge)).toEqual(['#ffffff', '#000000']);
	});

	test('are six digits whatever was wished, for any number of classes, and differ for thirty', () => {
		fc.assert(
			fc.property(fc.array(fc.option(fc.string(), { nil: undefined }), { maxLength: 200 }), (wishes) =>
				inks(wishes).every((ink) => /^#[0-9a-f]{6}$/.test(ink)),
			),
		);
		expect(new Set(inks(Array.from({ length: 30 }))).size).toBe(30);
	});
});
