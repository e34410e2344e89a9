import { bySplit, imageFiles } from '../dataset/datasetFile';
import { eachObject, type LabeledImage, type LabelObject } from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import { isFiniteNumber, isList, isRecord, type JsonRecord, shown, textOf } from '../parsing/record';
import { boundingBox } from '../geometry/shapes';
import { reading, severalImages, writing, type RoundTripFormat } from './format';
import { BOX_CONVERSIONS, boxesOf, hasSize, type LabelWriting } from './shared/boxes';
import { asList } from './shared/predictions';
import { isAnyListOf, isListOf, recognizedIf } from './shared/recognition';

export interface CreateMlWriting extends LabelWriting {
	readonly fileNameOf?: (image: LabeledImage) => string;
}

/**
 * Writes Apple's CreateML JSON: `[{"image", "annotations": [{"label", "coordinates": {x, y, width, height}}]}]`, x and y
 * being the center of the box in pixels. Boxes of images whose size is known are clipped at the edge.
 * Source: developer.apple.com/documentation/createml, "Building an object detector data source".
 */
export function* writeCreateMl(
	images: Iterable<LabeledImage>,
	options: CreateMlWriting,
): Generator<string, void, undefined> {
	let separator = '[';
	for (const image of images) {
		const sized = hasSize(image) ? image : { ...image, ...extentOf(image) };
		const annotations = boxesOf(sized, options).map(({ datasetClass, box }) => ({
			label: datasetClass.name,
			coordinates: { x: box.x + box.width / 2, y: box.y + box.height / 2, width: box.width, height: box.height },
		}));
		yield separator + JSON.stringify({ image: options.fileNameOf?.(image) ?? image.imageName, annotations });
		separator = ',\n';
	}
	yield separator === '[' ? '[]' : ']';
}

/** A size that holds all shapes, so that nothing is clipped but what is negative. */
function extentOf(image: LabeledImage): { readonly width: number; readonly height: number } {
	let [width, height] = [1, 1];
	eachObject(image, ({ geometry }) => {
		const box = boundingBox(geometry);
		if (box === undefined) return;
		width = Math.max(width, box.x + box.width);
		height = Math.max(height, box.y + box.height);
	});
	return { width, height };
}

/** Reads CreateML JSON; images are identified by their name. Takes anything, never throws. */
export function readCreateMl(value: unknown): { readonly images: LabeledImage[]; readonly problems: LabelProblem[] } {
	const problems: LabelProblem[] = [];
	if (!isList(value))
		problems.push(
			readingError(
				'unreadable',
				'',
				`CreateML JSON must be a list of images, but got ${shown(value)}. Provide [{"image": "a.jpg", "annotations": []}].`,
			),
		);
	const images = (isList(value) ? value : []).flatMap((item, index): LabeledImage[] => {
		const imageName = isRecord(item) ? (textOf(item.image) ?? textOf(item.imagefilename)) : undefined;
		if (!isRecord(item) || imageName === undefined) {
			problems.push(
				readingError('no-image', `[${index}]`, 'This element has no image. Provide its file name as "image".'),
			);
			return [];
		}
		const list = item.annotations ?? item.annotation;
		const objects = (isList(list) ? list : []).flatMap((annotation, position) => {
			const object = readAnnotation(annotation);
			if (object !== undefined) return [object];
			problems.push(
				readingError(
					'coordinates',
					`[${index}].annotations[${position}]`,
					'This annotation has no label or no four finite coordinates. Provide {"label", "coordinates": {x, y, width, height}}.',
				),
			);
			return [];
		});
		return [{ imageId: '', imageName, objects, classifications: {} }];
	});
	return { images, problems };
}

function readAnnotation(value: unknown): LabelObject | undefined {
	if (!isRecord(value) || !isRecord(value.coordinates)) return undefined;
	const className = textOf(value.label);
	const { x, y, width, height } = value.coordinates;
	if (
		className === undefined ||
		!isFiniteNumber(x) ||
		!isFiniteNumber(y) ||
		!isFiniteNumber(width) ||
		!isFiniteNumber(height)
	)
		return undefined;
	return {
		className,
		geometry: { type: 'rectangle', x: x - width / 2, y: y - height / 2, width, height },
		classifications: {},
		children: [],
	};
}

/** Elements without annotations are of the format if they have nothing else. */
function isImage({ image, imagefilename, annotations, annotation }: JsonRecord): boolean {
	return (
		textOf(image ?? imagefilename) !== undefined &&
		isAnyListOf(
			annotations ?? annotation,
			({ label, coordinates }) => textOf(label) !== undefined && isRecord(coordinates),
		)
	);
}

/** `annotations.createml.json` beside the images of each split. Sizes are not required, but clip labels at the edge. */
export const createMl: RoundTripFormat = {
	key: 'createMl',
	name: 'CreateML',
	reads: reading({
		input: 'json',
		description: "JSON file of Apple's Create ML",
		isStrict: false,
		parameters: [],
		recognizes: (value) => recognizedIf(isListOf(value, isImage)),
		read: (value) => severalImages(readCreateMl(asList(value))),
	}),
	writes: writing({
		description: "Boxes for Apple's Create ML",
		orientation: 'mixed',
		needsSizes: true,
		alwaysIncludesImages: false,
		conversions: BOX_CONVERSIONS,
		parameters: [],
		*files(images, dataset) {
			yield* imageFiles(images, dataset, (split) => split);
			for (const [split, members] of yield* bySplit(images, dataset))
				yield { path: `${split}/annotations.createml.json`, text: writeCreateMl(members, dataset) };
		},
	}),
};
