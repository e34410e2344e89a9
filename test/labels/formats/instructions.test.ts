import type { BriefImage } from '@datagym/labels/store/imageList';
import { datasetClasses } from '@datagym/labels/classes/datasetClasses';
import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import { detectFormat } from '@datagym/labels/formats/detect';
import { FLORENCE_2, florence2Jsonl } from '@datagym/labels/formats/florence2Jsonl';
import { readInput, type ReadableFormat, type ReadingParameters } from '@datagym/labels/formats/format';
import { openAnswer } from '@datagym/labels/formats/openedAnswer';
import { PALI_GEMMA, paliGemmaJsonl } from '@datagym/labels/formats/paliGemmaJsonl';
import { QWEN_25, QWEN_3, qwen25VlJsonl, qwen3VlJsonl } from '@datagym/labels/formats/qwenJsonl';
import {
	type InstructionWriting,
	instructionName,
	writeInstructions,
} from '@datagym/labels/formats/shared/instructions';
import type { LabeledImage } from '@datagym/labels/model';
import { FLEET_CLASSES, image, object, rectangle } from '../build';

const CLASSES = datasetClasses(FLEET_CLASSES, { types: ['rectangle', 'polygon', 'segmentation'] });

function linesOf(writing: InstructionWriting, ...images: LabeledImage[]) {
	const report = new ConversionReport();
	const dataset = { classes: CLASSES, report, fileNameOf: ({ imageName }: BriefImage) => imageName };
	const text = [...writeInstructions(images, dataset, writing)].join('');
	return {
		text,
		lines: text
			.trim()
			.split('\n')
			.map((line) => JSON.parse(line)),
		report: report.list(),
	};
}

const drawn = image([object('car', rectangle(146, 137, 469, 278))], { imageName: 'a.jpg', width: 640, height: 428 });
const read = ({ reads }: ReadableFormat, value: unknown) => readInput(reads, value, {} as ReadingParameters);

describe('Qwen', () => {
	// QwenLM/Qwen3-VL, qwen-vl-finetune/tools/process_bbox.ipynb: the box 146, 137, 615, 415 of an image of 640 by 428.
	test.each([
		['thousandths', QWEN_3, [228, 320, 961, 970], [1000, 1000]],
		['pixels of the resized image', QWEN_25, [147, 134, 619, 407], [644, 420]],
	])('counts in %s as its own notebook converts boxes', (_, writing, box, space) => {
		const [line] = linesOf(writing, drawn).lines;
		expect(line.bbox_space).toEqual(space);
		expect(line.conversations[1].value).toBe(
			`\`\`\`json\n[\n\t{"bbox_2d": [${box.join(', ')}], "label": "car"}\n]\n\`\`\``,
		);
		expect(line.conversations[0].value).toMatch(/^<image>\nLocate every instance .*car/);
	});

	test('keeps within the last pixel at the edge, as its notebook does', () => {
		const [line] = linesOf(
			QWEN_25,
			image([object('car', rectangle(0, 0, 640, 428))], { width: 640, height: 428 }),
		).lines;
		expect(line.conversations[1].value).toContain('[0, 0, 643, 419]');
	});

	test('answers an image without labels with an empty list, which is read as none', () => {
		const { lines } = linesOf(QWEN_3, image([], { imageName: 'b.jpg', width: 10, height: 10 }));
		expect(lines[0].conversations[1].value).toBe('```json\n[]\n```');
		expect(read(qwen3VlJsonl, lines)).toEqual({
			images: [{ image: expect.objectContaining({ imageName: 'b.jpg', objects: [] }), problems: [] }],
			problems: [],
		});
	});

	test('asks for the unit of lines that do not say it and whose numbers can be both', () => {
		const foreign = (box: string) => [
			{
				image: 'images/a.jpg',
				conversations: [
					{
						from: 'human',
						value: '<image>\nLocate house in this image and output the bbox coordinates in JSON format.',
					},
					{ from: 'gpt', value: `{\n"bbox_2d": [${box}]\n}` },
				],
			},
		];
		expect(detectFormat(openAnswer(foreign('135, 114, 600, 672'))).kind).toBe('ambiguous');
		// The example of its README.
		expect(detectFormat(openAnswer(foreign('135, 114, 1016, 672')))).toMatchObject({
			kind: 'format',
			recognized: { format: { key: 'qwen25VlJsonl' } },
		});
	});
});

