import fc from 'fast-check';
import { fileNamesOf } from '../../labels/fileNames';
import { Losses } from '../../labels/losses';

const names = (...imageNames: string[]) => [...fileNamesOf(imageNames.map((imageName, index) => ({ imageId: `${index}a2b3c4d5-x`, imageName })), new Losses()).values()];

describe('file names of images', () => {
	test('stay as they are whenever they can', () => {
		expect(names('car_001.jpg', 'größe (1).PNG', 'no extension')).toEqual(['car_001.jpg', 'größe (1).PNG', 'no extension']);
	});

	test('differ in their stem, in whatever order the images come', () => {
		expect(names('a.jpg', 'A.png', 'b.jpg')).toEqual(['a_0a2b3c4d.jpg', 'A_1a2b3c4d.png', 'b.jpg']);
	});

	test.each([
		['../../etc/passwd.jpg', '_.._etc_passwd.jpg'],
		['C:\\x.jpg', 'C__x.jpg'],
		['a\n"b".jpg', 'a__b_.jpg'],
		['con.jpg', 'con_.jpg'],
		['..', 'image'],
		['', 'image'],
		['.hidden', 'hidden'],
		['gpj.\u202eexe', 'gpj._exe'],
	])('are safe: %j', (imageName, safe) => {
		expect(names(imageName)).toEqual([safe]);
	});

	test('are counted when they change', () => {
		const losses = new Losses();
		fileNamesOf([{ imageId: '1', imageName: 'a/b.jpg' }, { imageId: '2', imageName: 'c.jpg' }], losses);
		expect(losses.list()).toEqual([expect.objectContaining({ reason: 'renamed', count: 1, example: 'a/b.jpg' })]);
	});

	test('never leave their folder and never clash, whatever the names are', () => {
		const imageName = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom('a.jpg', 'A.jpg', 'a_1.jpg', '..', 'nul'));
		fc.assert(fc.property(fc.array(imageName), (all) => {
			const safe = [...fileNamesOf(all.map((each, index) => ({ imageId: `${index}`, imageName: each })), new Losses()).values()];
			expect(new Set(safe.map((name) => name.toLowerCase().replace(/\.[^.]*$/, ''))).size).toBe(all.length);
			for (const name of safe) expect(name).not.toMatch(/[/\\]|^\.|^$/);
		}), { numRuns: 500 });
	});
});
