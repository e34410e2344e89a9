import type { Geometry, Point } from '../model';
import { isFiniteNumber, isList, isRecord, numbersOf, ownValue, textOf, type JsonRecord } from '../parsing/record';
import { type AnswerHints, oneImage, reading, type ReadableFormat } from './format';
import { readRunLengths } from './shared/masks';
import {
	prediction,
	readPredictions,
	rectangleAround,
	rectangleBetween,
	scaleOf,
	UNNAMED_CLASS,
	withoutSize,
	type PredictedImage,
	type PredictionReading,
} from './shared/predictions';
import { canBeThousandths, isListOfBoxes, recognizedIf, unitsOf } from './shared/recognition';

/** Columns of boxes: torchvision and Transformers, MMDetection, Detectron2, supervision. */
const BOXES = ['boxes', 'bboxes', 'pred_boxes', 'xyxy'] as const;
/** Columns of classes, those with names first: Transformers, OWL and Grounding DINO, torchvision, Detectron2, supervision. */
const CLASSES = [
	'text_labels',
	'phrases',
	'class_name',
	'class_names',
	'label_names',
	'labels',
	'classes',
	'pred_classes',
	'class_id',
	'class_ids',
] as const;
const SCORES = ['scores', 'logits', 'confidence', 'confidences'] as const;

/**
 * Reads detections in columns of one length: `{"boxes": [[x1, y1, x2, y2]], "labels": [...], "scores": [...]}`, pixels, as
 * torchvision, `post_process_object_detection` of Transformers (DETR, OWL, Grounding DINO: `text_labels`), MMDetection
 * (`bboxes`, also with `masks` as run lengths) and Detectron2 (`pred_boxes`, `pred_classes`) give them. Labels that are numbers
 * are class IDs, whose names are in `classNames`. With `phrases`, boxes are center and size in fractions, as Grounding DINO's own
 * `predict` returns them.
 * Source: docs.pytorch.org/vision, "Object Detection"; huggingface.co/docs/transformers, "Object detection"; MMDetection,
 * `det_inferencer.py`; IDEA-Research/GroundingDINO, `inference.py`.
 */
function readColumns(value: unknown, image: PredictedImage, classNames: readonly string[]): PredictionReading {
	const answer = isRecord(value) ? value : {};
	const boxes = columnIn(answer, BOXES);
	const isRaw = isRawGroundingDino(answer);
	const scale = scaleOf(image, isRaw ? 'fractions' : 'pixels');
	if (scale === undefined) return withoutSize(image);
	const [classes, scores] = [columnIn(answer, CLASSES), columnIn(answer, SCORES)];
	const masks = isList(answer.masks) ? answer.masks : [];
	const rows = boxes?.map((box, index) => ({
		box,
		label: classes?.[index],
		score: scores?.[index],
		mask: masks[index],
	}));
	return readPredictions(rows, '', image, ({ box, label, score, mask }) => {
		const className = classes === undefined ? UNNAMED_CLASS : nameOf(label, classNames);
		if (className === undefined) return { reason: 'unknown-class', message: unnamed(label) };
		const geometry = geometryOf(box, mask, isRaw, scale);
		return geometry === undefined
			? 'This box is no list of four finite numbers. Provide the complete output of the model.'
			: prediction(className, geometry, score);
	});
}

function unnamed(label: unknown): string {
	return `There is no class name for the class ID ${String(label)}. Enter all class names in the order of their IDs.`;
}

function nameOf(label: unknown, classNames: readonly string[]): string | undefined {
	const id = isFiniteNumber(label) ? label : undefined;
	const name = id === undefined ? textOf(label) : classNames[id];
	return label === '' ? UNNAMED_CLASS : name === '' ? undefined : name;
}

function geometryOf(box: unknown, mask: unknown, isRaw: boolean, scale: Point): Geometry | undefined {
	const region = isRecord(mask) ? readRunLengths(mask) : undefined;
	if (region !== undefined && typeof region !== 'string') return region;
	const [first, second, third, fourth] = numbersOf(box, 4) ?? [];
	if (first === undefined || second === undefined || third === undefined || fourth === undefined) return undefined;
	const numbers = [first * scale.x, second * scale.y, third * scale.x, fourth * scale.y] as const;
	return isRaw ? rectangleAround(...numbers) : rectangleBetween(...numbers);
}

function columnIn(answer: JsonRecord, names: readonly string[]): readonly unknown[] | undefined {
	return names.map((name) => ownValue(answer, name)).find(isList);
}

function isRawGroundingDino(answer: JsonRecord): boolean {
	const boxes = columnIn(answer, BOXES);
	if (!isList(answer.phrases) || !isListOfBoxes(boxes) || boxes.length === 0) return false;
	return boxes.every((box) => box.every((number) => number >= 0 && number <= 1));
}

/** Boxes, classes and scores of one length, with two corners in pixels. Others with these names can be in any order and unit. */
function isColumns(value: unknown, { isOfLanguageModel }: AnswerHints): boolean {
	if (!isRecord(value)) return false;
	const [boxes, classes, scores] = [columnIn(value, BOXES), columnIn(value, CLASSES), columnIn(value, SCORES)];
	if (!isListOfBoxes(boxes) || classes?.length !== boxes.length || scores?.length !== boxes.length) return false;
	if (boxes.length === 0 || isRawGroundingDino(value)) return true;
	const isCorners = boxes.every(([x1 = 0, y1 = 0, x2 = 0, y2 = 0]) => x2 >= x1 && y2 >= y1);
	const coordinates = boxes.slice(0, MOST_BOXES).flat();
	if (isOfLanguageModel && canBeThousandths(coordinates)) return false;
	return isCorners && unitsOf(coordinates).join() === 'pixels';
}

const MOST_BOXES = 50;

export const columns: ReadableFormat = {
	key: 'columns',
	name: 'Detection Columns',
	reads: reading({
		input: 'json',
		description: 'Boxes, labels and scores of torchvision, Transformers or MMDetection',
		isStrict: false,
		parameters: ['image', 'classNames'],
		recognizes: (value, hints) => recognizedIf(isColumns(value, hints)),
		read: (value, { image, classNames }) => oneImage(readColumns(value, image, classNames)),
	}),
};
