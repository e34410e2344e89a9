import { attributesOf } from '../classes/attributes';
import type { ConversionReport } from '../dataset/conversionReport';
import { imageFiles } from '../dataset/datasetFile';
import {
	type Classifications,
	type Geometry,
	type LabelClass,
	type LabeledImage,
	type LabelObject,
	labelOf,
	type Point,
} from '../model';
import { clippedGeometry } from '../geometry/geometryChanges';
import { classificationName } from '../classes/classTree';
import { isList, isRecord, type JsonRecord } from '../parsing/record';
import { isListOf, recognizedIf } from './shared/recognition';
import { reading, severalImages, writing, type RoundTripFormat } from './format';
import { labelStudioConfig } from './labelStudioConfig';
import { readLabelStudio } from './labelStudioReader';
import { countDetails, hasSize, type LabelWriting, ringsOf, type SizedImage } from './shared/boxes';
import { usableGeometry } from './shared/usableGeometry';

export interface LabelStudioWriting extends LabelWriting {
	/** All classes of the configuration, which tell freetexts from choices. */
	readonly labelClasses: readonly LabelClass[];
	/** Where Label Studio finds the image: an address, or a path in its storage; the image's name by default. */
	readonly imageUrlOf?: (image: LabeledImage) => string;
	/** Whether labels become predictions (pre-labels to be corrected) instead of annotations. */
	readonly asPredictions?: boolean;
}

/** A part of an annotation: a shape, or an answer to a question (about a shape when it has that shape's id). */
interface LabelStudioResult {
	readonly id: string;
	readonly type: 'rectanglelabels' | 'polygonlabels' | 'keypointlabels' | 'choices' | 'textarea';
	readonly from_name: string;
	readonly to_name: 'image';
	readonly original_width: number;
	readonly original_height: number;
	readonly image_rotation: 0;
	readonly value: Readonly<Record<string, unknown>>;
	readonly parentID?: string;
	readonly score?: number;
}

/**
 * Writes Label Studio tasks: one JSON text in chunks. Shapes are in percent of the image, `rotation` 0; nested shapes name
 * their parent (`parentID`). Answers are choices or texts; those to an object are called `class/question` in `from_name`,
 * nested questions `question/below`. `labelStudioConfig` writes the labeling configuration that the names belong to.
 *
 * Images are expected as they are displayed: browsers, in which Label Studio draws, apply the EXIF orientation.
 *
 * Shapes are clipped at the edge: Label Studio refuses what is beyond 100 percent, and the whole prediction with it.
 *
 * Skipped: lines; the parts of a segmentation become polygons, their holes are filled. Images without a size are skipped.
 * Source: labelstud.io/guide/export (JSON) and /guide/predictions.
 */
export function* writeLabelStudio(
	images: Iterable<LabeledImage>,
	options: LabelStudioWriting,
): Generator<string, void, undefined> {
	const freetexts = new Set(
		options.labelClasses
			.filter(({ type }) => type === 'freetext')
			.map((question) => classificationName(question, options.labelClasses)),
	);
	let separator = '[';
	let id = 0;
	for (const image of images) {
		if (!hasSize(image)) {
			options.report.add('no-size', labelOf(image));
			continue;
		}
		const result = resultsOf(image, { ...options, freetexts });
		id++;
		const labels =
			options.asPredictions === true
				? { predictions: [{ model_version: 'DataGym', result }] }
				: { annotations: [{ id, result }] };
		const data = { image: options.imageUrlOf?.(image) ?? image.imageName, datagym_id: image.imageId };
		yield separator + JSON.stringify({ id, data, ...labels });
		separator = ',\n';
	}
	yield separator === '[' ? '[]' : ']';
}

interface Writing extends LabelStudioWriting {
	/** `from_name` of the questions whose answers are texts. */
	readonly freetexts: ReadonlySet<string>;
}

function resultsOf(image: SizedImage, options: Writing): LabelStudioResult[] {
	const results = answersOf(image.classifications, undefined, 'image', image, options);
	let shapes = 0;
	const addAll = (objects: readonly LabelObject[], parent: LabelObject | undefined, parentID: string | undefined) => {
		for (const object of objects) {
			const written = writeObject(object, parent, parentID, `shape${shapes + 1}`, image, options);
			shapes += written.length > 0 ? 1 : 0;
			results.push(...written);
			addAll(object.children, object, written[0]?.id ?? parentID);
		}
	};
	addAll(image.objects, undefined, undefined);
	return results;
}

