import type { LabelObject } from '@datagym/labels';
import { cropLabels, type CropParameters, type Crops, withoutCrops } from '@datagym/shared/crops';
import { InputError } from '@datagym/shared/errors';
import { imageBytes } from '../../imageBytes';
import { ProjectImageFiles } from '../../imageOrigins';
import { withProgress } from '../../runner/progress';
import type { Run } from '../../runner/runContext';

/** An image with the labels to be cropped. */
export interface ImageToCrop {
	readonly imageId: string;
	readonly imageName: string;
	readonly objects: readonly LabelObject[];
}

/** The crops of each image, which is fetched once, a few at a time; one without labels is not fetched at all. */
export async function cropsOf(
	run: Run,
	projectId: string,
	crop: CropParameters,
	images: readonly ImageToCrop[],
): Promise<readonly Crops[]> {
	const files = await ProjectImageFiles.of(run, projectId);
	let count = 0;
	const cropImage = async (image: ImageToCrop): Promise<Crops> => {
		if (image.objects.length === 0) return new Map();
		if (run.isCanceled)
			throw new InputError(
				'The execution was canceled',
				`${count} of ${images.length} images had been cropped. Run the workflow again.`,
			);
		const file = await imageBytes(files, image.imageId);
		const crops =
			'problem' in file
				? withoutCrops(image.objects, file.problem)
				: await cropLabels(
						file.bytes,
						image,
						image.objects,
						crop,
						async (content, name, type) => await run.n8n.helpers.prepareBinaryData(content, name, type),
					);
		count++;
		return crops;
	};
	const work = Promise.all(images.map((image) => run.limit(cropImage, image)));
	return await withProgress(run.n8n, () => `cropped ${count} of ${images.length} images`, work);
}
