import type { BriefImage } from '@datagym/labels/store/imageList';
import { parseXml } from '@rgrove/parse-xml';
import * as fc from 'fast-check';
import { datasetClasses } from '@datagym/labels/classes/datasetClasses';
import { datasetFiles, WRITABLE_FORMATS } from '@datagym/labels/formats/catalog';
import { csv } from '@datagym/labels/formats/csv';
import type { WritableFormat } from '@datagym/labels/formats/format';
import { fileNamesOf } from '@datagym/labels/dataset/fileNames';
import { flattenLabelConfig } from '@datagym/labels/classes/labelClass';
import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import type { LabeledImage } from '@datagym/labels/model';
import { answers, rectangle } from '../build';

const HOSTILE = [
	'../../etc/passwd.jpg',
	'..\\..\\windows\\win.ini',
	'/etc/cron.d/job.png',
	'C:\\x.jpg',
	'\\\\host\\share\\x.jpg',
	'nul\u0000.jpg',
	'CON.jpg',
	'aux',
	'..',
	'.',
	'',
	'.htaccess',
	'=HYPERLINK("http://x","y").jpg',
	'@SUM(A1).jpg',
	'-1+1.jpg',
	'a"b\'c<d>&e;.jpg',
	']]><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>&x;',
	'<script>alert(1)</script>.jpg',
	'a\r\nb: c\n- d.jpg',
	'key: {{ evil }} # not a comment',
	'\u2028line\u2029.jpg',
	'\ud800.jpg',
	'gpj.\u202eexe',
	'__proto__',
	'constructor',
	'x'.repeat(400) + '.jpg',
];

interface Written {
	readonly path: string;
	readonly text?: string;
}

/** A dataset in which images, classes, options and answers bear hostile names. */
function write(format: WritableFormat, names: readonly string[]): readonly Written[] {
	const config = [
		...names.map((name, index) => ({
			entryKey: name,
			entryValue: name,
			type: 'rectangle',
			children: [],
			color: '#ff0000',
			shortcut: String(index),
		})),
		{
			entryKey: 'scene',
			entryValue: names[0] ?? '',
			type: 'select',
			options: Object.fromEntries(names.map((name) => [name, name])),
			children: [],
		},
	] as Parameters<typeof flattenLabelConfig>[0];
	const labelClasses = flattenLabelConfig(config);
	const images = names.map(
		(imageName, index): LabeledImage => ({
			imageId: `id-${index}`,
			imageName,
			width: 100,
			height: 80,
			objects: [{ className: imageName, geometry: rectangle(), classifications: {}, children: [] }],
			classifications: answers({ scene: [imageName] }),
		}),
	);
	const report = new ConversionReport();
	const fileNames = fileNamesOf(images, report);
	const writing = {
		classes: datasetClasses(labelClasses),
		labelClasses,
		report,
		splitOf: () => 'train' as const,
		fileNameOf: ({ imageId }: BriefImage) => fileNames.get(imageId) ?? '',
		includesImages: true,
		classificationKey: 'scene',
		keypoints: [],
	};
	return [...datasetFiles(format, images, writing)].map((file) => ({
		path: file.path,
		...('text' in file ? { text: [...file.text].join('') } : {}),
	}));
}

const DEVICE = /^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i;

function expectInside(path: string): void {
	expect(path).not.toMatch(/[\\:*?"<>|\p{Cc}]/u);
	for (const part of path.split('/')) {
		expect(part).not.toMatch(/^\.{0,2}$/);
		expect(part).not.toMatch(/[. ]$/);
		expect(part).not.toMatch(DEVICE);
	}
}

describe.each(WRITABLE_FORMATS)('a dataset as $key', (format) => {
	test('has no file outside of its folder, whatever images and answers are called', () => {
		const paths = write(format, HOSTILE).map(({ path }) => path);
		expect(paths.length).toBeGreaterThan(0);
		paths.forEach(expectInside);
		expect(new Set(paths.map((path) => path.toLowerCase())).size).toBe(paths.length);
	});

	test('the same for any names', () => {
		const name = fc.oneof(fc.string(), fc.string({ unit: 'binary' }), fc.constantFrom(...HOSTILE));
		fc.assert(
			fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 6 }), (names) =>
				write(format, names).forEach(({ path }) => expectInside(path)),
			),
			{ numRuns: 40 },
		);
	});

	test('stays well-formed', () => {
		for (const { path, text } of write(format, HOSTILE)) {
			if (text === undefined) continue;
			if (path.endsWith('.json')) JSON.parse(text);
			if (path.endsWith('.jsonl'))
				text
					.trim()
					.split('\n')
					.forEach((line) => JSON.parse(line));
			if (path.endsWith('.xml')) parseXml(text);
			// Names in double quotes, each on a line of its own, as JSON and YAML both read them.
			if (path.endsWith('.yaml')) for (const [, name] of text.matchAll(/^ {2}\d+: (.*)$/gm)) JSON.parse(name!);
		}
	});
});

test('a dataset as csv has no formula in any cell, and its rows name the images’ files', () => {
	const files = write(csv, HOSTILE);
	const rows = cellsOf(files.find(({ path }) => path === 'train.csv')?.text ?? '');
	for (const cell of rows.flat()) expect(cell).not.toMatch(/^[=+\-@\t\r]/);
	const paths = new Set(files.map(({ path }) => path));
	expect(rows.length).toBeGreaterThan(HOSTILE.length / 2);
	for (const [fileName] of rows.slice(1)) expect(paths).toContain(`images/train/${fileName}`);
});

/** Of RFC 4180. */
function cellsOf(csv: string): string[][] {
	const rows: string[][] = [[]];
	for (const [, quoted, plain, end] of csv.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
		if (quoted === undefined && plain === '' && end === '') continue;
		rows[rows.length - 1]!.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
		if (end === '\r\n') rows.push([]);
	}
	return rows.filter((row) => row.length > 0);
}
