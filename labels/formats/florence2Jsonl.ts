import type { LabelObject } from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import type { JsonRecord } from '../parsing/record';
import { reading, writing, type RoundTripFormat } from './format';
import {
	imageNameIn,
	INSTRUCTION_WRITING,
	inSteps,
	instructionFiles,
	readInstructions,
	type InstructionWriting,
	type ReadAnswer,
} from './shared/instructions';
import {
	prediction,
	rectangleBetween,
	scaleOf,
	UNNAMED_CLASS,
	withoutSize,
	type PredictedImage,
} from './shared/predictions';
import { isListOf, recognizedIf } from './shared/recognition';

const TASK = '<OD>';
const BINS = 1000;
const ALL_BINS = { width: BINS, height: BINS };
const LAST_BIN = { width: BINS - 1, height: BINS - 1 };

/**
 * `{"image", "prefix": "<OD>", "suffix": "car<loc_52><loc_334><loc_932><loc_774>…"}`: the bins of x1, y1, x2, y2 among a thousand over
 * the image, as Florence-2's processor counts them, which reads a bin as its middle. The suffix of an image without labels is empty.
 * Source: huggingface/transformers, `models/florence2/processing_florence2.py`; roboflow/maestro,
 * `maestro/trainer/models/florence_2/detection.py`, whose `<loc_1000>` is no token of the model.
 */
export const FLORENCE_2: InstructionWriting = {
	numbersOf: (box, image) => inSteps(box, image, ALL_BINS, Math.floor, LAST_BIN),
	lineOf: (boxes) => ({
		prefix: TASK,
		suffix: boxes
			.map(({ className, left, top, right, bottom }) => {
				const tokens = [left, top, right, bottom].map((bin) => `<loc_${bin}>`);
				return `${className}${tokens.join('')}`;
			})
			.join(''),
	}),
};

/** Reads the answer to `<OD>`: a class before its boxes, of which a phrase can have several. */
function readAnswer(text: string, image: PredictedImage): ReadAnswer {
	const scale = scaleOf(image, 'thousandths');
	if (scale === undefined) return { objects: [], problems: withoutSize(image).problems };
	const objects: LabelObject[] = [];
	const problems: LabelProblem[] = [];
	let className = '';
	let bins: number[] = [];
	const close = () => {
		for (let index = 0; index < bins.length; index += 4) {
			const [left, top, right, bottom] = bins.slice(index, index + 4).map((bin) => bin + 0.5);
			if (left === undefined || top === undefined || right === undefined || bottom === undefined) {
				problems.push(readingError('unreadable', '.suffix', 'A box must have four <loc_> tokens. Correct the answer.'));
				continue;
			}
			const box = rectangleBetween(left * scale.x, top * scale.y, right * scale.x, bottom * scale.y);
			objects.push(prediction(className === '' ? UNNAMED_CLASS : className, box));
		}
		bins = [];
	};
	for (const part of text.split(/(<loc_\d{1,4}>)/)) {
		if (/^<loc_\d/.test(part)) bins.push(Number(part.slice('<loc_'.length, -1)));
		else if (part.trim() !== '') {
			close();
			className = part.trim();
		}
	}
	close();
	if (objects.length === 0 && problems.length === 0)
		problems.push(readingError('unreadable', '.suffix', 'The answer has no <loc_> tokens. Provide answers to <OD>.'));
	return { objects, problems };
}

function isLine(line: JsonRecord): boolean {
	const { prefix, suffix } = line;
	if (imageNameIn(line) === undefined || typeof suffix !== 'string') return false;
	return suffix === '' ? prefix === TASK : /<loc_\d{1,4}>/.test(suffix);
}

export const florence2Jsonl: RoundTripFormat = {
	key: 'florence2Jsonl',
	name: 'Florence-2 JSONL',
	reads: reading({
		input: 'json',
		description: 'Training lines with image, prefix and suffix',
		isStrict: false,
		parameters: [],
		recognizes: (value) => recognizedIf(isListOf(value, isLine)),
		read: (value) =>
			readInstructions(value, ({ suffix }, image) => {
				if (typeof suffix !== 'string') return undefined;
				return suffix.trim() === '' ? { objects: [], problems: [] } : readAnswer(suffix, image);
			}),
	}),
	writes: writing({
		...INSTRUCTION_WRITING,
		description: 'Boxes as <loc_> tokens, to fine-tune for <OD>',
		files: (images, dataset) => instructionFiles(images, dataset, FLORENCE_2),
	}),
};
