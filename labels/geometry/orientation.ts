import type { Geometry, ImageSize, LabeledImage, LabelObject, Point } from '../model';

/**
 * An image whose size and coordinates are those of the pixels as a file with that EXIF orientation stores them, as programs
 * display it. Without a size, or with orientation 1, nothing moves. Source: Exif 2.32, 4.6.4 A (tag 274).
 */
export function displayedImage(stored: LabeledImage, orientation: number): LabeledImage {
	return { ...rotated(stored, orientation), orientation };
}

/**
 * The inverse: an image of the model (displayed) as it is in its file without the orientation, which is 1 afterward. Every
 * program shows such a file alike.
 */
export function storedImage(displayed: LabeledImage): LabeledImage {
	const { orientation = 1 } = displayed;
	const inverse = orientation === 6 ? 8 : orientation === 8 ? 6 : orientation;
	return { ...rotated(displayed, inverse), orientation: 1 };
}

/** An image and its labels in another size; it must have one. */
export function resizedImage(image: LabeledImage, { width, height }: ImageSize): LabeledImage {
	if (image.width === undefined || image.height === undefined) return image;
	const [byX, byY] = [width / image.width, height / image.height];
	const move: Move = ({ x, y }) => ({ x: x * byX, y: y * byY });
	return { ...image, width, height, objects: image.objects.map((object) => movedObject(object, move)) };
}

function rotated(image: LabeledImage, orientation: number): LabeledImage {
	const { width, height } = image;
	if (orientation === 1 || width === undefined || height === undefined) return image;
	const move = moveOf(orientation, width, height);
	const isSideways = orientation >= 5;
	return {
		...image,
		width: isSideways ? height : width,
		height: isSideways ? width : height,
		objects: image.objects.map((object) => movedObject(object, move)),
	};
}

/** A geometry whose coordinates are multiplied by the factors for x and y. */
export function scaledGeometry(geometry: Geometry, scale: Point): Geometry {
	return moved(geometry, ({ x, y }) => ({ x: x * scale.x, y: y * scale.y }));
}

/** A geometry whose coordinates begin at another point. */
export function geometryFrom(geometry: Geometry, origin: Point): Geometry {
	if (origin.x === 0 && origin.y === 0) return geometry;
	return moved(geometry, ({ x, y }) => ({ x: x - origin.x, y: y - origin.y }));
}

type Move = (point: Point) => Point;

function moveOf(orientation: number, width: number, height: number): Move {
	switch (orientation) {
		case 2:
			return ({ x, y }) => ({ x: width - x, y });
		case 3:
			return ({ x, y }) => ({ x: width - x, y: height - y });
		case 4:
			return ({ x, y }) => ({ x, y: height - y });
		case 5:
			return ({ x, y }) => ({ x: y, y: x });
		case 6:
			return ({ x, y }) => ({ x: height - y, y: x });
		case 7:
			return ({ x, y }) => ({ x: height - y, y: width - x });
		case 8:
			return ({ x, y }) => ({ x: y, y: width - x });
		default:
			return (point) => point;
	}
}

function movedObject(object: LabelObject, move: Move): LabelObject {
	return {
		...object,
		geometry: moved(object.geometry, move),
		children: object.children.map((child) => movedObject(child, move)),
	};
}

function moved(geometry: Geometry, move: Move): Geometry {
	switch (geometry.type) {
		case 'rectangle': {
			const corner = move(geometry);
			const opposite = move({ x: geometry.x + geometry.width, y: geometry.y + geometry.height });
			return {
				type: 'rectangle',
				x: Math.min(corner.x, opposite.x),
				y: Math.min(corner.y, opposite.y),
				width: Math.abs(opposite.x - corner.x),
				height: Math.abs(opposite.y - corner.y),
			};
		}
		case 'point':
			return { type: 'point', ...move(geometry) };
		case 'line':
		case 'polygon':
			return { type: geometry.type, points: geometry.points.map(move) };
		case 'segmentation':
			return { type: 'segmentation', regions: geometry.regions.map((rings) => rings.map((ring) => ring.map(move))) };
	}
}
