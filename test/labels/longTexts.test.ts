import { datasetClasses } from '@datagym/labels/classes/datasetClasses';
import { flattenLabelConfig } from '@datagym/labels/classes/labelClass';
import { checkLabelConfig } from '@datagym/labels/classes/labelConfig';
import { readVideoTask } from '@datagym/labels/datagym/videoTask';
import { fileNamesOf, safeName } from '@datagym/labels/dataset/fileNames';
import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import { datasetFiles, WRITABLE_FORMATS } from '@datagym/labels/formats/catalog';
import { readCvat } from '@datagym/labels/formats/cvatReader';
import { readLabelStudio } from '@datagym/labels/formats/labelStudioReader';
import type { WritableFormat } from '@datagym/labels/formats/format';
import { readPascalVoc } from '@datagym/labels/formats/pascalVocReader';
import { readYolo } from '@datagym/labels/formats/yolo';
import { html } from '@datagym/labels/preview/html';
import { answers, image, object, rectangle } from './build';

const COUNT = 100_000;
/** Where quadratic work takes a minute, linear work takes milliseconds. */
const LIMIT = 30_000;

/** Characters that patterns look for, each many times inside of a text. */
const REPEATED = [
	' ',
	'.',
	'. ',
	'"',
	"'",
	'?',
	'#',
	'/',
	'\\',
	',',
	'-',
	'_',
	'\n',
	'\r',
	'\t',
	'<',
	'&',
	':',
	'0',
	'a',
	'\u2028',
	'\ud800',
];
const longText = (characters: string) => `a${characters.repeat(COUNT / characters.length)}\n.x`;

/** Work that blocks keeps Jest's own timer from noticing, unless the event loop gets a turn before the test ends. */
async function inTime<Value>(work: () => Value): Promise<Value> {
	const result = work();
	await new Promise((resolve) => setImmediate(resolve));
	return result;
}

function filesOf(format: WritableFormat, text: string): number {
	const config = [
		{ entryKey: text, entryValue: text, type: 'rectangle' as const, children: [] },
		{ entryKey: 'scene', entryValue: text, type: 'select' as const, options: { [text]: text }, children: [] },
	];
	const labelClasses = flattenLabelConfig(config);
	const labeled = image([object(text, rectangle())], {
		imageName: text,
		width: 100,
		height: 80,
		classifications: answers({ scene: [text] }),
	});
	const report = new ConversionReport();
	const names = fileNamesOf([labeled], report);
	const files = datasetFiles(format, [labeled], {
		classes: datasetClasses(labelClasses),
		labelClasses,
		report,
		splitOf: () => 'train',
		fileNameOf: ({ imageId }) => names.get(imageId) ?? '',
		includesImages: true,
		classificationKey: 'scene',
		keypoints: [],
	});
	let count = 0;
	for (const file of files) {
		if ('text' in file) for (const chunk of file.text) expect(typeof chunk).toBe('string');
		count++;
	}
	return count;
}

describe.each(REPEATED)('a text of 100,000 times %j is handled in linear time', (characters) => {
	const text = longText(characters);

	test(
		'as the name of an image',
		async () => {
			const { stem, extension } = await inTime(() => safeName(text));
			expect(stem).toMatch(/^a/);
			expect(Buffer.byteLength(stem + extension)).toBeLessThan(255);
		},
		LIMIT,
	);

	test(
		'in every format of datasets',
		async () => {
			const counts = await inTime(() => WRITABLE_FORMATS.map((format) => filesOf(format, text)));
			expect(Math.min(...counts)).toBeGreaterThan(0);
		},
		LIMIT,
	);

	test(
		'in the output of models and other tools',
		async () => {
			const xml = text.replace(/[<&"\ud800\u2028]/g, '_');
			await inTime(() => {
				expect(readYolo(text, { imageId: '', imageName: '', width: 10, height: 10 }, []).problems).not.toEqual([]);
				expect(readYolo(`0 ${text}`, { imageId: '', imageName: '', width: 10, height: 10 }, []).problems).not.toEqual(
					[],
				);
				for (const address of [text, `https://example.com/${text}`, `/data/local-files/?d=${text}`])
					expect(readLabelStudio([{ data: { image: address }, annotations: [] }]).images).toHaveLength(1);
				expect(readCvat(`<annotations><image name="${xml}" width="9" height="9"/></annotations>`).images).toHaveLength(
					1,
				);
				expect(readPascalVoc(`<annotation><filename>${xml.repeat(10)}</filename></annotation>`).image).toBeDefined();
				expect(readCvat(text).problems).toHaveLength(1);
			});
		},
		LIMIT,
	);

	test(
		'in a label configuration and on a preview page',
		async () => {
			await inTime(() => {
				expect(
					checkLabelConfig([{ entryKey: text, entryValue: text, type: text, color: text, shortcut: text }]).ok,
				).toBe(false);
				expect(html`<b title="${text}">${text}</b>`.text).toMatch(/^<b title="a/);
			});
		},
		LIMIT,
	);
});

test(
	'a name keeps the blanks inside of it, and loses those at its end',
	async () => {
		expect(await inTime(() => safeName(`a${' '.repeat(50)}b. . .`))).toEqual({
			stem: `a${' '.repeat(50)}b`,
			extension: '',
		});
		expect(await inTime(() => safeName(`a${' '.repeat(COUNT)}b.jpg`))).toEqual({ stem: 'a', extension: '.jpg' });
		expect(await inTime(() => safeName(' .'.repeat(COUNT)))).toEqual({ stem: 'image', extension: '' });
	},
	LIMIT,
);

test(
	'a track over 100,000 frames is one range',
	async () => {
		const frames = Object.fromEntries(
			Array.from({ length: COUNT }, (_, frame) => [frame, [{ visibleObjectId: 'car' }]]),
		);
		const { tracks } = await inTime(() => readVideoTask({ frames, object: {} }));
		expect(tracks.map(({ visible }) => visible)).toEqual([[{ from: 0, to: COUNT - 1 }]]);
	},
	LIMIT,
);
