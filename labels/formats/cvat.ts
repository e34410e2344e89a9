import { attributesOf } from '../classes/attributes';
import { imageFiles } from '../dataset/datasetFile';
import {
	isGeometryType,
	type LabelClass,
	type LabeledImage,
	type LabelObject,
	labelOf,
	type Point,
	type SegmentationGeometry,
} from '../model';
import { maskArea, runLengthsOf } from '../geometry/mask';
import { ownerOf, classificationName } from '../classes/classTree';
import { boundingBox } from '../geometry/shapes';
import { readCvat } from './cvatReader';
import { reading, severalImages, writing, type RoundTripFormat } from './format';
import { countAnswers, countDetails, eachUsable, hasSize, type LabelWriting, type SizedImage } from './shared/boxes';
import { GEOMETRY_CONVERSIONS, geometryInside } from './shared/usableGeometry';
import { recognizedIf } from './shared/recognition';
import { rootNameIn, xmlText } from './shared/xml';

export interface CvatWriting extends LabelWriting {
	/** All classes of the configuration: their questions become attributes of the labels. */
	readonly labelClasses: readonly LabelClass[];
	readonly fileNameOf?: (image: LabeledImage) => string;
}

/**
 * Writes "CVAT for images 1.1": one XML text in chunks. Rectangles are `box`, lines `polyline`, points `points`,
 * segmentations `mask`. Answers are attributes (`damage/note` for a nested one; several values joined with a comma).
 *
 * Images are expected as they are displayed: CVAT applies the EXIF orientation before it shows one.
 *
 * Skipped: global classifications, nesting, scores, images whose size is not known.
 * Source: docs.cvat.ai, "CVAT for images"; `cvat/apps/dataset_manager/formats/cvat.py`; EXIF: cvat-ai/cvat, pull request 4529.
 */
export function* writeCvat(images: Iterable<LabeledImage>, options: CvatWriting): Generator<string, void, undefined> {
	yield `<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n\t<version>1.1</version>\n\t<meta>\n\t\t<task>\n\t\t\t<labels>\n${labelsText(options)}\t\t\t</labels>\n\t\t</task>\n\t</meta>\n`;
	let id = 0;
	for (const image of images) {
		if (hasSize(image)) yield imageText(image, id++, options);
		else options.report.add('no-size', labelOf(image));
	}
	yield '</annotations>\n';
}

function labelsText({ classes, labelClasses }: CvatWriting): string {
	const questions = classes.names.map(() => new Set<string>());
	for (const question of labelClasses) {
		const owner = isGeometryType(question.type) ? undefined : ownerOf(question, labelClasses);
		const datasetClass = owner === undefined ? 'unknown-class' : classes.classOf(owner);
		if (owner === undefined || typeof datasetClass === 'string') continue;
		questions[datasetClass.id]?.add(classificationName(question, labelClasses).slice(owner.length + 1));
	}
	const attribute = (name: string) =>
		`<attribute><name>${xmlText(name)}</name><mutable>False</mutable><input_type>text</input_type><default_value></default_value><values></values></attribute>`;
	return classes.names
		.map(
			(name, number) =>
				`\t\t\t\t<label><name>${xmlText(name)}</name><attributes>${[...(questions[number] ?? [])].map(attribute).join('')}</attributes></label>\n`,
		)
		.join('');
}

function imageText(image: SizedImage, id: number, options: CvatWriting): string {
	const { report } = options;
	const name = labelOf(image);
	let shapes = '';
	countAnswers(image.classifications, undefined, name, report, {});
	eachUsable(image, options, ({ object, datasetClass, parent }) => {
		const shape = shapeText(object, xmlText(datasetClass.name), image);
		// A mask is pixels of the image; all other shapes stay as they are drawn.
		if (shape === undefined) {
			const inside = geometryInside(object.geometry, image);
			return report.add(typeof inside === 'string' ? inside : 'too-small', name, object.className);
		}
		countDetails(object, parent, name, report, { classifications: true });
		shapes += shape;
	});
	const fileName = xmlText(options.fileNameOf?.(image) ?? image.imageName);
	return `\t<image id="${id}" name="${fileName}" width="${image.width}" height="${image.height}">\n${shapes}\t</image>\n`;
}

function shapeText(object: LabelObject, label: string, image: SizedImage): string | undefined {
	const { geometry } = object;
	const tag = (name: string, attributes: string) =>
		`\t\t<${name} label="${label}" source="manual" occluded="0" ${attributes} z_order="0">${answersText(object)}</${name}>\n`;
	switch (geometry.type) {
		case 'rectangle': {
			const { x, y, width, height } = geometry;
			return tag('box', `xtl="${x}" ytl="${y}" xbr="${x + width}" ybr="${y + height}"`);
		}
		case 'polygon':
			return tag('polygon', `points="${pointsText(geometry.points)}"`);
		case 'line':
			return tag('polyline', `points="${pointsText(geometry.points)}"`);
		case 'point':
			return tag('points', `points="${pointsText([geometry])}"`);
		case 'segmentation': {
			const mask = maskText(geometry, image);
			return mask === undefined ? undefined : tag('mask', mask);
		}
	}
}

function pointsText(points: readonly Point[]): string {
	return points.map(({ x, y }) => `${x},${y}`).join(';');
}

/** Run lengths of the mask's own box, row by row, beginning with pixels that are off. */
function maskText(geometry: SegmentationGeometry, image: SizedImage): string | undefined {
	const box = boundingBox(geometry);
	if (box === undefined) return undefined;
	const left = Math.max(Math.floor(box.x), 0);
	const top = Math.max(Math.floor(box.y), 0);
	const width = Math.min(Math.ceil(box.x + box.width), image.width) - left;
	const height = Math.min(Math.ceil(box.y + box.height), image.height) - top;
	if (width <= 0 || height <= 0) return undefined;
	// Columns of the transposed mask are rows of the mask.
	const transposed = geometry.regions.map((rings) =>
		rings.map((ring) => ring.map(({ x, y }) => ({ x: y - top, y: x - left }))),
	);
	const counts = runLengthsOf(transposed, height, width);
	return maskArea(counts) === 0
		? undefined
		: `rle="${counts.join(', ')}" left="${left}" top="${top}" width="${width}" height="${height}"`;
}

function answersText({ classifications }: LabelObject): string {
	return Object.entries(attributesOf(classifications) ?? {})
		.map(
			([name, value]) =>
				`<attribute name="${xmlText(name)}">${xmlText(typeof value === 'string' ? value : value.join(', '))}</attribute>`,
		)
		.join('');
}

/** One `annotations.xml` beside `images`; CVAT has no splits. */
export const cvat: RoundTripFormat = {
	key: 'cvat',
	name: 'CVAT for Images 1.1',
	reads: reading({
		input: 'text',
		description: 'The annotations.xml of an export',
		isStrict: false,
		parameters: [],
		recognizes: (text) => recognizedIf(typeof text === 'string' && rootNameIn(text) === 'annotations'),
		read: (text) => severalImages(readCvat(text)),
	}),
	writes: writing({
		description: 'All geometries in one XML file',
		orientation: 'applied',
		needsSizes: true,
		alwaysIncludesImages: false,
		conversions: [
			'excluded',
			'unknown-class',
			...GEOMETRY_CONVERSIONS,
			'classification',
			'nesting',
			'score',
			'no-size',
		],
		parameters: [],
		*files(images, dataset) {
			yield* imageFiles(images, dataset, () => 'images');
			yield { path: 'annotations.xml', text: writeCvat(images, dataset) };
		},
	}),
};
