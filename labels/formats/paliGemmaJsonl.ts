import { isListOf, recognizedIf } from './shared/recognition';
import { reading, writing, type RoundTripFormat } from './format';
import { readPaliGemma } from './paliGemma';
import { imageNameIn, INSTRUCTION_WRITING, inSteps, instructionFiles, readInstructions } from './shared/instructions';
import type { InstructionWriting, WrittenBox } from './shared/instructions';
import type { JsonRecord } from '../parsing/record';

const TOKENS = { width: 1024, height: 1024 };
const LAST_TOKEN = { width: 1023, height: 1023 };

/**
 * `{"image", "prefix": "detect car ; van", "suffix": "<loc0256><loc0128><loc0768><loc0896> car ; …"}`: four tokens y1, x1, y2, x2 in
 * 1024ths of the image, the nearest of `<loc0000>` to `<loc1023>`. The prefix asks for all classes of the dataset, the suffix of
 * an image without labels is empty. Source: ai.google.dev/gemma/docs/paligemma/prompt-system-instructions; google-research/big_vision,
 * `configs/proj/paligemma/README.md` and `pp/proj/paligemma/segmentation.py`; Roboflow's export "PaliGemma".
 */
export const PALI_GEMMA: InstructionWriting = {
	numbersOf: (box, image) => inSteps(box, image, TOKENS, Math.round, LAST_TOKEN),
	lineOf: (boxes, classNames) => ({
		prefix: `detect ${classNames.join(' ; ')}`,
		suffix: boxes.map(objectText).join(' ; '),
	}),
};

function objectText({ className, top, left, bottom, right }: WrittenBox): string {
	const tokens = [top, left, bottom, right].map((number) => `<loc${String(number).padStart(4, '0')}>`);
	return `${tokens.join('')} ${className}`;
}

function isLine(line: JsonRecord): boolean {
	const { prefix, suffix } = line;
	if (imageNameIn(line) === undefined || typeof suffix !== 'string') return false;
	const isDetection = typeof prefix === 'string' && /^(?:detect|segment) /.test(prefix);
	return suffix === '' ? isDetection : /^\s*(?:<loc\d{4}>){4}/.test(suffix);
}

export const paliGemmaJsonl: RoundTripFormat = {
	key: 'paliGemmaJsonl',
	name: 'PaliGemma JSONL',
	reads: reading({
		input: 'json',
		description: 'Training lines with image, prefix and suffix',
		isStrict: false,
		parameters: [],
		recognizes: (value) => recognizedIf(isListOf(value, isLine)),
		read: (value) =>
			readInstructions(value, ({ suffix }, image) => {
				if (typeof suffix !== 'string') return undefined;
				if (suffix.trim() === '') return { objects: [], problems: [] };
				const { images, problems } = readPaliGemma(suffix, image);
				const own = images.flatMap((each) => each.problems);
				return { objects: images.flatMap((each) => each.image.objects), problems: [...problems, ...own] };
			}),
	}),
	writes: writing({
		...INSTRUCTION_WRITING,
		description: 'Boxes as <loc> tokens, to fine-tune for detection',
		files: (images, dataset) => instructionFiles(images, dataset, PALI_GEMMA),
	}),
};
