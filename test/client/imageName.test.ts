import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { imageNameFor, numberedName, unicodeImageNameFor } from '@datagym/client';

describe('imageNameFor', () => {
	test.each([
		['street.jpg', 'street.jpg'],
		['größe.jpg', 'größe.jpg'],
		['gro\u0308ße.jpg', 'größe.jpg'],
		['写真.jpg', '_u5199_u771f.jpg'],
		['😀.png', '_u1f600.png'],
		['a/b\\c.jpg', 'c.jpg'],
		['a\\b/c.jpg', 'c.jpg'],
		['c:\\b.jpg', 'b.jpg'],
		['  a \t b.jpg ', 'a b.jpg'],
		['a\u0000\u0007b.jpg', 'ab.jpg'],
		['a\u202eb.jpg', 'ab.jpg'],
		['a \u0000\u00ad b.jpg', 'a b.jpg'],
		['e\u200d\u0301.jpg', 'é.jpg'],
		['..', 'image'],
		['', 'image'],
		['/', 'image'],
	])('of %j is %j', (fileName, name) => expect(imageNameFor(fileName)).toBe(name));

	test('always fits into the header and the server’s column, and stays as it is the second time', () => {
		const awkward = fc.constantFrom(
			' ',
			'\t',
			'\u0000',
			'\u00ad',
			'\u200d',
			'\ufeff',
			'\u0301',
			'\u2000',
			'.',
			'/',
			'e',
			'\u5199',
			'\ud800',
		);
		const anyName = fc.oneof(
			fc.string({ unit: 'binary', maxLength: 600 }),
			fc.string({ unit: awkward, maxLength: 12 }),
		);
		fc.assert(
			fc.property(anyName, (fileName) => {
				const name = imageNameFor(fileName);
				expect(name).toMatch(/^[ -~\u00a0-\u00ff]{1,255}$/);
				expect(name).not.toMatch(/[/\\]/);
				expect(imageNameFor(name)).toBe(name);
			}),
			{ numRuns: 1_000 },
		);
	});

	test.each([
		['.', 'image'],
		['...', '...'],
		['\u200b', 'image'],
		['a\u00a0b.jpg', 'a b.jpg'],
		['a\nb.jpg', 'a b.jpg'],
		['a\u001fb', 'ab'],
		['a~b.jpg', 'a~b.jpg'],
		['ÿ.jpg', 'ÿ.jpg'],
		['Ā.jpg', '_u100.jpg'],
	])('of %j is %j, by the steps of its comment', (fileName, name) => expect(imageNameFor(fileName)).toBe(name));

	test('cuts a name over 255 characters before its extension, and marks it with its SHA-256', () => {
		const marked = (name: string) => createHash('sha256').update(name).digest('hex').slice(0, 8);
		const fits = `${'x'.repeat(251)}.jpg`;
		expect(imageNameFor(fits)).toBe(fits);
		const long = `${'x'.repeat(252)}.jpg`;
		expect(imageNameFor(long)).toBe(`${'x'.repeat(255 - 9 - 4)}~${marked(long)}.jpg`);
		const plain = 'y'.repeat(256);
		expect(imageNameFor(plain)).toBe(`${'y'.repeat(255 - 9)}~${marked(plain)}`);
		expect(imageNameFor(`${'x'.repeat(300)}1.jpg`)).not.toBe(imageNameFor(`${'x'.repeat(300)}2.jpg`));
	});

	test('keeps the extension of an over-long name', () => {
		expect(imageNameFor(`${'x'.repeat(400)}.jpeg`)).toMatch(/^x+~[0-9a-f]{8}\.jpeg$/);
	});
});

describe('numberedName', () => {
	test('puts the number before the extension', () => {
		expect(numberedName('a.jpg', 2)).toBe('a (2).jpg');
		expect(numberedName('noext', 3)).toBe('noext (3)');
		expect(numberedName(`${'x'.repeat(251)}.jpg`, 2)).toHaveLength(255);
		expect(numberedName(`${'x'.repeat(251)}.jpg`, 2)).toMatch(/^x+ \(2\)\.jpg$/);
		expect(numberedName('.hidden', 2)).toBe('.hidden (2)');
		expect(numberedName('a.b.jpg', 2)).toBe('a.b (2).jpg');
	});

	test('takes no more than 16 characters, with the dot, for an extension', () => {
		expect(numberedName(`a.${'b'.repeat(15)}`, 2)).toBe(`a (2).${'b'.repeat(15)}`);
		expect(numberedName(`a.${'b'.repeat(16)}`, 2)).toBe(`a.${'b'.repeat(16)} (2)`);
	});
});

describe('unicodeImageNameFor', () => {
	test.each([
		['写真.jpg', '写真.jpg'],
		['👨\u200d👩\u200d👧.png', '👨\u200d👩\u200d👧.png'],
		['نام\u200cها.jpg', 'نام\u200cها.jpg'],
		['  two  blanks .jpg', '  two  blanks .jpg'],
		['gro\u0308ße.jpg', 'größe.jpg'],
		['C:\\photos\\写真.jpg', '写真.jpg'],
		['a\tb\nc\u0000\u0085.jpg', 'a b c .jpg'],
		['half \ud83d.jpg', 'half \ufffd.jpg'],
		[' \u00a0\u200b', 'image'],
		['..', 'image'],
		['', 'image'],
	])('of %j is %j', (fileName, name) => expect(unicodeImageNameFor(fileName)).toBe(name));

	test('is taken by the server whatever the file is called, and stays as it is the second time', () => {
		const awkward = fc.constantFrom(' ', '\t', '\u0000', '\u0301', '.', '/', '\\', 'e', '😀', '\ud800', '\udc00');
		const anyName = fc.oneof(
			fc.string({ unit: 'binary', maxLength: 600 }),
			fc.string({ unit: 'grapheme', maxLength: 600 }),
			fc.string({ unit: awkward, maxLength: 600 }),
		);
		fc.assert(
			fc.property(anyName, (fileName) => {
				const name = unicodeImageNameFor(fileName);
				expect([...name].length).toBeLessThanOrEqual(255);
				expect(Buffer.from(name).toString()).toBe(name);
				expect(name).not.toMatch(/[/\\\p{Cc}]/u);
				expect(name.trim()).not.toBe('');
				expect(unicodeImageNameFor(name)).toBe(name);
			}),
			{ numRuns: 1_000 },
		);
	});

	test('counts an emoji as one character, and cuts none in halves', () => {
		const fits = `${'😀'.repeat(251)}.jpg`;
		expect(unicodeImageNameFor(fits)).toBe(fits);
		expect([...unicodeImageNameFor(`${'😀'.repeat(252)}.jpg`)]).toHaveLength(255);
		expect(numberedName(fits, 2)).toBe(`${'😀'.repeat(247)} (2).jpg`);
	});
});
