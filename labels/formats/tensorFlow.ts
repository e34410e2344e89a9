import type { Point } from '../model';
import { isFiniteNumber, isList, isRecord, numbersOf, textOf, type JsonRecord } from '../parsing/record';
import { oneImage, reading, type ReadableFormat } from './format';
import {
	prediction,
	readPredictions,
	rectangleBetween,
	scaleOf,
	withoutSize,
	type PredictedImage,
	type PredictionReading,
} from './shared/predictions';
import { isListOfBoxes, recognizedIf } from './shared/recognition';

/** Columns of classes, those with names first. */
const CLASSES = ['detection_class_entities', 'detection_class_names', 'detection_classes', 'detection_class_labels'];

/**
 * Reads the output of a model of TensorFlow's Object Detection API, for one image: `{"detection_boxes": [[ymin, xmin, ymax,
 * xmax]], "detection_classes", "detection_scores", "num_detections"}`, y before x, fractions of the image; also in a batch of one,
 * and with names as `detection_class_entities`. `classNames` are the names of the class IDs, which begin at 1.
 * Source: tensorflow/models, `object_detection/exporter_lib_v2.py` and `core/standard_fields.py`; tfhub.dev, "faster_rcnn/openimages_v4".
 */
function readTensorFlow(value: unknown, image: PredictedImage, classNames: readonly string[]): PredictionReading {
	const scale = scaleOf(image, 'fractions');
	if (scale === undefined) return withoutSize(image);
	const answer = isRecord(value) ? value : {};
	const [boxes, scores] = [columnIn(answer, 'detection_boxes'), columnIn(answer, 'detection_scores')];
	const classes = CLASSES.map((name) => columnIn(answer, name)).find((column) => column !== undefined) ?? [];
	// Boxes behind the last detection only fill the tensor.
	const [count] = numbersOf(isList(answer.num_detections) ? answer.num_detections : [answer.num_detections]) ?? [];
	const rows = boxes?.slice(0, count).map((box, index) => ({ box, label: classes[index], score: scores?.[index] }));
	return readPredictions(rows, 'detection_boxes', image, ({ box, label, score }) => {
		const className = isFiniteNumber(label) ? textOf(classNames[label]) : textOf(label);
		if (className === undefined)
			return {
				reason: 'unknown-class',
				message: `There is no class name for the class ID ${String(label)}. Enter all class names by their IDs.`,
			};
		const numbers = numbersOf(box, 4);
		if (numbers === undefined) return 'This box is no list of four finite numbers. Provide the complete output.';
		return prediction(className, boxOf(numbers, scale), score);
	});
}

function boxOf([top = 0, left = 0, bottom = 0, right = 0]: readonly number[], scale: Point) {
	return rectangleBetween(left * scale.x, top * scale.y, right * scale.x, bottom * scale.y);
}

/** A column, out of the batch of one that models return. */
function columnIn(answer: JsonRecord, name: string): readonly unknown[] | undefined {
	const column = answer[name];
	if (!isList(column)) return undefined;
	const [first] = column;
	const isBatch = column.length === 1 && isList(first) && (name !== 'detection_boxes' || isListOfBoxes(first));
	return isBatch ? first : column;
}

export const tensorFlow: ReadableFormat = {
	key: 'tensorFlow',
	name: 'TensorFlow Object Detection',
	reads: reading({
		input: 'json',
		description: 'Output with detection_boxes and detection_scores',
		isStrict: false,
		parameters: ['image', 'classNames'],
		unit: () => 'fractions',
		recognizes: (value) => recognizedIf(isRecord(value) && isList(value.detection_boxes)),
		read: (value, { image, classNames }) => oneImage(readTensorFlow(value, image, classNames)),
	}),
};
