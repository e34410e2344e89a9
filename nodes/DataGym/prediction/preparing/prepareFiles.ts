import pLimit from 'p-limit';
import { InputError } from '@datagym/shared/errors';
import type { ItemInput } from '../../runner/itemInput';
import type { Run } from '../../runner/runContext';
import { binaryPropertyName } from '../fields';
import { NoImages } from '../images/findImages';
import { prepare, type Purpose } from './prepare';
import type { ProjectImages } from '../images/projectImages';
import { type PreparedLabels, type Rejection } from './report';
import { FILES_AT_ONCE, filesOf } from '../answers/severalFiles';

/**
 * Prepares what one item gives in all of its files. One of several files that cannot be read is a rejection, and the others go on.
 *
 * @throws NoImages if none of them is about an image.
 */
export async function prepareFiles(
	item: ItemInput,
	images: ProjectImages,
	run: Run,
	purpose: Purpose,
): Promise<readonly (PreparedLabels | Rejection)[]> {
	const files = await filesOf(item, run);
	const read = async (file: ItemInput): Promise<readonly (PreparedLabels | Rejection)[]> =>
		await prepare(file, images, run, purpose).catch((error: unknown) => {
			if (error instanceof NoImages) return [];
			if (!(error instanceof InputError) || files.length === 1) throw error;
			return [rejectedFile(file, error)];
		});
	const limit = pLimit(FILES_AT_ONCE);
	const prepared = (await Promise.all(files.map(async (file) => await limit(read, file)))).flat();
	if (prepared.length === 0) throw new NoImages();
	return prepared;
}

function rejectedFile(item: ItemInput, { message, remedy, output }: InputError): Rejection {
	const field = item.text(binaryPropertyName);
	const { fileName = field } = item.data.binary?.[field] ?? {};
	const error = new InputError(`${message} (file "${fileName}")`, remedy, output);
	return { image: { imageId: '', imageName: fileName }, error };
}
