import { InputError } from '@datagym/shared/errors';
import type { DatasetImages, NamedImage, ProjectImages } from './projectImages';

/** Where images are looked for. */
export interface Places {
	readonly images: ProjectImages;
	/** Bounds the search by name, if the user chose one. */
	readonly dataset?: DatasetImages;
	/** What the user can do where a name does not do, for the ends of messages. */
	readonly idField: string;
}

const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** By DataGym's ID, or else by the file name, if one image of the project has it. What is no ID in `imageId` is empty. */
export function identify({ imageId, imageName }: NamedImage, { images, dataset, idField }: Places): NamedImage {
	if (imageId !== '') {
		if (images.knows(imageId) !== false)
			return { imageId, imageName: imageName || (images.task(imageId)?.imageName ?? '') };
		throw new InputError(
			`The image ${imageId} has no task in this project`,
			'Connect the image’s dataset to the project first, and check the image ID.',
		);
	}
	const [found, ...others] = images.named(imageName, dataset);
	if (found !== undefined && others.length === 0) return { imageId: found.imageId, imageName: found.imageName };
	const where = dataset === undefined ? 'this project' : 'the dataset that have a task in this project';
	throw found === undefined
		? new InputError(
				`No image of ${dataset === undefined ? 'this project' : 'the dataset'} is named “${imageName}”`,
				`Check the file name, or give ${idField}.`,
			)
		: new InputError(
				`${others.length + 1} images of ${where} are named “${imageName}”`,
				`Give ${idField} instead of the name, or choose the dataset in the options.`,
			);
}

/** A text that may be either. */
export function reference(text: string, { images }: Places): NamedImage {
	const isId = images.knows(text) === true || (ID.test(text) && images.named(text).length === 0);
	return isId ? { imageId: text, imageName: '' } : { imageId: '', imageName: text };
}
