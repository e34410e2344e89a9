import type { ImageSize } from '../model';
import { readingError } from '../parsing/problem';
import { isList, isRecord, numbersOf, type JsonRecord } from '../parsing/record';
import { jsonInText } from '../parsing/textJson';
import { reading, writing, type RoundTripFormat } from './format';
import { canBePixels, canBeThousandths, readQwen, resizedByQwen } from './qwen';
import {
	imageNameIn,
	INSTRUCTION_WRITING,
	inSteps,
	instructionFiles,
	readInstructions,
	type InstructionWriting,
	type ReadAnswer,
	type WrittenBox,
} from './shared/instructions';
import { asList, type PredictedImage, sizeIn } from './shared/predictions';
import { recognizedIf, sampleOf } from './shared/recognition';

const THOUSANDTHS = { width: 1000, height: 1000 };

/**
 * `{"image", "conversations": [{"from": "human", "value": "<image>\n…"}, {"from": "gpt", "value": "```json\n[{"bbox_2d", "label"}]"}]}`, the
 * question and the form of the answer being those of the cookbooks. `bbox_space` says what the coordinates count in, for people and
 * for the import; the training code passes it over. Source: QwenLM/Qwen3-VL, `qwen-vl-finetune/README.md`, `tools/process_bbox.ipynb`,
 * `qwenvl/data/data_processor.py`, cookbooks `2d_grounding.ipynb` and `spatial_understanding.ipynb`.
 */
function lineOf(boxes: readonly WrittenBox[], classNames: readonly string[], space: ImageSize): JsonRecord {
	const question = `Locate every instance that belongs to the following categories: "${classNames.join(', ')}". Report bbox coordinates in JSON format.`;
	const rows = boxes.map(
		({ className, left, top, right, bottom }) =>
			`\t{"bbox_2d": [${left}, ${top}, ${right}, ${bottom}], "label": ${JSON.stringify(className)}}`,
	);
	const list = rows.length === 0 ? '[]' : `[\n${rows.join(',\n')}\n]`;
	return {
		conversations: [
			{ from: 'human', value: `<image>\n${question}` },
			{ from: 'gpt', value: `\`\`\`json\n${list}\n\`\`\`` },
		],
		bbox_space: [space.width, space.height],
	};
}

/** Whole pixels of the picture as the processor resizes it at its own limits. */
export const QWEN_25: InstructionWriting = {
	numbersOf: (box, image) => {
		const { width, height } = resizedByQwen(image);
		return inSteps(box, image, { width, height }, Math.round, { width: width - 1, height: height - 1 });
	},
	lineOf: (boxes, classNames, image) => lineOf(boxes, classNames, resizedByQwen(image)),
};

/** Whole thousandths of the picture. */
export const QWEN_3: InstructionWriting = {
	numbersOf: (box, image) => inSteps(box, image, THOUSANDTHS, Math.round),
	lineOf: (boxes, classNames) => lineOf(boxes, classNames, THOUSANDTHS),
};

/** The JSON of the last answer in a line; nothing without an answer, and an answer without JSON is `undefined` in it. */
function answerIn({ conversations }: JsonRecord): { readonly json: unknown } | undefined {
	const turns = isList(conversations) ? conversations.filter(isRecord) : [];
	const answer = turns.filter(({ from }) => from === 'gpt').at(-1)?.value;
	return typeof answer === 'string' ? { json: jsonInText(answer).values[0] } : undefined;
}

/** What the coordinates of a line count in, if it says so. */
function spaceIn(line: JsonRecord): ImageSize | undefined {
	const [width, height] = numbersOf(line.bbox_space, 2) ?? [];
	return width === undefined || height === undefined ? undefined : { width, height };
}

const isThousandths = ({ width, height }: ImageSize) => width === THOUSANDTHS.width && height === THOUSANDTHS.height;

/** Whether lines can be in a unit: as they say, or else as their numbers do. */
function canBeLines(value: unknown, unit: 'pixels' | 'thousandths'): boolean {
	const lines = sampleOf(value)
		.filter(isRecord)
		.filter((line) => imageNameIn(line) !== undefined);
	const answers = lines.flatMap((line) => {
		const answer = answerIn(line);
		return answer === undefined ? [] : [{ line, list: asList(answer.json) }];
	});
	const filled = answers.filter(({ list }) => isList(list) && list.length > 0);
	const canBe = ({ line, list }: { readonly line: JsonRecord; readonly list: unknown }) => {
		const space = spaceIn(line);
		if (space !== undefined) return isThousandths(space) === (unit === 'thousandths');
		return unit === 'pixels' ? canBePixels(list, sizeIn(line)) : canBeThousandths(list);
	};
	return filled.length > 0
		? filled.every(canBe)
		: answers.some(({ line }) => spaceIn(line) !== undefined && canBe({ line, list: [] }));
}

function readAnswer(line: JsonRecord, image: PredictedImage, unit: 'pixels' | 'thousandths'): ReadAnswer | undefined {
	const answer = answerIn(line);
	if (answer === undefined) return undefined;
	const list = asList(answer.json);
	if (list === undefined) {
		const message = 'The answer has no JSON. Provide answers with a list of "bbox_2d" and "label".';
		return { objects: [], problems: [readingError('unreadable', '.conversations', message)] };
	}
	const read = readQwen(list, image, unit);
	return { objects: read.image.objects, problems: read.problems };
}

export const qwen25VlJsonl: RoundTripFormat = {
	key: 'qwen25VlJsonl',
	name: 'Qwen2.5-VL JSONL',
	reads: reading({
		input: 'json',
		description: 'Training conversations with bbox_2d in pixels',
		isStrict: false,
		parameters: [],
		recognizes: (value) => recognizedIf(canBeLines(value, 'pixels')),
		read: (value) => readInstructions(value, (line, image) => readAnswer(line, image, 'pixels')),
	}),
	writes: writing({
		...INSTRUCTION_WRITING,
		description: 'Conversations with bbox_2d in resized pixels',
		files: (images, dataset) => instructionFiles(images, dataset, QWEN_25),
	}),
};

export const qwen3VlJsonl: RoundTripFormat = {
	key: 'qwen3VlJsonl',
	name: 'Qwen3-VL JSONL',
	reads: reading({
		input: 'json',
		description: 'Training conversations with bbox_2d in thousandths',
		isStrict: false,
		parameters: [],
		recognizes: (value) => recognizedIf(canBeLines(value, 'thousandths')),
		read: (value) => readInstructions(value, (line, image) => readAnswer(line, image, 'thousandths')),
	}),
	writes: writing({
		...INSTRUCTION_WRITING,
		description: 'Conversations with bbox_2d in thousandths',
		files: (images, dataset) => instructionFiles(images, dataset, QWEN_3),
	}),
};