describe('PaliGemma', () => {
	test('has y before x in 1024ths, and the classes of the dataset in the question', () => {
		const [line] = linesOf(
			PALI_GEMMA,
			image([object('car', rectangle(80, 25, 80, 50))], { width: 320, height: 100 }),
		).lines;
		expect(line.suffix).toBe('<loc0256><loc0256><loc0768><loc0512> car');
		expect(line.prefix).toBe(`detect ${CLASSES.names.join(' ; ')}`);
	});

	test('has no token beyond the last one', () => {
		const [line] = linesOf(
			PALI_GEMMA,
			image([object('car', rectangle(0, 0, 320, 100))], { width: 320, height: 100 }),
		).lines;
		expect(line.suffix).toBe('<loc0000><loc0000><loc1023><loc1023> car');
	});

	test('is read from an export without sizes only to say that they are missing', () => {
		const foreign = { image: 'a.jpg', prefix: 'detect car', suffix: '<loc0256><loc0256><loc0768><loc0512> car' };
		expect(detectFormat(openAnswer([foreign]))).toMatchObject({ recognized: { format: { key: 'paliGemmaJsonl' } } });
		expect(read(paliGemmaJsonl, [foreign]).problems).toEqual([expect.objectContaining({ reason: 'no-size' })]);
	});
});

describe('Florence-2', () => {
	test('has the bins in which the edges lie, of which the last is 999', () => {
		const edges = image([object('car', rectangle(0, 0, 100, 50)), object('car', rectangle(50.19, 25, 20, 10))], {
			width: 100,
			height: 50,
		});
		const [line] = linesOf(FLORENCE_2, edges).lines;
		expect(line.prefix).toBe('<OD>');
		expect(line.suffix).toContain('car<loc_0><loc_0><loc_999><loc_999>');
		expect(line.suffix).toContain('car<loc_501><loc_500><loc_701><loc_700>');
	});

	test('is read with several boxes of one phrase, at the middle of the bins', () => {
		const line = {
			image: 'a.jpg',
			prefix: '<OD>',
			suffix: 'car<loc_0><loc_0><loc_99><loc_99><loc_500><loc_500><loc_599><loc_599>van<loc_1><loc_1><loc_2><loc_2>',
			width: 1000,
			height: 1000,
		};
		const [{ image: found } = { image: undefined }] = read(florence2Jsonl, [line]).images;
		expect(found?.objects.map(({ className, geometry }) => [className, geometry])).toEqual([
			['car', rectangle(0.5, 0.5, 99, 99)],
			['car', rectangle(500.5, 500.5, 99, 99)],
			['van', rectangle(1.5, 1.5, 1, 1)],
		]);
	});
});

test.each([
	['of one image', [drawn]],
	['of two images', [drawn, image([], { imageName: 'b.jpg', width: 640, height: 428 })]],
])('files %s are detected as what they are', (_, images) => {
	for (const [format, writing] of [
		[paliGemmaJsonl, PALI_GEMMA],
		[florence2Jsonl, FLORENCE_2],
		[qwen25VlJsonl, QWEN_25],
		[qwen3VlJsonl, QWEN_3],
	] as const)
		expect(detectFormat(openAnswer(linesOf(writing, ...images).text))).toMatchObject({
			recognized: { format: { key: format.key } },
		});
});

test('what separates in prompts and answers is an underscore', () => {
	expect(instructionName(' <b>a; b\n ')).toBe('__b_a_ b__');
});

test('what is less than a step is counted', () => {
	const { report, lines } = linesOf(
		QWEN_3,
		image([object('car', rectangle(10, 10, 0.2, 50))], { width: 1000, height: 1000 }),
	);
	expect(report).toEqual([expect.objectContaining({ reason: 'too-small', count: 1 })]);
	expect(lines[0].conversations[1].value).toBe('```json\n[]\n```');
});
