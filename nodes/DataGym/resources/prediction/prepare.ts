import { checkPrediction, type ImageSize } from '../../../../labels/checkPrediction';
import { readImportElement } from '../../../../labels/datagym/import';
import type { LabelledImage } from '../../../../labels/model';
import type { LabelProblem } from '../../../../labels/problem';
import { InputError } from '../../../nodeErrors';
import type { ItemInput } from '../../itemInput';
import type { Run } from '../../run';
import { imageSize } from './imageSize';
import type { ProjectImages } from './projectImages';

/** The labels of one image, checked. */
export interface Prediction {
	readonly image: LabelledImage;
	readonly keepData: boolean;
	readonly taskId?: string;
	readonly warnings: readonly LabelProblem[];
}

/** Reads and checks what one item gives. */
export async function prepare(item: ItemInput, images: ProjectImages, run: Run): Promise<readonly Prediction[]> {
	const value = item.json('predictions', 'Predictions');
	const elements = (Array.isArray(value) ? value : [value]).filter((element) => !isClassHeader(element));
	if (elements.length === 0) throw new InputError('“Predictions” is an empty list', 'Give the labels of at least one image.');
	const predictions: Prediction[] = [];
	for (const [index, element] of elements.entries()) {
		const { image, problems } = readImportElement(element, images.classes);
		const identified = identify(image, images, index);
		const size = await imageSize(run, item, element, elements.length === 1, images.task(identified.imageId));
		predictions.push(check(item, identified, problems, size, images));
	}
	return predictions;
}

/** The head of DataGym's export, which may stay in what is imported. */
const isClassHeader = (element: unknown) => typeof element === 'object' && element !== null && 'label_classes' in element;

function check(item: ItemInput, image: LabelledImage, found: readonly LabelProblem[], size: ImageSize | undefined, images: ProjectImages): Prediction {
	const problems = [...found, ...checkPrediction(image, images.classes, size)];
	const errors = problems.filter(({ severity }) => severity === 'error');
	if (errors.length > 0) throw refusal(image, errors);
	if (images.isFinished(image.imageId) && !item.flag('allowFinished')) {
		throw new InputError(
			`The task of the image “${image.imageName || image.imageId}” is finished, so its labels were left alone`,
			'Turn on “Allow Finished Tasks” to change labels that people have finished.',
		);
	}
	const warnings = problems.filter(({ severity }) => severity === 'warning');
	return { image, keepData: item.text('existingLabels') === 'add', taskId: images.task(image.imageId)?.taskId, warnings };
}

export function describeProblem({ path, message }: LabelProblem): string {
	return path === '' ? message : `${path}: ${message}`;
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
