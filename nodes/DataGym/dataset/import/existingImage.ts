import { type Image, isDataGymError } from '@datagym/client';
import { InputError, messageOf } from '@datagym/shared/errors';
import type { DatasetImage } from './fileSource';

/**
 * Why an image that the dataset has by name cannot be the one that is imported: labels would lie on other pixels.
 *
 * @returns undefined if it can, as far as the server tells its size.
 */
export function otherImage(
	{ path, header }: DatasetImage,
	existing: Pick<Image, 'imageName' | 'width' | 'height'>,
): InputError | undefined {
	const { width, height, imageName } = existing;
	if (width === undefined || height === undefined) return undefined;
	// Servers tell the size as stored, or as displayed.
	const isSame =
		(width === header.width && height === header.height) ||
		(width === header.displayedWidth && height === header.displayedHeight);
	if (isSame) return undefined;
	return new InputError(
		`The dataset has another image with the name "${imageName}": it has ${width} × ${height} pixels, and "${path}" has ${header.width} × ${header.height}`,
		'Import into a dataset of its own, or rename the image.',
	);
}

/** What Prediction: Import, which imports the labels, says of its options: Dataset: Import has none of them. */
const OPTIONS_OF_PREDICTION = /"(?:Class Mapping|Existing Labels|Minimum Score|Predictions)"/g;

export function withForeignOptions(text: string): string {
	return text.replace(OPTIONS_OF_PREDICTION, (option) => `${option} of Prediction: Import`);
}

/** An error as the output says it. */
export function failureOf(error: unknown): {
	readonly status: 'failed';
	readonly error: string;
	readonly details: string;
} {
	return {
		status: 'failed',
		error: withForeignOptions(messageOf(error)),
		details: withForeignOptions(remedyOf(error)),
	};
}

export function remedyOf(error: unknown): string {
	if (isDataGymError(error)) return error.failure.remedy;
	return error instanceof InputError ? error.remedy : '';
}
