import { attributesOf } from '../classes/attributes';
import type { DatasetClasses } from '../classes/datasetClasses';
import { type Geometry, type LabeledImage, type LabelObject, labelOf, type Point, type Region } from '../model';
import type { ConversionReport } from '../dataset/conversionReport';
import { compressRunLengths, maskArea, runLengthsOf } from '../geometry/mask';
import { bySplit, imageFiles } from '../dataset/datasetFile';
import { boundingBox, ringArea } from '../geometry/shapes';
import { readCoco } from './cocoReader';
import { reading, severalImages, writing, type RoundTripFormat } from './format';

export interface CocoWriting {
	readonly classes: DatasetClasses;
	readonly report: ConversionReport;
	/** Name of the image's file beside the annotations; its own name by default. */
	readonly fileNameOf?: (image: LabeledImage) => string;
}

const CHUNK_LENGTH = 65_536;

/**
 * Writes COCO instances: one JSON text in chunks, one image after the other, so that only the list of images (some bytes
 * each) is held until the end.
 *
 * Ids are whole numbers from 1 in the order of writing; category ids are class numbers plus 1. Rectangles get their four
 * corners as segmentation, so that every reader can make masks of them. Segmentations without holes are lists of flat
 * lists, others compressed run lengths. A point is one keypoint. Beyond the format: `attributes` (classifications),
 * `parent_id` (nesting), `score`, and `datagym_id` on images. Coordinates are not clipped.
 * Skipped: lines; images whose size is not known. Source: cocodataset.org/#format-data.
 */
export function* writeCoco(images: Iterable<LabeledImage>, options: CocoWriting): Generator<string, void, undefined> {
	const writer = new AnnotationWriter(options);
	const imageList: string[] = [];
	let chunk = '{"info":{"description":"Exported from DataGym"},"licenses":[],"annotations":[';
	for (const image of images) {
		if (image.width === undefined || image.height === undefined) {
			options.report.add('no-size', labelOf(image));
			continue;
		}
		const imageId = imageList.length + 1;
		imageList.push(imageText(image, imageId, options));
		chunk += writer.annotations(image, imageId);
		if (chunk.length > CHUNK_LENGTH) {
			yield chunk;
			chunk = '';
		}
	}
	yield `${chunk}],"images":[`;
	for (let index = 0; index < imageList.length; index += 1000) {
		yield (index === 0 ? '' : ',') + imageList.slice(index, index + 1000).join(',');
	}
	yield `],"categories":[${categoriesText(options.classes, writer.pointCategories)}]}`;
}

function imageText(image: LabeledImage, id: number, { fileNameOf }: CocoWriting): string {
	const fileName = JSON.stringify(fileNameOf === undefined ? image.imageName : fileNameOf(image));
	const datagymId = image.imageId === '' ? '' : `,"datagym_id":${JSON.stringify(image.imageId)}`;
	const attributes = attributesOf(image.classifications);
	const answers = attributes === undefined ? '' : `,"attributes":${JSON.stringify(attributes)}`;
	return `{"id":${id},"file_name":${fileName},"width":${image.width},"height":${image.height}${datagymId}${answers}}`;
}

function categoriesText(classes: DatasetClasses, pointCategories: ReadonlySet<number>): string {
	return classes.names
		.map((name, number) => {
			const keypoints = pointCategories.has(number) ? `,"keypoints":[${JSON.stringify(name)}],"skeleton":[]` : '';
			return `{"id":${number + 1},"name":${JSON.stringify(name)},"supercategory":""${keypoints}}`;
		})
		.join(',');
}

/** Counts annotations over the whole file. */
class AnnotationWriter {
	/** Numbers of classes that have points. */
	readonly pointCategories = new Set<number>();
	private written = 0;

	constructor(private readonly options: CocoWriting) {}

	/** The image's annotations, each but the file's first after a comma. */
	annotations(image: LabeledImage, imageId: number): string {
		let text = '';
		for (const object of image.objects) text += this.annotation(object, image, imageId, 0);
		return text;
	}

