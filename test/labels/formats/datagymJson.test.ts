import fc from 'fast-check';
import { readExport, readExportElement } from '@datagym/labels/datagym/export';
import { writeExportElement, writeExportHeader } from '@datagym/labels/formats/dataGym';
import { importableImage } from '../arbitraries';
import { FLEET_CLASSES } from '../build';
import export334 from '../fixtures/export-334.json';
import export631 from '../fixtures/export-631.json';

describe("DataGym's own JSON", () => {
	test.each([
		['334', export334],
		['631', export631],
	])('is what the server exported in recording %s, but for addresses and lost labels', (_recording, exported) => {
		const elements = [...readExport(exported)].flatMap((element) =>
			element.kind === 'image' ? [writeExportElement(element.image)] : [],
		);
		const expected = JSON.parse(JSON.stringify(exported.slice(1)), (key, value) => {
			if (key === 'segmentations') return undefined;
			return Array.isArray(value) ? value.filter((item) => item?.point?.[0]?.x !== null) : value;
		});
		// Nested shapes have no list of further nested ones.
		expect(elements).toEqual(expected);
	});

	test('has the classes in its header', () => {
		const [header] = readExport([writeExportHeader(FLEET_CLASSES)]);
		const keys = header?.kind === 'classes' ? header.classes.map(({ key, type }) => `${key} ${type}`).sort() : [];
		expect(keys).toEqual(FLEET_CLASSES.map(({ key, type }) => `${key} ${type}`).sort());
	});

	test('gives everything back, but for the order of classes', () => {
		fc.assert(
			fc.property(importableImage, (image) => {
				const element = readExportElement(JSON.parse(JSON.stringify(writeExportElement(image))));
				expect(element.problems).toEqual([]);
				const again = element.kind === 'image' ? writeExportElement(element.image) : undefined;
				expect(again).toEqual(writeExportElement(image));
			}),
		);
	});
});
