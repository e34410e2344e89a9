import fc from 'fast-check';
import { readExport, readExportElement } from '@datagym/labels/datagym/export';
import { writeExportElement, writeExportHeader } from '@datagym/labels/formats/dataGym';
import { answeredImage } from '../arbitraries';
import { FLEET_CLASSES } from '../build';
import export334 from '../fixtures/export-334.json';
import export631 from '../fixtures/export-631.json';

describe("DataGym's own JSON", () => {
	test.each([
		['334', export334],
		['631', export631],
	])(
		'is what the server exported in recording %s, but for addresses, lost labels and its order, which varies',
		(_recording, exported) => {
			const elements = [...readExport(exported)].flatMap((element) =>
				element.kind === 'image' ? [writeExportElement(element.image)] : [],
			);
			const expected = JSON.parse(JSON.stringify(exported.slice(1)), (key, value) => {
				if (key === 'segmentations') return undefined;
				return Array.isArray(value) ? value.filter((item) => item?.point?.[0]?.x !== null) : value;
			});
			// Nested shapes have no list of further nested ones.
			expect(elements.map(inAnyOrder)).toEqual(expected.map(inAnyOrder));
		},
	);

	test('has the classes in its header', () => {
		const [header] = readExport([writeExportHeader(FLEET_CLASSES)]);
		const keys = header?.kind === 'classes' ? header.classes.map(({ key, type }) => `${key} ${type}`).sort() : [];
		expect(keys).toEqual(FLEET_CLASSES.map(({ key, type }) => `${key} ${type}`).sort());
	});

	test('gives everything back, but for the order of labels and classifications', () => {
		fc.assert(
			fc.property(answeredImage, (image) => {
				const element = readExportElement(JSON.parse(JSON.stringify(writeExportElement(image))));
				expect(element.problems).toEqual([]);
				const again = element.kind === 'image' ? writeExportElement(element.image) : undefined;
				expect(inAnyOrder(again)).toEqual(inAnyOrder(writeExportElement(image)));
			}),
		);
	});
});

/** Lists of objects that are not points, which the server gives in any order: labels of a class, and nested classifications. */
function inAnyOrder(value: unknown): unknown {
	if (Array.isArray(value)) {
		const items = value.map(inAnyOrder);
		const isPoints = items.every((item) => typeof item === 'object' && item !== null && 'x' in item);
		const textOf = (item: unknown) => JSON.stringify(item);
		const isFree = (item: unknown) => typeof item === 'object' && item !== null && !Array.isArray(item);
		if (isPoints) return items;
		return [
			...items.filter((item) => !isFree(item)),
			...items.filter(isFree).sort((a, b) => (textOf(a) < textOf(b) ? -1 : 1)),
		];
	}
	if (typeof value !== 'object' || value === null) return value;
	return Object.fromEntries(
		Object.entries(value)
			.sort(([a], [b]) => (a < b ? -1 : 1))
			.map(([key, inner]) => [key, inAnyOrder(inner)]),
	);
}
