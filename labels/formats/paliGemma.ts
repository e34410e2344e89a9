import type { LabelObject } from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import { oneImage, reading, type FormatReading, type ReadableFormat } from './format';
import {
	prediction,
	rectangleBetween,
	scaleOf,
	UNNAMED_CLASS,
	withoutSize,
	type PredictedImage,
} from './shared/predictions';
import { recognizedIf } from './shared/recognition';

/** Tokens count in 1024ths of the image. */
const TOKENS = 1024;

/**
 * Reads the text that PaliGemma writes for `detect` and `segment`: `<loc0256><loc0128><loc0768><loc0896> car ; …`, four tokens
 * y1, x1, y2, x2 in 1024ths of the image's height and width, then its class. The tokens `<seg…>` of a mask need the model's
 * own decoder: the box is read instead, with a warning.
 * Source: ai.google.dev/gemma/docs/paligemma; google-research/big_vision, `paligemma.ipynb`, `extract_objs`.
 */
export function readPaliGemma(text: string, image: PredictedImage): FormatReading {
	const scale = scaleOf(image, 'fractions');
	if (scale === undefined) return oneImage(withoutSize(image));
	const objects: LabelObject[] = [];
	const problems: LabelProblem[] = [];
	let masks = 0;
	text.split(';').forEach((part, index) => {
		const numbers = locationsIn(part);
		if (part.trim() === '') return;
		const [top, left, bottom, right] = numbers;
		if (top === undefined || left === undefined || bottom === undefined || right === undefined) {
			problems.push(
				readingError('unreadable', `[${index}]`, 'This object has no four <loc> tokens. Provide the complete answer.'),
			);
			return;
		}
		if (part.includes('<seg')) masks++;
		objects.push(
			prediction(
				className(part),
				rectangleBetween(
					(left * scale.x) / TOKENS,
					(top * scale.y) / TOKENS,
					(right * scale.x) / TOKENS,
					(bottom * scale.y) / TOKENS,
				),
			),
		);
	});
	const warnings: LabelProblem[] = masks === 0 ? [] : [unreadMasks(masks)];
	return { images: [{ image: { ...image, objects, classifications: {} }, problems: warnings }], problems };
}

function unreadMasks(count: number): LabelProblem {
	return {
		severity: 'warning',
		reason: 'not-supported',
		path: '',
		message: `The masks of ${count} labels are tokens that only PaliGemma's own decoder can read, so their boxes are imported. For masks, decode <seg> tokens where the model runs.`,
	};
}

function locationsIn(part: string): number[] {
	return [...part.matchAll(/<loc(\d{4})>/g)].map(([, digits = '']) => Number(digits));
}

function className(part: string): string {
	const name = part.slice(part.lastIndexOf('>') + 1).trim();
	return name === '' ? UNNAMED_CLASS : name;
}

export const paliGemma: ReadableFormat = {
	key: 'paliGemma',
	name: 'PaliGemma',
	reads: reading({
		input: 'text',
		description: 'Text with <loc> tokens',
		isStrict: false,
		parameters: ['image'],
		unit: () => 'fractions',
		// In JSON, the answer is a value.
		recognizes: (text) =>
			recognizedIf(typeof text === 'string' && /(?:<loc\d{4}>){4}/.test(text) && !/^\s*[[{]/.test(text)),
		read: (text, { image }) => readPaliGemma(text, image),
	}),
};
