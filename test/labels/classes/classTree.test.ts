import { classificationName, classTree, ownerOf } from '@datagym/labels/classes/classTree';
import type { LabelClass } from '@datagym/labels/model';
import { FLEET_CLASSES } from '../build';

const fleet = classTree(FLEET_CLASSES);
const of = (key: string) => FLEET_CLASSES.find((labelClass) => labelClass.key === key)!;
const labelClass = (key: string, type: LabelClass['type'], more: Partial<LabelClass> = {}): LabelClass => ({
	key,
	name: key,
	type,
	number: 0,
	...more,
});

describe('the class of a label', () => {
	test('is the one of its key and kind directly below its parents', () => {
		expect(fleet.find('geometry', [], 'car')).toBe(of('car'));
		expect(fleet.find('geometry', ['car'], 'plate')).toBe(of('plate'));
		expect(fleet.find('classification', ['car', 'damage'], 'note')).toBe(of('note'));
		expect(fleet.find('classification', [], 'weather')).toBe(of('weather'));
	});

	test('is elsewhere if it only exists below others', () => {
		expect(fleet.find('geometry', [], 'plate')).toBe('elsewhere');
		expect(fleet.find('classification', ['car'], 'note')).toBe('elsewhere');
		expect(fleet.find('classification', ['damage', 'car'], 'note')).toBe('elsewhere');
		expect(fleet.find('classification', ['car'], 'weather')).toBe('elsewhere');
	});

	test('is unknown if there is none, or only one of the other kind', () => {
		expect(fleet.find('geometry', [], 'truck')).toBe('unknown');
		expect(fleet.find('classification', [], 'car')).toBe('unknown');
		expect(fleet.find('geometry', ['car'], 'color')).toBe('unknown');
	});

	test('is one of several of its key by the parents', () => {
		const [first, second] = [
			labelClass('note', 'freetext', { parents: ['car'] }),
			labelClass('note', 'freetext', { parents: ['road'] }),
		];
		const tree = classTree([first, second]);
		expect(tree.find('classification', ['road'], 'note')).toBe(second);
		expect(tree.find('classification', ['car'], 'note')).toBe(first);
	});

	test('is not taken from other parents whose keys read the same in a row', () => {
		const tree = classTree([labelClass('note', 'freetext', { parents: ['ab', 'c'], required: true })]);
		expect(tree.find('classification', ['a', 'bc'], 'note')).toBe('elsewhere');
		expect(tree.required(['a', 'bc'])).toEqual([]);
	});

	test('is found below any parents if its own are not known', () => {
		const header = labelClass('note', 'freetext');
		expect(classTree([header]).find('classification', ['car', 'damage'], 'note')).toBe(header);
	});
});

describe('the classifications that need a value', () => {
	test('are those directly below the parents', () => {
		expect(fleet.required([])).toEqual([of('weather')]);
		expect(fleet.required(['car'])).toEqual([of('color')]);
		expect(fleet.required(['car', 'plate'])).toEqual([]);
	});

	test('are not those of unknown place or of which it is not known', () => {
		const tree = classTree([
			labelClass('a', 'freetext', { required: true }),
			labelClass('b', 'freetext', { parents: [] }),
			labelClass('c', 'freetext', { parents: [], required: false }),
			labelClass('d', 'freetext', { parents: [], required: true }),
			labelClass('e', 'freetext', { parents: [], required: true }),
		]);
		expect(tree.required([]).map(({ key }) => key)).toEqual(['d', 'e']);
	});
});

describe('the flat name of a classification', () => {
	test.each([
		['weather', undefined, 'weather'],
		['color', 'car', 'car/color'],
		['note', 'car', 'car/damage/note'],
		['text', 'plate', 'plate/text'],
	])('%s belongs to %s and is %s', (key, owner, name) => {
		expect(ownerOf(of(key), FLEET_CLASSES)).toBe(owner);
		expect(classificationName(of(key), FLEET_CLASSES)).toBe(name);
	});

	test('of the image that lies below another is their path', () => {
		const weather = labelClass('weather', 'select', { parents: [] });
		const detail = labelClass('detail', 'freetext', { parents: ['weather'] });
		expect(ownerOf(detail, [weather, detail])).toBeUndefined();
		expect(classificationName(detail, [weather, detail])).toBe('weather/detail');
		const deeper = labelClass('more', 'freetext', { parents: ['weather', 'detail'] });
		expect(classificationName(deeper, [weather, detail, deeper])).toBe('weather/detail/more');
	});

	test('is its key if its parents are not known', () => {
		const header = labelClass('note', 'freetext');
		expect(ownerOf(header, [header])).toBeUndefined();
		expect(classificationName(header, [header])).toBe('note');
	});

	test('goes by no geometry whose place is not known', () => {
		const color = labelClass('color', 'select', { parents: ['car'] });
		expect(ownerOf(color, [labelClass('car', 'rectangle'), color])).toBeUndefined();
	});

	test('goes by the class in its own place, not by one of the same key elsewhere', () => {
		// A classification "car" at the top, and a geometry "car" below another one.
		const classes = [
			labelClass('car', 'select', { parents: [] }),
			labelClass('lot', 'polygon', { parents: [] }),
			labelClass('car', 'rectangle', { parents: ['lot'] }),
			labelClass('detail', 'freetext', { parents: ['car'] }),
			labelClass('color', 'select', { parents: ['lot', 'car'] }),
		];
		expect(ownerOf(classes[3]!, classes)).toBeUndefined();
		expect(classificationName(classes[3]!, classes)).toBe('car/detail');
		expect(classificationName(classes[4]!, classes)).toBe('car/color');
	});
});
