/**
 * The one label model of this package: every format is read into it and written from it.
 *
 * Coordinate system, for every number in it: pixels of the image as DataGym's editor displays it, which is as browsers do
 * (the EXIF orientation of the file that DataGym delivers IS applied), origin in the top left corner of the top left pixel,
 * x to the right, y downwards, decimals allowed, values outside of the image possible (`checkPrediction` reports them). A
 * rectangle is its top left corner plus width and height. The rings of polygons and segmentations are not closed: the last
 * point does not repeat the first. Source: docs/contract.md#coordinates. Other frames exist only on the way into a file or out of
 * one (`geometry/orientation.ts`).
 *
 * The model is plain JSON: no methods, no class instances, `undefined` only as a missing key.
 */

/** A position in pixels. */
export interface Point {
	readonly x: number;
	readonly y: number;
}

/** A closed line whose last point does not repeat the first; at least 3 points to enclose anything. */
export type Ring = readonly Point[];

/** One connected area: the first ring is its exterior, the following rings are holes in it. */
export type Region = readonly Ring[];

interface RectangleGeometry {
	readonly type: 'rectangle';
	/** Left edge. */
	readonly x: number;
	/** Top edge. */
	readonly y: number;
	readonly width: number;
	readonly height: number;
}

interface PolygonGeometry {
	readonly type: 'polygon';
	readonly points: Ring;
}

/** An open line through its points in the order in which they were drawn; at least 2. */
interface LineGeometry {
	readonly type: 'line';
	readonly points: readonly Point[];
}

export interface PointGeometry {
	readonly type: 'point';
	readonly x: number;
	readonly y: number;
}

/**
 * An area of any shape: several regions, each with holes. DataGym calls it image_segmentation. Pixel masks are held as
 * regions that follow the pixels' edges, which loses nothing.
 */
export interface SegmentationGeometry {
	readonly type: 'segmentation';
	readonly regions: readonly Region[];
}

export type Geometry = RectangleGeometry | PolygonGeometry | LineGeometry | PointGeometry | SegmentationGeometry;

export type GeometryType = Geometry['type'];

export type ClassificationType = 'select' | 'checklist' | 'freetext';

/** One classification of an image or an object, such as its color; without values nobody has answered it. */
export interface Classification {
	/** Option keys of a select (0 or 1) or checklist (0 or more), or the text of a freetext (0 or 1). */
	readonly values: readonly string[];
	/** The classifications that belong to this one. */
	readonly children: Classifications;
	/** A model's confidence, 0 to 1. */
	readonly score?: number;
}

/**
 * Classifications by the key of their class. Keys are the users' words and may be `constructor` or `__proto__`: read with
 * `Object.entries` or `ownValue`, write with `setOwn` (both in `parsing/record.ts`).
 */
export type Classifications = Readonly<Record<string, Classification>>;

/** One labeled thing in an image. */
export interface LabelObject {
	/** The id of the label value at the server, or of the track in a video. */
	readonly id?: string;
	/** The key of the label class (`entryKey`), not its displayed name. */
	readonly className: string;
	readonly geometry: Geometry;
	readonly classifications: Classifications;
	/** Geometries nested in this one, such as a license plate in a car. DataGym knows one level. */
	readonly children: readonly LabelObject[];
	/** A model's confidence, 0 to 1. */
	readonly score?: number;
}

/** Width and height of an image in pixels. */
export interface ImageSize {
	readonly width: number;
	readonly height: number;
}

/**
 * A rectangular part of an image that is an image of its own in a dataset: a tile, or the crop of a label. It has no ID, since
 * DataGym does not know it.
 */
interface ImagePart {
	/** The image that it is cut from, as displayed. */
	readonly of: ImageSize & Pick<LabeledImage, 'imageId'>;
	/** All parts that are cut from that image, in its whole pixels, so that it need be decoded once. */
	readonly regions: readonly (Point & ImageSize)[];
	/** Which of them it is. */
	readonly index: number;
}

/** An image (or one frame of a video) with all its labels. */
export interface LabeledImage {
	/** DataGym's id of the image; empty when it is not known. */
	readonly imageId: string;
	/** The file name; empty when it is not known. Not unique across datasets, and not safe as a path. */
	readonly imageName: string;
	/** Width in pixels as displayed. Only the image file tells it. */
	readonly width?: number;
	readonly height?: number;
	/** The size that the server has: of the file as stored, so that width and height may have to be swapped. */
	readonly storedSize?: ImageSize;
	/** EXIF orientation of the file, 1 to 8, which is already applied to all numbers; missing when it is not known. */
	readonly orientation?: number;
	/** What the file is, whatever it is called; missing when nobody has looked into it. */
	readonly fileType?: 'jpeg' | 'png';
	/** DataGym's id of the task, known from task details only. */
	readonly taskId?: string;
	/** State of the task in lower case: completed, reviewed, skipped, in_progress, ... */
	readonly status?: string;
	/** Id or name of the person that labeled. */
	readonly labeler?: string;
	/** Number of the frame, when the image is one frame of a video. */
	readonly frame?: number;
	readonly objects: readonly LabelObject[];
	/** Classifications of the image as a whole (`global_classifications`). */
	readonly classifications: Classifications;
	/** What of its file the image is, if that is not all. Its size and coordinates are those of the part. */
	readonly part?: ImagePart;
}

