import { labelFingerprint } from '@datagym/nodes/DataGymTrigger/memory/labelFingerprint';
import type { LabeledImage, LabelObject } from '@datagym/labels/model';

const object = (id: string, x: number, other: Partial<LabelObject> = {}): LabelObject => ({
	id,
	className: 'car',
	geometry: { type: 'rectangle', x, y: 2, width: 3, height: 4 },
	classifications: {},
	children: [],
	...other,
});
const image = (objects: LabelObject[], classifications: LabeledImage['classifications'] = {}): LabeledImage => ({
	imageId: 'i',
	imageName: 'n',
	objects,
	classifications,
});
const answer = (...values: string[]) => ({ values, children: {} });

const some = image([object('1', 10), object('2', 20, { children: [object('3', 21)] })], { weather: answer('sun') });

test('is the same in whatever order and with whatever IDs the server tells the labels', () => {
	const other = image([object('9', 20, { children: [object('8', 21)] }), object('7', 10)], { weather: answer('sun') });
	expect(labelFingerprint(other)).toBe(labelFingerprint(some));
});

test('is the same after the server has added empty answers to what it was asked for', () => {
	const read = image([...some.objects], {
		...some.classifications,
		season: answer(),
		mood: { values: [], children: { why: answer() } },
	});
	expect(labelFingerprint(read)).toBe(labelFingerprint(some));
});

test.each([
	[
		'a coordinate',
		image([object('1', 10.25), object('2', 20, { children: [object('3', 21)] })], { weather: answer('sun') }),
	],
	[
		'a class',
		image([object('1', 10, { className: 'van' }), object('2', 20, { children: [object('3', 21)] })], {
			weather: answer('sun'),
		}),
	],
	['an answer', image([...some.objects], { weather: answer('rain') })],
	[
		'an answer about an object',
		image([object('1', 10, { classifications: { color: answer('red') } }), some.objects[1]!], {
			weather: answer('sun'),
		}),
	],
	[
		'what is nested where',
		image([object('1', 10, { children: [object('3', 21)] }), object('2', 20)], { weather: answer('sun') }),
	],
	['a missing label', image([some.objects[0]!], { weather: answer('sun') })],
])('differs with %s', (_what, changed) => {
	expect(labelFingerprint(changed)).not.toBe(labelFingerprint(some));
});

test('is never 0, which means that nobody has looked, and fits into 15 bits', () => {
	const fingerprints = Array.from({ length: 5000 }, (_, x) => labelFingerprint(image([object('1', x)])));
	expect(Math.min(...fingerprints)).toBeGreaterThan(0);
	expect(Math.max(...fingerprints)).toBeLessThan(2 ** 15);
	expect(new Set(fingerprints).size).toBeGreaterThan(4500);
});
