import { parse } from 'node:path';
import fc from 'fast-check';
import { fileNamesOf, stemOf } from '@datagym/labels/dataset/fileNames';
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

	test('differ where programs cut off an extension, however long it is', () => {
		expect(names('a.jpg', 'A.     !')).toEqual(['a_0a2b3c4d.jpg', 'A_1a2b3c4d.     !']);
	});

	test('of long images that clash differ in their label files, too', () => {
		const long = 'x'.repeat(400);
		const [first, second] = names(`${long}.jpg`, `${long}.png`);
		expect(yoloLabelPath(first!, 'train')).toBe(`labels/train/${first!.replace('.jpg', '.txt')}`);
		expect(yoloLabelPath(second!, 'train')).not.toBe(yoloLabelPath(first!, 'train'));
	});

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
