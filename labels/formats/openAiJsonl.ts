import { base64Of } from '../codecs/base64';
import { bySplit, type DatasetContainer, type DatasetWriting } from '../dataset/datasetFile';
import type { Split } from '../dataset/splits';
import { labelOf } from '../model';
import type { Steps } from '../steps/steps';
import { briefOf, type BriefImage, type ImageList } from '../store/imageList';
import { writing, type WritableFormat } from './format';
import { QWEN_3 } from './qwenJsonl';
import { INSTRUCTION_WRITING, instructionsOf, type WrittenBox } from './shared/instructions';

/** As OpenAI calls the two files that it takes. */
const FILE_NAMES: Readonly<Record<Split, string>> = { train: 'train', val: 'validation', test: 'test' };

/** Larger images are refused. */
const MOST_BYTES = 10_000_000;

const ENCODER = new TextEncoder();
const PNG_SIGNATURE = [0x89, 0x50, 0x4e, 0x47];

function questionOf(classNames: readonly string[]): string {
	return `Locate every instance that belongs to the following categories: "${classNames.join(', ')}". Answer with a JSON list of {"bbox_2d": [x1, y1, x2, y2], "label"}, in thousandths of the image.`;
}

function answerOf(boxes: readonly WrittenBox[]): string {
	return JSON.stringify(
		boxes.map(({ className, left, top, right, bottom }) => ({
			bbox_2d: [left, top, right, bottom],
			label: className,
		})),
	);
}

const mediaTypeOf = (bytes: Uint8Array) =>
	PNG_SIGNATURE.every((byte, index) => bytes[index] === byte) ? 'image/png' : 'image/jpeg';

/** A line in pieces, the image between the question and the answer. */
function* lineOf(question: string, answer: string, bytes: Uint8Array): Generator<string> {
	const text = JSON.stringify({ type: 'text', text: question });
	const url = `"data:${mediaTypeOf(bytes)};base64,`;
	yield `{"messages":[{"role":"user","content":[${text},{"type":"image_url","image_url":{"url":${url}`;
	yield* base64Of(bytes);
	yield `"}}]},{"role":"assistant","content":${JSON.stringify(answer)}}]}\n`;
}

function* splitFile(split: Split, members: ImageList, dataset: DatasetWriting): Steps<DatasetContainer> {
	const { fileNameOf, report } = dataset;
	let question = '';
	const entries: Array<{ readonly image: BriefImage; readonly answer: string }> = [];
	for (const { image, boxes, classNames } of instructionsOf(members, dataset, QWEN_3.numbersOf)) {
		if (question === '') question = questionOf(classNames);
		entries.push({ image: briefOf(image), answer: answerOf(boxes) });
		yield;
	}
	return {
		path: `${FILE_NAMES[split]}.jsonl`,
		parts: entries.map(({ image, answer }) => ({
			file: { path: fileNameOf(image), image },
			madeOf: [question, answer],
		})),
		async *pack(pictures) {
			let next = 0;
			for await (const bytes of pictures) {
				const entry = entries[next++];
				if (entry === undefined) continue;
				if (bytes.length > MOST_BYTES) report.add('large-file', labelOf(entry.image));
				else for (const piece of lineOf(question, entry.answer, bytes)) yield ENCODER.encode(piece);
			}
		},
	};
}

/**
 * `train.jsonl` and so on, a chat for each image: the user's message has the question and the image as a data URL, the answer of the
 * assistant the boxes in the form and the numbers of Qwen3-VL. A line has nothing else, since OpenAI refuses other members.
 * Source: developers.openai.com/api/docs/guides/vision-fine-tuning; learn.microsoft.com/azure/foundry/openai/how-to/fine-tuning-vision;
 * docs.together.ai/docs/fine-tuning/vision; docs.fireworks.ai/fine-tuning/fine-tuning-vlm.
 */
export const openAiJsonl: WritableFormat = {
	key: 'openAiJsonl',
	name: 'OpenAI JSONL',
	writes: writing({
		...INSTRUCTION_WRITING,
		description: 'Chats with images and boxes, to fine-tune models',
		alwaysIncludesImages: true,
		packsImages: true,
		conversions: [...INSTRUCTION_WRITING.conversions, 'large-file'],
		*files(images, dataset) {
			for (const [split, members] of yield* bySplit(images, dataset)) {
				const file = yield* splitFile(split, members, dataset);
				if (file.parts.length > 0) yield file;
			}
		},
	}),
};
