import { boxesOf, type DrawnPhotograph } from './photographs';

interface Question {
	contents?: Array<{ parts?: Part[] }>;
}

interface Part {
	text?: string;
	inline_data?: { data?: string };
	inlineData?: { data?: string };
}

function partsIn(body: Buffer): Part[] {
	const { contents = [] } = JSON.parse(body.toString()) as Question;
	return contents.flatMap((content) => content.parts ?? []);
}

/** Whether the question in the request is what the image shows, and not where things are in it. */
export function asksForClass(body: Buffer): boolean {
	return partsIn(body).some(({ text = '' }) => text.includes('"confidence"'));
}

/** The image in a request to Gemini's generateContent. */
export function imageForGemini(body: Buffer): Buffer {
	const image = partsIn(body)
		.map((part) => (part.inline_data ?? part.inlineData)?.data)
		.find((data) => data !== undefined);
	return Buffer.from(image ?? '', 'base64');
}

/**
 * As Gemini answers when it is asked for boxes: a text with JSON in a fence, y first, in thousandths of the image.
 * Source: https://ai.google.dev/gemini-api/docs/image-understanding#object-detection
 */
export function geminiAnswer(photograph: DrawnPhotograph | undefined): unknown {
	const boxes = photograph === undefined ? [] : boxesIn(photograph);
	return geminiText(`\`\`\`json\n${JSON.stringify(boxes, undefined, 2)}\n\`\`\``, 40 * boxes.length);
}

/** A text in the form of Gemini's answers. */
export function geminiText(text: string, candidatesTokenCount = 20): unknown {
	return {
		candidates: [{ content: { role: 'model', parts: [{ text }] }, finishReason: 'STOP', index: 0 }],
		usageMetadata: { promptTokenCount: 1100, candidatesTokenCount, totalTokenCount: 1100 },
		modelVersion: 'gemini',
	};
}

function boxesIn({ width, height, drawn }: DrawnPhotograph) {
	const thousandths = (pixels: number, side: number) => Math.round((1000 * pixels) / side);
	return boxesOf(drawn).map(({ label, x, y, w, h }) => ({
		box_2d: [thousandths(y, height), thousandths(x, width), thousandths(y + h, height), thousandths(x + w, width)],
		label,
	}));
}
