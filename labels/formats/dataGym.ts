import type { WireClassification, WireClassifications } from '../datagym/classifications';
import { writeGeometry, type WireGeometry } from '../datagym/geometry';
import { entryTypeOf } from '../classes/labelClass';
import { isGeometryClass, type Classifications, type LabelClass, type LabeledImage, type LabelObject } from '../model';
import { imageFiles } from '../dataset/datasetFile';
import { readImportElement } from '../datagym/import';
import { isList, isRecord, type JsonRecord, ownValue, setOwn } from '../parsing/record';
import { reading, writing, type RoundTripFormat, type FormatReading } from './format';
import { isListOf, recognizedIf } from './shared/recognition';
import { sizeIn } from './shared/predictions';

/** One label as the export writes it. */
export type ExportLabel = { [Key in WireGeometry['key']]?: WireGeometry['value'] } & {
	classifications: WireClassifications;
	nested_geometries?: Record<string, ExportLabel[]>;
};

/** The first element of an export. */
export interface ExportHeader {
	readonly label_classes: readonly (
		| { readonly class_name: string; readonly geometry_type: string }
		| { readonly class_name: string; readonly classification_type: string }
	)[];
}

/**
 * The class header of an export in DataGym's own JSON. image_segmentation stands under `classification_type`, as the
 * server writes it. Source: docs/contract.md#export.
 */
export function writeExportHeader(classes: readonly LabelClass[]): ExportHeader {
	return {
		label_classes: classes.map((labelClass) => {
			const type = entryTypeOf(labelClass.type);
			const isGeometry = isGeometryClass(labelClass) && labelClass.type !== 'segmentation';
			return isGeometry
				? { class_name: labelClass.key, geometry_type: type }
				: { class_name: labelClass.key, classification_type: type };
		}),
	};
}

/**
 * One image in DataGym's own JSON, as an element of the export, but with coordinates as exact as the model has them.
 * Everything of the model is kept but ids of labels and scores; `image_size` and `task_id` are added when they are known.
 */
export function writeExportElement(image: LabeledImage) {
	const { imageId, imageName, labeler, status, taskId, width, height, classifications, objects } = image;
	return {
		internal_media_ID: imageId,
		external_media_ID: imageName,
		labeler: labeler ?? null,
		...(status !== undefined && { status }),
		...(taskId !== undefined && { task_id: taskId }),
		...(width !== undefined && height !== undefined && { image_size: { width, height } }),
		global_classifications: writeClassifications(classifications),
		labels: writeLabels(objects, 1),
	};
}

function writeLabels(objects: readonly LabelObject[], level: number): Record<string, ExportLabel[]> {
	const labels: Record<string, ExportLabel[]> = {};
	for (const object of objects) {
		const { key, value } = writeGeometry(object.geometry);
		const label: ExportLabel = {
			[key]: value,
			classifications: writeClassifications(object.classifications),
			...((level === 1 || object.children.length > 0) && {
				nested_geometries: writeLabels(object.children, level + 1),
			}),
		};
		const others = ownValue(labels, object.className);
		if (others === undefined) setOwn(labels, object.className, [label]);
		else others.push(label);
	}
	return labels;
}

/** Values first (null when there is none), then one object for each classification below, as the server exports them. */
function writeClassifications(classifications: Classifications): WireClassifications {
	const written: WireClassifications = {};
	for (const [key, { values, children }] of Object.entries(classifications)) {
		const below = Object.entries(writeClassifications(children)).map(([child, wire]) => {
			const single: WireClassifications = {};
			setOwn(single, child, wire);
			return single;
		});
		const wire: WireClassification = [...(values.length === 0 ? [null] : values), ...below];
		setOwn(written, key, wire);
	}
	return written;
}

/** The text of a whole export: its class header, then an element per image. */
function* exportText(images: Iterable<LabeledImage>, classes: readonly LabelClass[]): Generator<string> {
	yield `[\n${JSON.stringify(writeExportHeader(classes))}`;
	for (const image of images) yield `,\n${JSON.stringify(writeExportElement(image))}`;
	yield '\n]\n';
}

/** One element or a list of them, in which the class header of an export may stand. */
function readElements(value: unknown, classes: readonly LabelClass[] | undefined): FormatReading {
	const elements = (isList(value) ? value : [value]).filter(
		(element) => !(isRecord(element) && 'label_classes' in element),
	);
	const images = elements.map((element) => {
		const { image, problems } = readImportElement(element, classes);
		return { image: { ...image, ...sizeIn(element) }, problems };
	});
	return { images, problems: [] };
}

/** Elements name their image, or have lists of labels by their class; the first of an export is its header. */
function isElement(element: JsonRecord): boolean {
	if (isRecord(element.labels) && Object.values(element.labels).every(isList)) return true;
	return ['internal_media_ID', 'external_media_ID', 'label_classes'].some((key) => key in element);
}

/** DataGym's own JSON, in the shape of its export, with everything that the labels have. */
export const dataGym: RoundTripFormat = {
	key: 'dataGym',
	name: 'DataGym JSON',
	reads: reading({
		input: 'json',
		description: 'Labels as DataGym exports them',
		isStrict: true,
		parameters: ['labelClasses'],
		recognizes: (value) => recognizedIf(isListOf(value, isElement)),
		read: (value, { labelClasses }) => readElements(value, labelClasses),
	}),
	writes: writing({
		description: 'All labels and classifications, for Prediction: Import',
		orientation: 'applied',
		needsSizes: false,
		alwaysIncludesImages: false,
		conversions: [],
		parameters: [],
		*files(images, dataset) {
			yield* imageFiles(images, dataset, () => 'images');
			yield { path: 'datagym.json', text: exportText(images, dataset.labelClasses) };
		},
	}),
};
