import { attributesOf } from '../classes/attributes';
import type { DatasetClasses } from '../classes/datasetClasses';
import type { ConversionReport } from '../dataset/conversionReport';
import { bySplit, imageFiles } from '../dataset/datasetFile';
import { coveredArea } from '../geometry/coveredArea';
import { compressRunLengths, maskArea, runLengthsOf } from '../geometry/mask';
import { boundingBox, type Box } from '../geometry/shapes';
import { type Geometry, type LabeledImage, type LabelObject, labelOf, type Point, type Region } from '../model';
import { CocoFile } from './cocoFile';
import { readCoco, readCocoInSteps } from './cocoReader';
import { isList, isRecord } from '../parsing/record';
import { reading, severalImages, writing, type RoundTripFormat, type Writes } from './format';
import { hasSize, type SizedImage } from './shared/boxes';
import { JoinedTexts } from './shared/joinedTexts';
import { type KeypointLabel, keypointNames, keypointPlaces, withKeypoints } from './shared/keypoints';
import { recognizedIf } from './shared/recognition';
import { GEOMETRY_CONVERSIONS, geometryInside } from './shared/usableGeometry';

export interface CocoWriting {
	readonly classes: DatasetClasses;
	readonly report: ConversionReport;
	/** Names of the keypoints of each class that has any, by its ID (`keypointNames`). */
	readonly keypoints: ReadonlyMap<number, readonly string[]>;
	/** Category ids by class ID, of the classes that are categories; of all classes, their IDs plus 1, by default. */
	readonly categoryIds?: ReadonlyMap<number, number>;
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
 * lists, others compressed run lengths. Points nested in a label are its keypoints, the first of each class; every annotation
 * of their category has all of them, as the format asks, with visibility 0 where one is missing. Beyond the format:
 * `attributes` (classifications), `parent_id` (nesting), `score`, and `datagym_id` on images.
 *
 * Shapes are clipped at the edge, and what has no area is skipped: torchvision's detectors stop at a box without width, and
 * MMDetection and RF-DETR leave it out. So lines are skipped, and points that are not nested: as a box of 0 by 0 they were neither.
 * Images whose size is not known are skipped. Source: cocodataset.org/#format-data; torchvision, `generalized_rcnn.py`;
 * MMDetection, `mmdet/datasets/coco.py`; RF-DETR, `rfdetr/datasets/coco.py`.
 */
export function* writeCoco(images: Iterable<LabeledImage>, options: CocoWriting): Generator<string, void, undefined> {
	const writer = new AnnotationWriter(options);
	const imageList = new JoinedTexts();
	let chunk = '{"info":{"description":"Exported from DataGym"},"licenses":[],"annotations":[';
	for (const image of images) {
		if (!hasSize(image)) {
			options.report.add('no-size', labelOf(image));
			continue;
		}
		const imageId = imageList.length + 1;
		imageList.add(imageText(image, imageId, options));
		chunk += writer.annotations(image, imageId);
		if (chunk.length > CHUNK_LENGTH) {
			yield chunk;
			chunk = '';
		}
	}
	yield `${chunk}],"images":[`;
	yield* imageList.chunks();
	yield `],"categories":[${categoriesText(options)}]}`;
}

function imageText(image: LabeledImage, id: number, { fileNameOf }: CocoWriting): string {
	const fileName = JSON.stringify(fileNameOf === undefined ? image.imageName : fileNameOf(image));
	const datagymId = image.imageId === '' ? '' : `,"datagym_id":${JSON.stringify(image.imageId)}`;
	const attributes = attributesOf(image.classifications);
	const answers = attributes === undefined ? '' : `,"attributes":${JSON.stringify(attributes)}`;
	return `{"id":${id},"file_name":${fileName},"width":${image.width},"height":${image.height}${datagymId}${answers}}`;
}

/** Nothing for a class that is no category. */
function categoryIdOf(classId: number, { categoryIds }: CocoWriting): number | undefined {
	return categoryIds === undefined ? classId + 1 : categoryIds.get(classId);
}

function categoriesText(options: CocoWriting): string {
	return options.classes.names
		.flatMap((name, number) => {
			const id = categoryIdOf(number, options);
			if (id === undefined) return [];
			const names = options.keypoints.get(number);
			const points = names === undefined ? '' : `,"keypoints":${JSON.stringify(names)},"skeleton":[]`;
			return `{"id":${id},"name":${JSON.stringify(name)},"supercategory":""${points}}`;
		})
		.join(',');
}

/** Counts annotations over the whole file. */
class AnnotationWriter {
	private written = 0;

