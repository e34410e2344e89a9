import { boundingBox, type LabeledImage, type LabelProblem, type ProblemReason } from '@datagym/labels';

export interface Doubted {
	/** As the model gave it. */
	readonly given: LabeledImage;
	/** As it is imported. */
	readonly prepared: LabeledImage;
	/** Whether the predictions hold the same image once more before. */
	readonly isRepeated: boolean;
	/** Whether the user wants to have labels clipped, not only the default. */
	readonly isClipWanted: boolean;
}

/** What can be imported, but is probably not meant so. */
export function doubtsAbout({ given, prepared, isRepeated, isClipWanted }: Doubted): LabelProblem[] {
	const name = given.imageName || given.imageId;
	const doubts: LabelProblem[] = [];
	const doubt = (reason: ProblemReason, message: string) =>
		doubts.push({ severity: 'warning', reason, path: '', message });
	if (isRepeated)
		doubt(
			'duplicate',
			`The predictions hold the image “${name}” more than once; all its labels are imported together. Check the file names.`,
		);
	if (isClipWanted && prepared.width === undefined) {
		doubt(
			'no-size',
			`The size of the image “${name}” is not known, so labels are cut off at the top and the left only. Set “Image Size From” to “Item or Server”.`,
		);
	}
	const boxes = given.objects.map(({ geometry }) => boundingBox(geometry)).filter((box) => box !== undefined);
	if (boxes.length === 0) return doubts;
	if (boxes.every(({ x, y, width, height }) => x >= 0 && y >= 0 && x + width <= 1 && y + height <= 1)) {
		doubt(
			'empty',
			'All labels lie within the first pixel: the numbers are probably fractions of the image. Choose a format or unit of fractions.',
		);
	}
	const { width: right, height: bottom } = given;
	if (right !== undefined && bottom !== undefined && boxes.every(({ x, y }) => x >= right || y >= bottom)) {
		doubt(
			'outside',
			`All labels lie outside of the image of ${right} × ${bottom} pixels. Check its size, and whether the numbers are pixels or fractions.`,
		);
	}
	return doubts;
}