function writeObject(
	object: LabelObject,
	parent: LabelObject | undefined,
	parentID: string | undefined,
	id: string,
	image: SizedImage,
	options: Writing,
): LabelStudioResult[] {
	const { classes, report } = options;
	const { className, geometry } = object;
	const name = labelOf(image);
	const datasetClass = classes.classOf(className);
	if (typeof datasetClass === 'string') {
		report.add(datasetClass, name, className);
		return [];
	}
	const usable = usableGeometry(geometry);
	if (geometry.type === 'line' || usable === undefined) {
		report.add(geometry.type === 'line' ? 'geometry-type' : 'broken', name, className);
		return [];
	}
	const inside = clippedGeometry(usable, image);
	if (inside === undefined) {
		report.add('outside', name, className);
		return [];
	}
	if (inside !== usable) report.add('clipped', name, className);
	const shapes = shapesOf(inside, className, image, report);
	countDetails(object, parent, name, report, { classifications: true, nesting: true, score: true });
	const more = {
		...(parentID !== undefined && { parentID }),
		...(object.score !== undefined && { score: object.score }),
	};
	return shapes.flatMap(({ type, place }, part): LabelStudioResult[] => {
		const shapeId = part === 0 ? id : `${id}_${part + 1}`;
		const shape = {
			type,
			from_name: CONTROLS[type],
			...frameOf(shapeId, image),
			value: { ...place, [type]: [datasetClass.name] },
			...more,
		};
		return [shape, ...answersOf(object.classifications, { className, place }, shapeId, image, options)];
	});
}

/** Names of the controls in `labelStudioConfig`. */
const CONTROLS = { rectanglelabels: 'rectangle', polygonlabels: 'polygon', keypointlabels: 'point' } as const;

interface Shape {
	readonly type: keyof typeof CONTROLS;
	/** The shape in percent of the image. */
	readonly place: Readonly<Record<string, unknown>>;
}

function shapesOf(geometry: Geometry, className: string, image: SizedImage, report: ConversionReport): Shape[] {
	const percentX = (x: number) => (x / image.width) * 100;
	const percentY = (y: number) => (y / image.height) * 100;
	const polygon = (points: readonly Point[]): Shape => ({
		type: 'polygonlabels',
		place: { points: points.map(({ x, y }) => [percentX(x), percentY(y)]), closed: true },
	});
	switch (geometry.type) {
		case 'rectangle': {
			const { x, y, width, height } = geometry;
			return [
				{
					type: 'rectanglelabels',
					place: { x: percentX(x), y: percentY(y), width: percentX(width), height: percentY(height), rotation: 0 },
				},
			];
		}
		case 'point':
			return [{ type: 'keypointlabels', place: { x: percentX(geometry.x), y: percentY(geometry.y), width: 0.5 } }];
		case 'polygon':
		case 'segmentation':
			return ringsOf(geometry, className, labelOf(image), report).map(polygon);
		case 'line':
			return [];
	}
}

/** Answers about a shape (they repeat its place, as Label Studio writes them) or about the image. */
function answersOf(
	classifications: Classifications,
	owner: { readonly className: string; readonly place: Shape['place'] } | undefined,
	id: string,
	image: SizedImage,
	{ freetexts }: Writing,
): LabelStudioResult[] {
	return Object.entries(attributesOf(classifications) ?? {}).map(([path, answer]) => {
		const from_name = owner === undefined ? path : `${owner.className}/${path}`;
		const values = typeof answer === 'string' ? [answer] : answer;
		const isText = freetexts.has(from_name);
		return {
			type: isText ? 'textarea' : 'choices',
			from_name,
			...frameOf(owner === undefined ? `${id}/${path}` : id, image),
			value: { ...owner?.place, ...(isText ? { text: values } : { choices: values }) },
		};
	});
}

function frameOf(id: string, { width, height }: SizedImage) {
	return { id, to_name: 'image', original_width: width, original_height: height, image_rotation: 0 } as const;
}

/** Tasks with annotations, the labeling configuration they belong to, and `images` for Label Studio's local storage. */
function isTask({ data, annotations, predictions }: JsonRecord): boolean {
	return isRecord(data) && (isList(annotations) || isList(predictions));
}

export const labelStudio: RoundTripFormat = {
	key: 'labelStudio',
	name: 'Label Studio',
	reads: reading({
		input: 'json',
		description: 'Tasks with annotations or predictions, as JSON',
		isStrict: false,
		parameters: [],
		unit: () => 'percentages',
		recognizes: (value) => recognizedIf(isListOf(value, isTask)),
		read: (value) => severalImages(readLabelStudio(value)),
	}),
	writes: writing({
		description: 'Tasks with annotations, and labeling configuration',
		orientation: 'applied',
		needsSizes: true,
		alwaysIncludesImages: false,
		conversions: [
			'excluded',
			'unknown-class',
			'geometry-type',
			'split-into-parts',
			'reduced-to-polygon',
			'clipped',
			'outside',
			'broken',
			'no-size',
		],
		parameters: [],
		*files(images, dataset) {
			yield { path: 'label_config.xml', text: [labelStudioConfig(dataset.classes, dataset.labelClasses)] };
			yield* imageFiles(images, dataset, () => 'images');
			const imageUrlOf = (image: LabeledImage) =>
				`/data/local-files/?d=images/${encodeURIComponent(dataset.fileNameOf(image))}`;
			yield { path: 'tasks.json', text: writeLabelStudio(images, { ...dataset, imageUrlOf }) };
		},
	}),
};
