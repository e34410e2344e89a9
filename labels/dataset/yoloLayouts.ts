import { writeYoloDetect, writeYoloObb, writeYoloSegment } from '../formats/yolo';
import { yoloClassFolders, yoloDataYaml, yoloImagePath, yoloLabelPath } from '../formats/yoloDataset';
import { writeYoloPose } from '../formats/yoloPose';
import type { LabeledImage } from '../model';
import type { DatasetFile, DatasetLayout, DatasetWriting } from './datasetFile';

type LabelFile = (image: LabeledImage, writing: DatasetWriting) => string | undefined;

/** Ultralytics' folders: `data.yaml`, `images/<split>`, `labels/<split>`. Images that cannot have a label file are left out. */
function layout(labelsOf: LabelFile, isPose = false): DatasetLayout {
	return function* (images, writing): Generator<DatasetFile> {
		const { splitOf, fileNameOf, includesImages, keypoints, classes } = writing;
		for (const image of images) {
			const text = labelsOf(image, writing);
			if (text === undefined) continue;
			const split = splitOf(image);
			const fileName = fileNameOf(image);
			if (includesImages) yield { path: yoloImagePath(fileName, split), image };
			yield { path: yoloLabelPath(fileName, split), text: [text] };
		}
		const splits = new Set(images.map(splitOf));
		yield { path: 'data.yaml', text: [yoloDataYaml({ names: classes.names, splits, ...(isPose && { keypoints }) })] };
	};
}

export const yoloLayouts = {
	yoloDetect: layout(writeYoloDetect),
	yoloObb: layout(writeYoloObb),
	yoloPose: layout(writeYoloPose, true),
	yoloSegment: layout(writeYoloSegment),
} satisfies Readonly<Record<string, DatasetLayout>>;

/** `<split>/<class>/<image>`: the folders are the labels, so there is nothing without the images. */
export const yoloClassifyLayout: DatasetLayout = function* (
	images,
	{ splitOf, fileNameOf, classificationKey, report },
) {
	for (const [image, folder] of yoloClassFolders(images, classificationKey, report))
		yield { path: `${splitOf(image)}/${folder}/${fileNameOf(image)}`, image };
};
