import { closeSync, openSync, readSync, writeSync } from 'node:fs';
import type { LabeledImage } from '@datagym/labels/model';

export const LABELS_PER_IMAGE = 10;
/** The export does not tell sizes; the node asks the server for them. */
export const SIZE = { width: 1920, height: 1080 };

const CLASSES = ['bicycle', 'bus', 'car', 'cat', 'dog', 'motorcycle', 'person', 'sign', 'train', 'truck'];
const QUESTIONS = ['daytime', 'occluded', 'weather'];

/** Writes an export as the server does (contract, section 7): the classes, then images with ten boxes each, one question a box. Returns its bytes. */
export function writeExport(path: string, images: number, labelsPerImage = LABELS_PER_IMAGE): number {
	const file = openSync(path, 'w');
	let bytes = 0;
	let chunk = `[${JSON.stringify({ label_classes: [...CLASSES.map((class_name) => ({ class_name, geometry_type: 'rectangle' })), ...QUESTIONS.map((class_name) => ({ class_name, classification_type: 'select' }))] })}`;
	for (let image = 0; image < images; image++) {
		chunk += `,\n${JSON.stringify(element(image, labelsPerImage))}`;
		if (chunk.length > 1 << 20 || image === images - 1) {
			if (image === images - 1) chunk += ']';
			bytes += writeSync(file, chunk);
			chunk = '';
		}
	}
	closeSync(file);
	return bytes;
}

/** Coordinates are whole numbers, as the server cuts them. */
function element(image: number, labelsPerImage: number) {
	const labels: Record<string, object[]> = {};
	for (let index = 0; index < labelsPerImage; index++) {
		const className = CLASSES[(image * 7 + index * 3) % CLASSES.length] ?? '';
		const [x, y] = [(image * 31 + index * 97) % 1500, (image * 17 + index * 53) % 800];
		(labels[className] ??= []).push({
			rectangle: [{ x, y, w: 20 + ((image + index * 13) % 400), h: 20 + ((image * 3 + index) % 260) }],
			classifications: { occluded: [index % 3 === 0 ? 'no' : null] },
			nested_geometries: {},
		});
	}
	return {
		internal_media_ID: `${image.toString(16).padStart(8, '0')}-5d2e-4f0b-9a51-6f1c2d3e4a5b`,
		external_media_ID: `camera_${String(image % 20).padStart(2, '0')}_frame_${String(image).padStart(7, '0')}.jpg`,
		labeler: `Labeler ${image % 12}`,
		status: 'completed',
		segmentations: [],
		global_classifications: { weather: ['sun'], daytime: [image % 5 === 0 ? null : 'day'] },
		labels,
	};
}

/** A file in chunks of the size in which HTTP bodies come, about. */
export function* chunksOf(path: string): Generator<Uint8Array, void, undefined> {
	const file = openSync(path, 'r');
	const size = 1 << 16;
	try {
		for (;;) {
			const chunk = Buffer.allocUnsafe(size);
			const length = readSync(file, chunk, 0, size, null);
			if (length === 0) return;
			yield chunk.subarray(0, length);
		}
	} finally {
		closeSync(file);
	}
}

export function sized(image: LabeledImage): LabeledImage {
	return { ...image, ...SIZE };
}
