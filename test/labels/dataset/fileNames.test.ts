import { parse } from 'node:path';
import fc from 'fast-check';
import { fileNamesOf, hasImageEnding, possibleFileNames, safeName, stemOf } from '@datagym/labels/dataset/fileNames';
import { WRITABLE_FORMATS } from '@datagym/labels/formats/catalog';
import { yoloLabelPath } from '@datagym/labels/formats/shared/yoloDataset';
import { ConversionReport } from '@datagym/labels/dataset/conversionReport';

const names = (...imageNames: string[]) => [
	...fileNamesOf(
		imageNames.map((imageName, index) => ({ imageId: `${index}a2b3c4d5-x`, imageName })),
		new ConversionReport(),
	).values(),
];

describe('file names of images', () => {
	test('stay as they are whenever they can', () => {
		expect(names('car_001.jpg', 'größe (1).PNG', 'no extension')).toEqual([
			'car_001.jpg',
			'größe (1).PNG',
			'no extension',
		]);
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
		['nul.tar.gz', 'nul_.tar.gz'],
		['con .jpg', 'con_.jpg'],
		[`${'写'.repeat(100)}.jpg`, `${'写'.repeat(56)}.jpg`],
		[`a.${'b'.repeat(300)}`, `a.${'b'.repeat(31)}`],
	])('are safe: %j', (imageName, safe) => {
		expect(names(imageName)).toEqual([safe]);
	});

	test('are counted when they change', () => {
		const report = new ConversionReport();
		fileNamesOf(
			[
				{ imageId: '1', imageName: 'a/b.jpg' },
				{ imageId: '2', imageName: 'c.jpg' },
			],
			report,
		);
		expect(report.list()).toEqual([expect.objectContaining({ reason: 'renamed', count: 1, example: 'a/b.jpg' })]);
	});

	test.each(['con', 'PRN.jpg', 'aux. .jpg', 'nul', 'com1.jpg', 'COM9', 'lpt0.txt', 'com¹.jpg', 'lpt³', 'Con . x'])(
		'are no device of Windows: %j',
		(imageName) => expect(names(imageName)[0]).toMatch(/^(?:con|prn|aux|nul|com.|lpt.)_|^(?:con|aux) *[. ]*_/i),
	);

	test.each([
		'console.jpg',
		'a con.jpg',
		'com.jpg',
		'com10.jpg',
		'lpt.txt',
		'xnul',
		'auxiliary',
		'nul-a.jpg',
		'con a.jpg',
	])('stay as they are where a device is a part of them only: %j', (imageName) =>
		expect(names(imageName)).toEqual([imageName]),
	);

	test.each([
		[' . .a.jpg', 'a.jpg'],
		['a.jpg. .', 'a.jpg'],
		['a .jpg', 'a.jpg'],
		['a.. .jpg', 'a.jpg'],
		['a. b .c', 'a. b.c'],
		['e\u0301.jpg', 'é.jpg'],
		['a/\\:*?"<>|b', 'a_________b'],
		['a\u0000\u001f\u007f\u2028\u202a\u2066\u2069b', 'a_______b'],
		['\ud800.jpg', '_.jpg'],
		[`${'a'.repeat(169)}. bcd.jpg`, `${'a'.repeat(169)}.jpg`],
		[`${'a'.repeat(171)}.jpg`, `${'a'.repeat(170)}.jpg`],
	])('are without what systems refuse or drop: %j', (imageName, safe) => {
		expect(names(imageName)).toEqual([safe]);
	});

	test('are parted at the last dot, as trainers do it', () => {
		expect(safeName('a.b.jpg')).toEqual({ stem: 'a.b', extension: '.jpg' });
		expect(safeName('jpg')).toEqual({ stem: 'jpg', extension: '' });
		expect(stemOf('.jpg')).toBe('.jpg');
		expect(stemOf('a.')).toBe('a');
	});

	test('get a part of their ID when they clash, a hash of an ID that is none of DataGym, and a number if that clashes, too', () => {
		const of = (...images: [string, string][]) => [
			...fileNamesOf(
				images.map(([imageId, imageName]) => ({ imageId, imageName })),
				new ConversionReport(),
			).values(),
		];
		expect(of(['0123456789', 'a.jpg'], ['ABCDEF', 'a.jpg'])).toEqual(['a_01234567.jpg', 'a_ABCDEF.jpg']);
		const [first, second] = of(['../1', 'a.jpg'], ['x y', 'a.jpg']);
		expect(first).toMatch(/^a_[0-9a-f]{8}\.jpg$/);
		expect(second).toMatch(/^a_[0-9a-f]{8}\.jpg$/);
		expect(of(['12345678-1', 'a.jpg'], ['12345678-2', 'A.png'], ['12345678-3', 'a.gif'])).toEqual([
			'a_12345678.jpg',
			'A_12345678_2.png',
			'a_12345678_3.gif',
		]);
		// Another image has the very name already, whether it comes before or after.
		expect(of(['1', 'a.jpg'], ['2', 'a.png'], ['3', 'A_1.jpg'])).toEqual(['a_1_2.jpg', 'a_2.png', 'A_1.jpg']);
		expect(of(['3', 'A_1.jpg'], ['1', 'a.jpg'], ['2', 'a.png'])).toEqual(['A_1.jpg', 'a_1_2.jpg', 'a_2.png']);
	});

	test('are counted by the ID where there is no name', () => {
		const report = new ConversionReport();
		fileNamesOf(
			[
				{ imageId: 'id-1', imageName: '' },
				{ imageId: 'id-2', imageName: 'a.jpg' },
			],
			report,
		);
		expect(report.list()).toEqual([expect.objectContaining({ reason: 'renamed', count: 1, example: 'id-1' })]);
	});

	test('differ where programs cut off an extension, however long it is', () => {
		expect(names('a.jpg', 'A.     !')).toEqual(['a_0a2b3c4d.jpg', 'A_1a2b3c4d.     !']);
	});

	test('of long images that clash differ in their label files, too', () => {
		const long = 'x'.repeat(400);
		const [first, second] = names(`${long}.jpg`, `${long}.png`);
		expect(yoloLabelPath(first!, 'train')).toBe(`labels/train/${first!.replace('.jpg', '.txt')}`);
		expect(yoloLabelPath(second!, 'train')).not.toBe(yoloLabelPath(first!, 'train'));
	});

	test.each([
		['photo', 'jpeg', 'photo.jpg'],
		['photo', 'png', 'photo.png'],
		['photo.v2', 'jpeg', 'photo.v2.jpg'],
		['web.webp', 'png', 'web.webp.png'],
		['a.gif', 'jpeg', 'a.gif.jpg'],
		['', 'png', 'image.png'],
		// These stay, whatever the file is: readers look into it.
		['a.JPG', 'png', 'a.JPG'],
		['a.jpeg', 'jpeg', 'a.jpeg'],
		['a.Png', 'jpeg', 'a.Png'],
		['photo', undefined, 'photo'],
	] as const)('end as trainers know images, by what is in the file: %j (%s)', (imageName, fileType, name) => {
		const images = [{ imageId: '1', imageName, ...(fileType !== undefined && { fileType }) }];
		expect([...fileNamesOf(images, new ConversionReport()).values()]).toEqual([name]);
		expect(hasImageEnding(name)).toBe(fileType !== undefined);
	});

	test('clash with the ending that they get, too', () => {
		const images = [
			{ imageId: '1', imageName: 'photo.jpg', fileType: 'jpeg' as const },
			{ imageId: '2', imageName: 'photo', fileType: 'png' as const },
			{ imageId: '3', imageName: 'photo.jpg.x', fileType: 'png' as const },
		];
		expect([...fileNamesOf(images, new ConversionReport()).values()]).toEqual([
			'photo_1.jpg',
			'photo_2.png',
			'photo.jpg.x.png',
		]);
	});

	test.each(WRITABLE_FORMATS)(
		'of $key are among those that an image can have, unless parts of IDs clash',
		({ writes }) => {
			const named = fc.record({
				imageName: fc.oneof(
					fc.string(),
					fc.constantFrom(
						'a.jpg',
						'A.png',
						'a',
						'a/b',
						'a:b',
						'con',
						'a.jpg.x',
						'=a.jpg',
						"'=a.jpg",
						'#a.png',
						'_a.png',
					),
				),
				fileType: fc.constantFrom('jpeg' as const, 'png' as const, undefined),
			});
			fc.assert(
				fc.property(fc.array(named), (all) => {
					const images = all.map(({ imageName, fileType }, index) => ({
						imageId: `${String(index).padStart(8, '0')}-0000`,
						imageName,
						...(fileType !== undefined && { fileType }),
					}));
					const files = fileNamesOf(images, new ConversionReport(), writes.fileStem);
					expect(new Set([...files.values()].map((name) => stemOf(name).toLowerCase())).size).toBe(images.length);
					for (const image of images)
						expect([image.imageName, ...possibleFileNames(image)]).toContain(files.get(image.imageId));
				}),
			);
		},
	);

	test('never leave their folder and never clash, whatever the names are', () => {
		const dotted = fc.string({
			unit: fc.constantFrom('a', 'A', '.', ' ', '_', '写', '\u{1f4f7}', 'e\u0301'),
			size: 'large',
			maxLength: 400,
		});
		const imageName = fc.oneof(
			fc.string(),
			fc.string({ unit: 'binary' }),
			dotted,
			fc.constantFrom('a.jpg', 'A.jpg', 'a_1.jpg', '..', 'nul', 'nul.a.jpg'),
		);
		fc.assert(
			fc.property(fc.array(imageName), (all) => {
				const safe = [
					...fileNamesOf(
						all.map((each, index) => ({ imageId: `${index}`, imageName: each })),
						new ConversionReport(),
					).values(),
				];
				expect(new Set(safe.map((name) => parse(name).name.toLowerCase())).size).toBe(all.length);
				for (const name of safe) {
					expect(name).not.toMatch(/[/\\]|^[. ]|[. ]$|^$/);
					expect(stemOf(name)).toBe(parse(name).name);
					expect(Buffer.byteLength(name)).toBeLessThanOrEqual(240);
				}
			}),
			{ numRuns: 500 },
		);
	});
});
