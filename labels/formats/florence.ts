import type { Geometry, LabelObject } from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import { isList, isRecord, numbersOf, textOf, type JsonRecord } from '../parsing/record';
import { oneImage, reading, type ReadableFormat } from './format';
import { pointsOf } from './shared/flatPoints';
import {
	prediction,
	rectangleBetween,
	UNNAMED_CLASS,
	type PredictedImage,
	type PredictionReading,
} from './shared/predictions';
import { recognizedIf } from './shared/recognition';

/** Columns of shapes, each with the column of their classes. */
const COLUMNS = [
	['bboxes', ['bboxes_labels', 'labels']],
	['quad_boxes', ['labels']],
	['polygons', ['polygons_labels', 'labels']],
] as const;

/**
 * Reads what Florence-2's processor makes of an answer: `{"<OD>": {"bboxes": [[x1, y1, x2, y2]], "labels": [...]}}`, also for
 * regions with captions, grounded phrases, open vocabulary, segmentation (`polygons`) and text (`quad_boxes`). Pixels. Several
 * polygons of one label are one segmentation.
 * Source: huggingface.co/microsoft/Florence-2-large, README and `processing_florence2.py`, `post_process_generation`.
 */
function readFlorence(value: unknown, image: PredictedImage): PredictionReading {
	const problems: LabelProblem[] = [];
	const objects: LabelObject[] = [];
	const answers = isRecord(value) ? tasksIn(value) : [];
	if (answers.length === 0)
		problems.push(
			readingError('unreadable', '', 'There is no task such as "<OD>". Provide the output of post_process_generation.'),
		);
	for (const [task, answer] of answers)
		for (const [column, labels] of COLUMNS) readColumn(answer, column, labels, `${task}.${column}`, objects, problems);
	return { image: { ...image, objects, classifications: {} }, problems };
}

function readColumn(
	answer: JsonRecord,
	column: (typeof COLUMNS)[number][0],
	labelColumns: readonly string[],
	place: string,
	objects: LabelObject[],
	problems: LabelProblem[],
): void {
	const shapes = answer[column];
	if (!isList(shapes)) return;
	const labels = labelColumns.map((name) => answer[name]).find(isList) ?? [];
	shapes.forEach((shape, index) => {
		const geometry = column === 'bboxes' ? boxOf(shape) : areaOf(shape);
		if (geometry !== undefined) objects.push(prediction(textOf(labels[index]) ?? UNNAMED_CLASS, geometry));
		else
			problems.push(
				readingError(
					'unreadable',
					`${place}[${index}]`,
					'This is no box or polygon of finite numbers. Provide the complete output.',
				),
			);
	});
}

function boxOf(value: unknown): Geometry | undefined {
	const [x1, y1, x2, y2] = numbersOf(value, 4) ?? [];
	if (x1 === undefined || y1 === undefined || x2 === undefined || y2 === undefined) return undefined;
	return rectangleBetween(x1, y1, x2, y2);
}

/** One outline, or a list of several. */
function areaOf(value: unknown): Geometry | undefined {
	const lists = isList(value) && isList(value[0]) ? value : [value];
	const rings = lists.map((list) => pointsOf(list));
	const known = rings.filter((ring) => ring !== undefined);
	const [first] = known;
	if (first === undefined || known.length < rings.length) return undefined;
	return known.length === 1
		? { type: 'polygon', points: first }
		: { type: 'segmentation', regions: known.map((ring) => [ring]) };
}

/** The answers with something that has a place in the image; captions have none. */
function tasksIn(value: JsonRecord): [string, JsonRecord][] {
	return Object.entries(value).flatMap(([task, answer]): [string, JsonRecord][] =>
		/^<[A-Z_]+>$/.test(task) && isRecord(answer) && COLUMNS.some(([column]) => isList(answer[column]))
			? [[task, answer]]
			: [],
	);
}

export const florence: ReadableFormat = {
	key: 'florence',
	name: 'Florence-2',
	reads: reading({
		input: 'json',
		description: 'Output of post_process_generation, e.g. of <OD>',
		isStrict: false,
		parameters: ['image'],
		recognizes: (value) => recognizedIf(isRecord(value) && tasksIn(value).length > 0),
		read: (value, { image }) => oneImage(readFlorence(value, image)),
	}),
};
