import { checkPrediction, type ImageSize } from '../../../../labels/checkPrediction';
import { readImportElement } from '../../../../labels/datagym/import';
import type { LabelledImage } from '../../../../labels/model';
import type { LabelProblem } from '../../../../labels/problem';
import { InputError } from '../../../nodeErrors';
import type { ItemInput } from '../../itemInput';
import { describeProblem } from './importAll';
import type { ProjectImages } from './projectImages';

/** The labels of one image, checked. */
export interface Prediction {
	readonly image: LabelledImage;
	readonly keepData: boolean;
	readonly taskId?: string;
	readonly warnings: readonly LabelProblem[];
}

/** Reads and checks what one item gives. */
export async function prepare(item: ItemInput, images: ProjectImages): Promise<readonly Prediction[]> {
	const value = item.json('predictions', 'Predictions');
	const elements = Array.isArray(value) ? value : [value];
	if (elements.length === 0) throw new InputError('“Predictions” is an empty list', 'Give the labels of at least one image.');
	const isClassHeader = (element: unknown) => typeof element === 'object' && element !== null && 'label_classes' in element;
	return elements.filter((element) => !isClassHeader(element)).map((element, index) => prepareOne(item, element, index, images));
}

function prepareOne(item: ItemInput, element: unknown, index: number, images: ProjectImages): Prediction {
	const reading = readImportElement(element, images.classes);
	const image = identify(reading.image, images, index);
	const problems = [...reading.problems, ...checkPrediction(image, images.classes, sizeOf(element))];
	const errors = problems.filter(({ severity }) => severity === 'error');
	if (errors.length > 0) throw refusal(image, errors);
	if (images.isFinished(image.imageId) && !item.flag('allowFinished')) {
		throw new InputError(
			`The task of the image “${image.imageName || image.imageId}” is finished, so its labels were left alone`,
			'Turn on “Allow Finished Tasks” to change labels that people have finished.',
		);
	}
	const keepData = item.text('existingLabels') === 'add';
	const warnings = problems.filter(({ severity }) => severity === 'warning');
	return { image, keepData, taskId: images.task(image.imageId)?.taskId, warnings };
}

function refusal(image: LabelledImage, errors: readonly LabelProblem[]): InputError {
	const [first, ...rest] = errors.map(describeProblem);
	const name = image.imageName || image.imageId;
	const more = rest.length === 0 ? '' : ` (and ${rest.length} more)`;
	return new InputError(
		`“Predictions” cannot be imported${name === '' ? '' : ` for the image “${name}”`}: ${first ?? ''}${more}`,
		rest.length === 0 ? 'Correct the prediction and run the node again.' : `All: ${rest.slice(0, 20).join(' ')}`,
	);
}

/** By DataGym's ID, or else by the file name, if one image of the project has it. */
function identify(image: LabelledImage, images: ProjectImages, index: number): LabelledImage {
	if (image.imageId !== '') {
		if (images.knows(image.imageId) !== false) return { ...image, imageName: image.imageName || (images.task(image.imageId)?.imageName ?? '') };
		throw new InputError(`The image ${image.imageId} has no task in this project`, 'Connect the image’s dataset to the project first, and check the image ID.');
	}
	if (image.imageName === '') {
		throw new InputError(`Prediction ${index + 1} names no image`, 'Give “internal_media_ID” (the image ID in DataGym) or “external_media_ID” (the file name).');
	}
	const [task, ...others] = images.named(image.imageName);
	if (task !== undefined && others.length === 0) return { ...image, imageId: task.imageId };
	throw task === undefined
		? new InputError(`No image of this project is named “${image.imageName}”`, 'Check the file name, or give “internal_media_ID”.')
		: new InputError(`${others.length + 1} images of this project are named “${image.imageName}”`, 'Give “internal_media_ID” instead of the name.');
}

/** Width and height in pixels, if the prediction carries them: DataGym itself does not check against the image. */
function sizeOf(element: unknown): ImageSize | undefined {
	if (typeof element !== 'object' || element === null) return undefined;
	const { width, height, imageWidth, imageHeight } = element as Record<string, unknown>;
	const size = { width: Number(imageWidth ?? width), height: Number(imageHeight ?? height) };
	return size.width > 0 && size.height > 0 ? size : undefined;
}