	constructor(private readonly options: CocoWriting) {}

	/** The image's annotations, each but the file's first after a comma. */
	annotations(image: SizedImage, imageId: number): string {
		let text = '';
		for (const object of image.objects) text += this.annotation(object, image, imageId, 0);
		return text;
	}

	private annotation(object: LabelObject, image: SizedImage, imageId: number, parentId: number): string {
		const place = this.placeOf(object, image);
		if (typeof place === 'string') {
			this.options.report.add(place, labelOf(image), object.className);
			return this.nested(object, image, imageId, parentId);
		}
		const { datasetClass, categoryId, shape, isClipped } = place;
		if (isClipped) this.options.report.add('clipped', labelOf(image), object.className);
		const names = this.options.keypoints.get(datasetClass.id);
		const label =
			names === undefined ? { object, keypoints: [] } : withKeypoints(object, names, (point) => this.pointName(point));
		const points = keypointsText(label, image, this.options);
		const id = ++this.written;
		const text = `${id === 1 ? '' : ','}{"id":${id},"image_id":${imageId},"category_id":${categoryId},"iscrowd":0,${shape}${points}${extras(object, parentId)}}`;
		return text + this.nested(label.object, image, imageId, id);
	}

	private nested({ children }: LabelObject, image: SizedImage, imageId: number, parentId: number): string {
		let text = '';
		for (const child of children) text += this.annotation(child, image, imageId, parentId);
		return text;
	}

	/** The class and the shape, or the reason why the label has no annotation. */
	private placeOf({ className, geometry }: LabelObject, image: SizedImage) {
		const datasetClass = this.options.classes.classOf(className);
		if (typeof datasetClass === 'string') return datasetClass;
		if (geometry.type === 'line' || geometry.type === 'point') return 'geometry-type';
		const categoryId = categoryIdOf(datasetClass.id, this.options);
		if (categoryId === undefined) return 'without-keypoints';
		const inside = geometryInside(geometry, image);
		if (typeof inside === 'string') return inside;
		const shape = shapeText(inside.geometry, image);
		return shape === undefined ? 'too-small' : { datasetClass, categoryId, shape, isClipped: inside.isClipped };
	}

