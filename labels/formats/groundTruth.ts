import type { LabeledImage, LabelObject } from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import { isList, isRecord, ownValue, shown, textOf, type JsonRecord } from '../parsing/record';
import { reading, severalImages, type ReadableFormat } from './format';
import { asList, fourNumbers, IMAGE_CLASS, prediction, sizeIn } from './shared/predictions';
import { isListOf, recognizedIf } from './shared/recognition';

/**
 * Reads the output manifest of SageMaker Ground Truth, which Rekognition Custom Labels takes, too: `{"source-ref": "s3://…/a.jpg",
 * "<job>": {"image_size": [{"width", "height"}], "annotations": [{"class_id", "left", "top", "width", "height"}]}, "<job>-metadata":
 * {"class-map": {"0": "dog"}, "objects": [{"confidence"}]}}`, pixels, one line an image. The answer of a job that classifies images,
 * `"<job>": 0` with `class-name`, is a class of the image.
 * Source: docs.aws.amazon.com/sagemaker, "Output data", "Bounding box job output".
 */
function readGroundTruth(value: unknown): {
	readonly images: LabeledImage[];
	readonly problems: LabelProblem[];
} {
	const problems: LabelProblem[] = [];
	const images = (isList(value) ? value : []).flatMap((line, index): LabeledImage[] => {
		if (isRecord(line) && isLine(line)) return [readLine(line, index, problems)];
		const message = `A line must have a "source-ref", but is ${shown(line)}. Provide the output manifest.`;
		problems.push(readingError('no-image', `[${index}]`, message));
		return [];
	});
	if (images.length === 0 && problems.length === 0)
		problems.push(readingError('unreadable', '', 'The manifest has no lines. Provide the output manifest.'));
	return { images, problems };
}

function readLine(line: JsonRecord, index: number, problems: LabelProblem[]): LabeledImage {
	const objects: LabelObject[] = [];
	const classes: string[] = [];
	let size: { width: number; height: number } | undefined;
	for (const [job, answer] of Object.entries(line)) {
		const metadata = ownValue(line, `${job}-metadata`);
		if (!isRecord(metadata)) continue;
		const name = textOf(metadata['class-name']);
		if (name !== undefined) classes.push(name);
		if (!isRecord(answer) || !isList(answer.annotations)) continue;
		const [known] = isList(answer.image_size) ? answer.image_size : [];
		size ??= sizeIn(known);
		const scores = isList(metadata.objects) ? metadata.objects : [];
		answer.annotations.forEach((annotation, position) => {
			const score = scores[position];
			const object = readAnnotation(annotation, metadata['class-map'], isRecord(score) ? score.confidence : undefined);
			if (typeof object !== 'string') objects.push(object);
			else problems.push(readingError('unreadable', `[${index}].${job}.annotations[${position}]`, object));
		});
	}
	return {
		imageId: '',
		imageName: (textOf(line['source-ref']) ?? '').split('/').at(-1) ?? '',
		...size,
		objects,
		classifications: classes.length === 0 ? {} : { [IMAGE_CLASS]: { values: classes, children: {} } },
	};
}

function readAnnotation(annotation: unknown, classMap: unknown, score: unknown): LabelObject | string {
	const id = isRecord(annotation) ? annotation.class_id : undefined;
	const className = isRecord(classMap) ? textOf(ownValue(classMap, String(id))) : undefined;
	const [x, y, width, height] = fourNumbers(annotation, ['left', 'top', 'width', 'height']) ?? [];
	if (x === undefined || y === undefined || width === undefined || height === undefined)
		return 'This annotation has no left, top, width and height. Provide the complete manifest.';
	if (className === undefined) return `The "class-map" has no class ${shown(id)}. Provide the complete manifest.`;
	return prediction(className, { type: 'rectangle', x, y, width, height }, score);
}

function isLine(line: JsonRecord): boolean {
	return textOf(line['source-ref']) !== undefined && Object.keys(line).some((key) => key.endsWith('-metadata'));
}

export const groundTruth: ReadableFormat = {
	key: 'groundTruth',
	name: 'SageMaker Ground Truth',
	reads: reading({
		input: 'json',
		description: 'Output manifest of a job with boxes',
		isStrict: false,
		parameters: [],
		recognizes: (value) => recognizedIf(isListOf(value, isLine)),
		read: (value) => severalImages(readGroundTruth(asList(value))),
	}),
};