/** The ID of the image at DataGym, for a part of one, too. */
export function sourceIdOf({ imageId, part }: Pick<LabeledImage, 'imageId' | 'part'>): string {
	return part === undefined ? imageId : part.of.imageId;
}

/** A class of the label configuration: a kind of geometry or a classification. */
export interface LabelClass {
	/** The entry's key, by which labels refer to it. */
	readonly key: string;
	/** The name shown to people. */
	readonly name: string;
	readonly type: GeometryType | ClassificationType;
	/**
	 * From 0 without gaps, one numbering for geometries and one for classifications, in the order of the keys; classes of
	 * one key share a number. (The server has no order of entries, so the same configuration always gives the same numbers.)
	 */
	readonly number: number;
	/** Keys from the root to the entry above; empty for a root, missing when it is not known (header of an export). */
	readonly parents?: readonly string[];
	/** Keys of the options of a select or checklist; missing when they are not known. */
	readonly options?: readonly string[];
	/** Whether a task cannot be completed without a value; missing when it is not known. */
	readonly required?: boolean;
	/** Longest freetext in characters; missing when it is not known. */
	readonly maxLength?: number;
	readonly color?: string;
}

/** A label class of geometries. */
export type GeometryClass = LabelClass & { readonly type: GeometryType };

const GEOMETRY_TYPES: ReadonlySet<string> = new Set<GeometryType>([
	'rectangle',
	'polygon',
	'line',
	'point',
	'segmentation',
]);

export function isGeometryType(type: string): type is GeometryType {
	return GEOMETRY_TYPES.has(type);
}

export function isGeometryClass(labelClass: LabelClass): labelClass is GeometryClass {
	return isGeometryType(labelClass.type);
}

/** Visits every object of an image, nested ones right after the one that they are in. */
export function eachObject(
	image: Pick<LabeledImage, 'objects'>,
	visit: (object: LabelObject, parent: LabelObject | undefined) => void,
): void {
	visitAll(image.objects, undefined, visit);
}

function visitAll(
	objects: readonly LabelObject[],
	parent: LabelObject | undefined,
	visit: (object: LabelObject, parent: LabelObject | undefined) => void,
): void {
	for (const object of objects) {
		visit(object, parent);
		if (object.children.length > 0) visitAll(object.children, object, visit);
	}
}

/** The sizes that an image can have as it is displayed: one, or two while its orientation is not known, or none. */
export function possibleSizes({
	width,
	height,
	storedSize,
}: Pick<LabeledImage, 'width' | 'height' | 'storedSize'>): readonly ImageSize[] {
	if (width !== undefined && height !== undefined) return [{ width, height }];
	if (storedSize === undefined) return [];
	return [storedSize, { width: storedSize.height, height: storedSize.width }];
}

/** The name of an image in messages: its file name, or its ID when the name is not known. */
export function labelOf({ imageName, imageId }: Pick<LabeledImage, 'imageName' | 'imageId'>): string {
	return imageName === '' ? imageId : imageName;
}

/** An object that names the one it is in. */
export interface PlacedObject {
	readonly id: string;
	readonly parent?: string | undefined;
	readonly object: LabelObject;
}

/**
 * How deep labels, classifications and entries from outside may be nested. DataGym has one, three and four levels; deeper
 * ones are refused, so that nobody who walks down them exhausts the stack.
 */
export const DEEPEST_LEVEL = 8;

/**
 * Objects nested in those that they name as parent, in the order given. A parent counts when it stands before its child,
 * so nothing can be in itself; otherwise the object stands at the top.
 */
export function nestByParent(placed: Iterable<PlacedObject>): LabelObject[] {
	const known = new Map<string, { readonly children: LabelObject[]; readonly level: number }>();
	const roots: LabelObject[] = [];
	for (const { id, parent, object } of placed) {
		const above = parent === undefined ? undefined : known.get(parent);
		const isNested = above !== undefined && above.level < DEEPEST_LEVEL;
		const children = [...object.children];
		(isNested ? above.children : roots).push({ ...object, children });
		known.set(id, { children, level: isNested ? above.level + 1 : 1 });
	}
	return roots;
}