	private pointName({ className }: LabelObject): string | undefined {
		const datasetClass = this.options.classes.classOf(className);
		return typeof datasetClass === 'string' ? undefined : datasetClass.name;
	}
}

/** The keypoints of a label whose category has any. */
function keypointsText(label: KeypointLabel, image: SizedImage, { report }: CocoWriting): string {
	if (label.keypoints.length === 0) return '';
	const places = keypointPlaces(label, image, report);
	const numbers = places.map((place) => (place === undefined ? '0,0,0' : `${place.x},${place.y},2`));
	const count = places.filter((place) => place !== undefined).length;
	return `,"keypoints":[${numbers.join(',')}],"num_keypoints":${count}`;
}

function extras({ classifications, score }: LabelObject, parentId: number): string {
	const attributes = attributesOf(classifications);
	return (
		(attributes === undefined ? '' : `,"attributes":${JSON.stringify(attributes)}`) +
		(parentId === 0 ? '' : `,"parent_id":${parentId}`) +
		(score === undefined ? '' : `,"score":${score}`)
	);
}

/** The fields bbox, area and segmentation, or nothing if nothing is left of the shape in the numbers of readers. */
function shapeText(geometry: Geometry, image: SizedImage): string | undefined {
	const box = boundingBox(geometry);
	if (box === undefined || !isLeftInReaders(box)) return undefined;
	const bbox = `"bbox":[${box.x},${box.y},${box.width},${box.height}]`;
	switch (geometry.type) {
		case 'rectangle':
			return `${bbox},"area":${box.width * box.height},"segmentation":[${flatBox(box)}]`;
		case 'polygon':
			return `${bbox},"area":${coveredArea(geometry.points)},"segmentation":[${flat(geometry.points)}]`;
		case 'segmentation': {
			const regions = regionsText(geometry.regions, image);
			return regions && `${bbox},${regions}`;
		}
		case 'line':
		case 'point':
			return undefined;
	}
}

/** Readers that use PyTorch add width and height to the corner in 32 bits, where little can become nothing. */
function isLeftInReaders({ x, y, width, height }: Box): boolean {
	const [left, top] = [Math.fround(x), Math.fround(y)];
	return Math.fround(left + Math.fround(width)) > left && Math.fround(top + Math.fround(height)) > top;
}

function regionsText(regions: readonly Region[], { width, height }: SizedImage): string | undefined {
	if (regions.every((rings) => rings.length === 1)) {
		const outlines = regions.map(([outline = []]) => outline);
		const area = outlines.reduce((sum, outline) => sum + coveredArea(outline), 0);
		return `"area":${area},"segmentation":[${outlines.map(flat).join(',')}]`;
	}
	const counts = runLengthsOf(regions, width, height);
	const area = maskArea(counts);
	if (area === 0) return undefined;
	return `"area":${area},"segmentation":{"size":[${height},${width}],"counts":${JSON.stringify(compressRunLengths(counts))}}`;
}

/** Its corners, as `boxCorners` has them: each number is made a text once. */
function flatBox(box: Box): string {
	const [left, top, right, bottom] = [`${box.x}`, `${box.y}`, `${box.x + box.width}`, `${box.y + box.height}`];
	return `[${left},${top},${right},${top},${right},${bottom},${left},${bottom}]`;
}

function flat(points: readonly Point[]): string {
	let text = '';
	for (const { x, y } of points) text += text === '' ? `${x},${y}` : `,${x},${y}`;
	return `[${text}]`;
}

/** What all layouts of COCO have in common. */
export const COCO_WRITING = {
	orientation: 'mixed',
	needsSizes: true,
	alwaysIncludesImages: false,
	conversions: [
		'excluded',
		'unknown-class',
		'geometry-type',
		...GEOMETRY_CONVERSIONS,
		'clipped',
		'classification',
		'score',
		'no-size',
	],
	parameters: [],
} as const satisfies Partial<Writes>;

/** `annotations/instances_<split>.json` and `images/<split>`. */
export const coco: RoundTripFormat = {
	key: 'coco',
	name: 'COCO',
	reads: reading({
		input: 'json',
		description: 'File with images, categories and annotations',
		isStrict: false,
		parameters: [],
		recognizes: (value) =>
			recognizedIf(
				value instanceof CocoFile ||
					(isRecord(value) && isList(value.images) && isList(value.annotations) && isList(value.categories)),
			),
		read: (value) => severalImages(readCoco(value)),
		*readInSteps(value) {
			return severalImages(yield* readCocoInSteps(value));
		},
	}),
	writes: writing({
		...COCO_WRITING,
		description: 'Boxes, polygons, masks and keypoints in one JSON file per split',
		*files(images, dataset) {
			const keypoints = yield* keypointNames(images, dataset.labelClasses, dataset.classes);
			yield* imageFiles(images, dataset, (split) => `images/${split}`);
			for (const [split, members] of yield* bySplit(images, dataset))
				yield { path: `annotations/instances_${split}.json`, text: writeCoco(members, { ...dataset, keypoints }) };
		},
	}),
};