	private annotation(object: LabelObject, image: LabeledImage, imageId: number, parentId: number): string {
		const { classes, report } = this.options;
		const datasetClass = classes.classOf(object.className);
		const shape = typeof datasetClass === 'string' ? undefined : shapeText(object.geometry, image);
		let id = parentId;
		let text = '';
		if (typeof datasetClass === 'string') {
			report.add(datasetClass, labelOf(image), object.className);
		} else if (shape === undefined) {
			report.add(object.geometry.type === 'line' ? 'geometry-type' : 'broken', labelOf(image), object.className);
		} else {
			id = ++this.written;
			if (object.geometry.type === 'point') this.pointCategories.add(datasetClass.id);
			text = `${id === 1 ? '' : ','}{"id":${id},"image_id":${imageId},"category_id":${datasetClass.id + 1},"iscrowd":0,${shape}${extras(object, parentId)}}`;
		}
		for (const child of object.children) text += this.annotation(child, image, imageId, id);
		return text;
	}
}

function extras({ classifications, score }: LabelObject, parentId: number): string {
	const attributes = attributesOf(classifications);
	return (
		(attributes === undefined ? '' : `,"attributes":${JSON.stringify(attributes)}`) +
		(parentId === 0 ? '' : `,"parent_id":${parentId}`) +
		(score === undefined ? '' : `,"score":${score}`)
	);
}

/** The fields bbox, area, segmentation and keypoints, or nothing when the shape cannot be held. */
function shapeText(geometry: Geometry, image: LabeledImage): string | undefined {
	if (geometry.type === 'rectangle') return rectangleText(geometry.x, geometry.y, geometry.width, geometry.height);
	const box = boundingBox(geometry);
	if (box === undefined) return undefined;
	const bbox = `"bbox":[${box.x},${box.y},${box.width},${box.height}]`;
	switch (geometry.type) {
		case 'point':
			return `${bbox},"area":0,"segmentation":[],"keypoints":[${geometry.x},${geometry.y},2],"num_keypoints":1`;
		case 'polygon':
			if (geometry.points.length < 3) return undefined;
			return `${bbox},"area":${ringArea(geometry.points)},"segmentation":[${flat(geometry.points)}]`;
		case 'segmentation':
			return `${bbox},${regionsText(geometry.regions, image.width ?? 0, image.height ?? 0)}`;
		case 'line':
			return undefined;
	}
}

function rectangleText(x: number, y: number, width: number, height: number): string | undefined {
	const right = x + width;
	const bottom = y + height;
	if (!Number.isFinite(right + bottom)) return undefined;
	return `"bbox":[${x},${y},${width},${height}],"area":${width * height},"segmentation":[[${x},${y},${right},${y},${right},${bottom},${x},${bottom}]]`;
}

function regionsText(regions: readonly Region[], width: number, height: number): string {
	const isPlain = regions.every((rings) => rings.length === 1 && (rings[0]?.length ?? 0) >= 3);
	if (isPlain) {
		const outlines = regions.map(([outline = []]) => outline);
		const area = outlines.reduce((sum, outline) => sum + ringArea(outline), 0);
		return `"area":${area},"segmentation":[${outlines.map(flat).join(',')}]`;
	}
	const counts = runLengthsOf(regions, width, height);
	return `"area":${maskArea(counts)},"segmentation":{"size":[${height},${width}],"counts":${JSON.stringify(compressRunLengths(counts))}}`;
}

function flat(points: readonly Point[]): string {
	let text = '';
	for (const { x, y } of points) text += text === '' ? `${x},${y}` : `,${x},${y}`;
	return `[${text}]`;
}

/** `annotations/instances_<split>.json` and `images/<split>`. */
export const coco: RoundTripFormat = {
	key: 'coco',
	name: 'COCO',
	reads: reading({
		input: 'json',
		description: 'An annotations file with its images, categories and annotations',
		isStrict: false,
		parameters: [],
		read: (value) => severalImages(readCoco(value)),
	}),
	writes: writing({
		description: 'Boxes, polygons, masks and points in one JSON file per split',
		orientation: 'mixed',
		needsSizes: true,
		alwaysIncludesImages: false,
		conversions: ['excluded', 'unknown-class', 'geometry-type', 'broken', 'no-size'],
		parameters: [],
		*files(images, dataset) {
			yield* imageFiles(images, dataset, (split) => `images/${split}`);
			for (const [split, members] of bySplit(images, dataset))
				yield { path: `annotations/instances_${split}.json`, text: writeCoco(members, dataset) };
		},
	}),
};
