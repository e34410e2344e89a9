import { checkLabelConfig } from '@datagym/labels/classes/labelConfig';
import { configurationOf, renamedKey } from '@datagym/labels/importing/configuration';
import type { Classifications, Geometry, LabeledImage, LabelObject } from '@datagym/labels/model';

/** Docs/importing-datasets.md: the label configuration that is made of the labels of a dataset. */

const square = [
	{ x: 0, y: 0 },
	{ x: 9, y: 0 },
	{ x: 9, y: 9 },
];
const BOX: Geometry = { type: 'rectangle', x: 1, y: 2, width: 3, height: 4 };
const POLYGON: Geometry = { type: 'polygon', points: square };
const HOLED: Geometry = { type: 'segmentation', regions: [[square, square]] };

const label = (className: string, geometry: Geometry, more: Partial<LabelObject> = {}): LabelObject => ({
	className,
	geometry,
	classifications: {},
	children: [],
	...more,
});
const image = (objects: LabelObject[], classifications: Classifications = {}): LabeledImage => ({
	imageId: '',
	imageName: 'a.jpg',
	objects,
	classifications,
});
const answer = (...values: string[]) => ({ values, children: {} });

test('has a class of each name, with the geometry that takes all of its labels', () => {
	const { entries, renamed } = configurationOf(
		[
			image([label('Car', BOX), label('road', BOX), label('sky', HOLED)]),
			image([label('car', BOX), label('road', POLYGON)]),
		],
		true,
	);
	expect(entries.map(({ entryKey, entryValue, type }) => [entryKey, entryValue, type])).toEqual([
		['car', 'Car', 'rectangle'],
		['road', 'road', 'polygon'],
		['sky', 'sky', 'image_segmentation'],
	]);
	expect([...renamed]).toEqual([]);
});

test('makes polygons of areas where the server takes no others', () => {
	expect(configurationOf([image([label('sky', HOLED)])], false).entries[0]?.type).toBe('polygon');
});

test('nests classes and classifications', () => {
	const plate = label('plate', BOX);
	const car = label('car', BOX, { children: [plate], classifications: { color: answer('red') } });
	const other = label('car', BOX, { classifications: { color: answer('blue') } });
	const { entries } = configurationOf([image([car, other], { weather: answer('sun', 'snow') })], true);
	expect(entries).toEqual([
		expect.objectContaining({
			entryKey: 'car',
			children: [
				expect.objectContaining({ entryKey: 'plate', type: 'rectangle' }),
				expect.objectContaining({ entryKey: 'color', type: 'select', options: { blue: 'blue', red: 'red' } }),
			],
		}),
		expect.objectContaining({ entryKey: 'weather', type: 'checklist', options: { snow: 'snow', sun: 'sun' } }),
	]);
});

test('gives names that are no keys in DataGym others, which DataGym takes', () => {
	const names = ['Lkw/Bus', 'Lkw:Bus', 'Fußgänger', '犬', 'polygon', 'x'.repeat(80), '__proto__', 'constructor'];
	const { entries, renamed } = configurationOf([image(names.map((name) => label(name, BOX)))], true);
	expect(checkLabelConfig(entries)).toEqual({ ok: true, entries: expect.anything() });
	expect(entries).toHaveLength(names.length);
	expect(new Set(entries.map(({ entryKey }) => entryKey)).size).toBe(names.length);
	expect([...renamed.keys()].sort()).toEqual(names.filter((name) => !/^(__proto__|constructor)$/.test(name)).sort());
	expect(renamed.get('Lkw/Bus')).toBe('lkw_bus');
});

test('has a second class for points and lines that are called like areas, since no label can be converted so', () => {
	const point = label('person', { type: 'point', x: 1, y: 2 });
	const { entries, renamed } = configurationOf([image([point, label('person', BOX)])], true);
	expect(entries.map(({ entryKey, type }) => [entryKey, type])).toEqual([
		['person point', 'point'],
		['person', 'rectangle'],
	]);
	expect(renamedKey(point, renamed)).toBe('person point');
	expect(renamedKey(label('person', BOX), renamed)).toBe('person');
});
