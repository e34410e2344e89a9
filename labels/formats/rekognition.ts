import type { LabelObject, Point } from '../model';
import { isFiniteNumber, isList, isRecord, shown, textOf, type JsonRecord } from '../parsing/record';
import { oneImage, reading, type ReadableFormat } from './format';
import {
	fourNumbers,
	prediction,
	readPredictions,
	scaleOf,
	withoutSize,
	type PredictedImage,
	type PredictionReading,
} from './shared/predictions';
import { hasNumbers, isAnyListOf, recognizedIf } from './shared/recognition';

const BOX = ['Left', 'Top', 'Width', 'Height'] as const;

/**
 * Reads an answer of AWS Rekognition: `DetectLabels` (`Labels[].Instances[].BoundingBox`), `DetectCustomLabels`
 * (`CustomLabels[].Geometry.BoundingBox`) or `DetectFaces` (`FaceDetails[].BoundingBox`, class "face").
 *
 * Boxes are fractions `{Left, Top, Width, Height}` of the image, confidences 0 to 100. Labels without a place in the
 * image are no objects and are passed over. Source: docs.aws.amazon.com/rekognition, API_BoundingBox.
 */
export function readRekognition(value: unknown, image: PredictedImage): PredictionReading {
	const scale = scaleOf(image, 'fractions');
	if (scale === undefined) return withoutSize(image);
	const answer = isRecord(value) ? value : {};
	if (isList(answer.FaceDetails))
		return readPredictions(answer.FaceDetails, 'FaceDetails', image, (face) =>
			readBox('face', face.BoundingBox, face.Confidence, scale),
		);
	if (isList(answer.CustomLabels))
		return readPredictions(answer.CustomLabels.filter(hasPlace), 'CustomLabels', image, (label) =>
			readCustomLabel(label, scale),
		);
	const labels = isList(answer.Labels) ? answer.Labels.flatMap(instancesOf) : answer.Labels;
	return readPredictions(labels, 'Labels', image, ({ Name, BoundingBox, Confidence }) =>
		readBox(Name, BoundingBox, Confidence, scale),
	);
}

/** The places of a label, each with its name; something else stays as it is and is reported later. */
function instancesOf(label: unknown): unknown[] {
	if (!isRecord(label)) return [label];
	return isList(label.Instances)
		? label.Instances.map((instance) => (isRecord(instance) ? { ...instance, Name: label.Name } : instance))
		: [];
}

/** A custom label without geometry is about the whole image. */
function hasPlace(label: unknown): boolean {
	return !isRecord(label) || label.Geometry !== undefined;
}

function readCustomLabel({ Name, Geometry, Confidence }: JsonRecord, scale: Point): LabelObject | string {
	return readBox(Name, isRecord(Geometry) ? Geometry.BoundingBox : undefined, Confidence, scale);
}

function readBox(name: unknown, value: unknown, confidence: unknown, scale: Point): LabelObject | string {
	const className = textOf(name);
	const box = fourNumbers(value, BOX);
	if (className === undefined || box === undefined)
		return `This label has no name or no bounding box, but got ${shown(value)}. Provide the complete response.`;
	const [left, top, width, height] = box;
	const geometry = {
		type: 'rectangle',
		x: left * scale.x,
		y: top * scale.y,
		width: width * scale.x,
		height: height * scale.y,
	} as const;
	return prediction(className, geometry, isFiniteNumber(confidence) ? confidence / 100 : undefined);
}

function isResponse(value: unknown): boolean {
	if (!isRecord(value)) return false;
	const { Labels, CustomLabels, FaceDetails } = value;
	const isNamed = ({ Name, Confidence }: JsonRecord) => textOf(Name) !== undefined && isFiniteNumber(Confidence);
	return (
		isAnyListOf(Labels, isNamed) ||
		isAnyListOf(CustomLabels, isNamed) ||
		isAnyListOf(FaceDetails, ({ BoundingBox }) => hasNumbers(BoundingBox, BOX))
	);
}

export const rekognition: ReadableFormat = {
	key: 'rekognition',
	name: 'AWS Rekognition',
	reads: reading({
		input: 'json',
		description: 'Response of DetectLabels, DetectCustomLabels or DetectFaces',
		isStrict: false,
		parameters: ['image'],
		unit: () => 'fractions',
		recognizes: (value) => recognizedIf(isResponse(value)),
		read: (value, { image }) => oneImage(readRekognition(value, image)),
	}),
};
