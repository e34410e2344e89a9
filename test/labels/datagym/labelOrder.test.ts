import fc from 'fast-check';
import { readExportElement } from '@datagym/labels/datagym/export';
import { readTask } from '@datagym/labels/datagym/task';
import { writeExportElement } from '@datagym/labels/formats/dataGym';
import type { LabeledImage, LabelObject } from '@datagym/labels/model';
import { answeredImage } from '../arbitraries';

/**
 * The promise of docs/formats.md#order: by class key, then from top to bottom, then from left to right, whatever the server's
 * order is.
 */
const point = (key: string, x: number, y: number, id: string) => ({
	id,
	lcEntryId: `entry ${key}`,
	entryKeyLcEntry: key,
	entryTypeLcEntry: 'POINT',
	point: { id, x, y },
	children: [],
});
const select = (key: string, selectKey: string | null) => ({
	id: `answer ${key}`,
	lcEntryId: `entry ${key}`,
	entryKeyLcEntry: key,
	entryTypeLcEntry: 'SELECT',
	selectKey,
	children: [],
});
const IN_ORDER = [
	point('car', 5, 1, 'high'),
	point('car', 1, 7, 'left'),
	point('car', 2, 7, 'right'),
	point('van', 0, 0, 'a'),
	point('van', 0, 0, 'b'),
	select('color', 'red'),
	select('weather', null),
];
const taskWith = (entryValues: object[]) => ({
	taskId: 't',
	labelTaskState: 'COMPLETED',
	media: { id: 'm', mediaName: 'a.jpg' },
	labelConfig: { id: 'c', entries: [] },
	labelIteration: { id: 'i', entryValues },
});
const idsOf = (objects: readonly LabelObject[] = []) => objects.map(({ id }) => id);

test('task details are read in one order, whatever order they come in', () => {
	fc.assert(
		fc.property(fc.shuffledSubarray(IN_ORDER, { minLength: IN_ORDER.length }), (values) => {
			const { image, identified } = readTask(taskWith(values));
			expect(idsOf(image.objects)).toEqual(['high', 'left', 'right', 'a', 'b']);
			expect(Object.keys(image.classifications)).toEqual(['color', 'weather']);
			expect(identified?.values.map(({ valueId }) => valueId)).toEqual(IN_ORDER.map(({ id }) => id));
		}),
	);
});

test('labels in a label have the same order', () => {
	const car = { ...point('car', 0, 0, 'car'), children: [IN_ORDER[2], IN_ORDER[4], IN_ORDER[1]] };
	const { image, identified } = readTask(taskWith([car]));
	expect(idsOf(image.objects[0]?.children)).toEqual(['left', 'right', 'b']);
	expect(identified?.values[0]?.children.map(({ valueId }) => valueId)).toEqual(['left', 'right', 'b']);
});

/** As the server hands out the same labels in another order. */
function turned(image: LabeledImage): LabeledImage {
	const objects = (list: readonly LabelObject[]): LabelObject[] =>
		[...list].reverse().map((object) => ({
			...object,
			classifications: turnedAnswers(object.classifications),
			children: objects(object.children),
		}));
	return { ...image, objects: objects(image.objects), classifications: turnedAnswers(image.classifications) };
}

function turnedAnswers(classifications: LabeledImage['classifications']): LabeledImage['classifications'] {
	return Object.fromEntries(
		Object.entries(classifications)
			.reverse()
			.map(([key, { values, children }]) => [key, { values, children: turnedAnswers(children) }]),
	);
}

test('an export is read to the same text, to the letter, whatever order its labels come in', () => {
	const textOf = (image: LabeledImage) =>
		JSON.stringify(readExportElement(JSON.parse(JSON.stringify(writeExportElement(image)))));
	fc.assert(
		fc.property(answeredImage, (image) => {
			expect(textOf(turned(image))).toBe(textOf(image));
		}),
	);
});

test('an export and task details give the same order', () => {
	const box = (x: number, y: number) => ({ point: [{ x, y }] });
	const element = { internal_media_ID: 'm', labels: { van: [box(0, 0)], car: [box(2, 7), box(5, 1), box(1, 7)] } };
	const read = readExportElement(element);
	const positions = (objects: readonly LabelObject[]) =>
		objects.map(({ className, geometry }) => [className, geometry.type === 'point' && `${geometry.x},${geometry.y}`]);
	const ofTask = readTask(taskWith(IN_ORDER.filter(({ id }) => id !== 'b'))).image.objects;
	expect(read.kind === 'image' && positions(read.image.objects)).toEqual(positions(ofTask));
});
