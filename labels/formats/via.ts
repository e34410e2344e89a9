import { classificationsOf } from '../classes/attributes';
import type { Geometry, LabeledImage, LabelObject } from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import {
	isFiniteNumber,
	isList,
	isRecord,
	numbersOf,
	ownValue,
	shown,
	textOf,
	type JsonRecord,
} from '../parsing/record';
import { reading, severalImages, type ReadableFormat } from './format';
import { fourNumbers, prediction, rectangleAround } from './shared/predictions';
import { recognizedIf } from './shared/recognition';

/** Attributes that hold the class, where a region has several. */
const CLASS_ATTRIBUTES = ['class', 'label', 'name', 'type', 'category', 'object'];

/**
 * Reads annotations or a project of VGG Image Annotator 1 and 2: `{"a.jpg123": {"filename", "regions": [{"shape_attributes": {"name":
 * "rect", "x", "y", "width", "height"}, "region_attributes": {"class": "car"}}]}}`, pixels. Rectangles, polygons, polylines, points;
 * circles and ellipses are the box around them. The class is the only attribute of a region, or the one called class, label, name,
 * type, category or object; the others are answers.
 * Source: gitlab.com/vgg/via, `via.js`, `export_project_to_json_format`.
 */
function readVia(value: unknown): { readonly images: LabeledImage[]; readonly problems: LabelProblem[] } {
	const problems: LabelProblem[] = [];
	const images = filesIn(value).map(({ filename, regions, file_attributes }, index) => {
		const list = isRecord(regions) ? Object.values(regions) : isList(regions) ? regions : [];
		const objects = list.flatMap((region, position): LabelObject[] => {
			const object = isRecord(region)
				? readRegion(region)
				: `A region must be an object, but got ${shown(region)}. Remove it.`;
			if (typeof object !== 'string') return [object];
			problems.push(readingError('unreadable', `[${index}].regions[${position}]`, object));
			return [];
		});
		return {
			imageId: '',
			imageName: textOf(filename) ?? '',
			objects,
			classifications: classificationsOf(file_attributes),
		};
	});
	if (images.length === 0)
		problems.push(readingError('unreadable', '', 'There are no files with regions. Provide the complete annotations.'));
	return { images, problems };
}

function filesIn(value: unknown): JsonRecord[] {
	const project = isRecord(value) && isRecord(value._via_img_metadata) ? value._via_img_metadata : value;
	return isRecord(project) ? Object.values(project).filter(isRecord).filter(isFile) : [];
}

function isFile({ filename, regions }: JsonRecord): boolean {
	return textOf(filename) !== undefined && (isList(regions) || isRecord(regions));
}

function readRegion({ shape_attributes: shape, region_attributes }: JsonRecord): LabelObject | string {
	const attributes = isRecord(region_attributes) ? region_attributes : {};
	const names = Object.keys(attributes);
	const key = CLASS_ATTRIBUTES.find((name) => names.includes(name)) ?? (names.length === 1 ? names[0] : undefined);
	const className = key === undefined ? undefined : classOf(ownValue(attributes, key));
	if (className === undefined) return 'This region has no attribute that is its class. Add one called "class".';
	const geometry = isRecord(shape) ? geometryOf(shape) : undefined;
	if (geometry === undefined)
		return `A region of shape ${shown(isRecord(shape) ? shape.name : shape)} cannot be read. Draw it as a rectangle or a polygon.`;
	const others = Object.fromEntries(Object.entries(attributes).filter(([name]) => name !== key));
	return { ...prediction(className, geometry), classifications: classificationsOf(others) };
}

/** A text, or of a checklist the only option that is set. */
function classOf(value: unknown): string | undefined {
	if (!isRecord(value)) return textOf(value);
	const set = Object.keys(value).filter((name) => ownValue(value, name) === true);
	return set.length === 1 ? set[0] : undefined;
}

function geometryOf(shape: JsonRecord): Geometry | undefined {
	switch (shape.name) {
		case 'rect': {
			const [x, y, width, height] = fourNumbers(shape, ['x', 'y', 'width', 'height']) ?? [];
			if (x === undefined || y === undefined || width === undefined || height === undefined) return undefined;
			return { type: 'rectangle', x, y, width, height };
		}
		case 'circle':
		case 'ellipse': {
			const { cx, cy, r, rx = r, ry = r } = shape;
			if (!isFiniteNumber(cx) || !isFiniteNumber(cy) || !isFiniteNumber(rx) || !isFiniteNumber(ry)) return undefined;
			return rectangleAround(cx, cy, rx * 2, ry * 2);
		}
		case 'point':
			return isFiniteNumber(shape.cx) && isFiniteNumber(shape.cy)
				? { type: 'point', x: shape.cx, y: shape.cy }
				: undefined;
		case 'polygon':
		case 'polyline': {
			const [xs = [], ys = []] = [numbersOf(shape.all_points_x), numbersOf(shape.all_points_y)];
			const points = xs.flatMap((x, index) => {
				const y = ys[index];
				return y === undefined ? [] : [{ x, y }];
			});
			if (xs.length !== ys.length || points.length < (shape.name === 'polygon' ? 3 : 2)) return undefined;
			return shape.name === 'polygon' ? { type: 'polygon', points } : { type: 'line', points };
		}
		default:
			return undefined;
	}
}

function isAnnotations(value: unknown): boolean {
	if (!isRecord(value)) return false;
	if (isRecord(value._via_img_metadata)) return true;
	const files = Object.values(value).slice(0, MOST_FILES);
	return files.length > 0 && files.every((file) => isRecord(file) && isFile(file));
}

const MOST_FILES = 50;

export const via: ReadableFormat = {
	key: 'via',
	name: 'VGG Image Annotator (VIA)',
	reads: reading({
		input: 'json',
		description: 'Annotations or a project as JSON',
		isStrict: false,
		parameters: [],
		recognizes: (value) => recognizedIf(isAnnotations(value)),
		read: (value) => severalImages(readVia(value)),
	}),
};
