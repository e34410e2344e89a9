import {
	boundingBox,
	type CoordinateUnit,
	type LabeledImage,
	type LabelProblem,
	probableUnit,
	type ProblemReason,
	type ReadableFormat,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';

/** @throws InputError if the coordinates are surely in another unit than the one in which they were read. */
export function refuseWrongUnit(image: LabeledImage, { name, reads }: ReadableFormat, unit: CoordinateUnit): void {
	const probable = probableUnit(image, unit);
	if (probable === undefined) return;
	throw new InputError(
		`The coordinates of the image "${image.imageName || image.imageId}" look like ${probable}, but were read as ${unit}`,
		remedyFor(probable, name, reads.parameters),
	);
}

function remedyFor(unit: CoordinateUnit, name: string, parameters: ReadableFormat['reads']['parameters']): string {
	const isFraction = unit === 'fractions';
	if (parameters.includes('plainBoxFields')) return `Set "Units" to "${isFraction ? 'Fractions' : 'Pixels'}".`;
	if (parameters.includes('isNormalized')) return `Turn ${isFraction ? 'on' : 'off'} "Normalized".`;
	return isFraction
		? `Multiply them by the size of the image, or check that the "Format" is really "${name}". "Plain Boxes" also reads fractions.`
		: `Divide them by the size of the image, or check that the "Format" is really "${name}". "Plain Boxes" also reads pixels.`;
}

interface PreparedImage {
	/** As the model gave it. */
	readonly given: LabeledImage;
	/** As it is imported. */
	readonly prepared: LabeledImage;
	/** Whether the predictions hold the same image once more before. */
	readonly isRepeated: boolean;
	/** Whether the user wants to have labels clipped, not only the default. */
	readonly isClipWanted: boolean;
}

/** Warns of what can be imported, but is probably a mistake. */
export function unlikelyLabels({ given, prepared, isRepeated, isClipWanted }: PreparedImage): LabelProblem[] {
	const name = given.imageName || given.imageId;
	const warnings: LabelProblem[] = [];
	const warn = (reason: ProblemReason, message: string) =>
		warnings.push({ severity: 'warning', reason, path: '', message });
	if (isRepeated)
		warn(
			'duplicate',
			`The predictions contain the image "${name}" more than once, so all its labels are used together. Check the file names.`,
		);
	if (isClipWanted && prepared.width === undefined) {
		warn(
			'no-size',
			`The size of the image "${name}" is unknown, so labels are clipped at the top and the left only. Set "Image Size From" to "Item or Server".`,
		);
	}
	const boxes = given.objects.map(({ geometry }) => boundingBox(geometry)).filter((box) => box !== undefined);
	const { width: right, height: bottom } = given;
	const isOutside = right !== undefined && bottom !== undefined && boxes.every(({ x, y }) => x >= right || y >= bottom);
	if (boxes.length > 0 && isOutside) {
		warn(
			'outside',
			`All labels lie outside the image of ${right} × ${bottom} pixels. Check its size, and whether the numbers are pixels or fractions.`,
		);
	}
	return warnings;
}
