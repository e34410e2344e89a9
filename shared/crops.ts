import { type IBinaryData, type INodeExecutionData } from 'n8n-workflow';
import {
	type Box,
	boundingBox,
	type Geometry,
	type LabeledImage,
	type LabelObject,
	pixelsInside,
	stemOf,
} from '@datagym/labels';
import { type CropOptions, type Picture, PictureError, type PixelMask, withPicture } from '@datagym/pixels';
import { safeFileName } from './fileName';
import type { LabelRow } from './labelRows';
import { giveWay } from './turns';

export interface CropParameters {
	readonly binaryField: string;
	readonly options: CropOptions;
	/** Whether what lies around a polygon or segmentation is painted over. */
	readonly isMasked: boolean;
}

/** The crop of a label in n8n's store, or why there is none, as a sentence. */
type CroppedLabel = { readonly file: IBinaryData } | { readonly problem: string };

export type Crops = ReadonlyMap<LabelObject, CroppedLabel>;

export type StoreCrop = (content: Buffer, fileName: string, mimeType: string) => Promise<IBinaryData>;

/** Pixels around a point in each direction: it has no extent of its own. */
const AROUND_POINT = 32;

/**
 * The crops of an image's labels. The image is decoded once, and each crop is stored before the next one is made. What cannot be
 * cropped has a problem.
 *
 * @param bytes the file of the image.
 */
export async function cropLabels(
	bytes: Uint8Array,
	image: Pick<LabeledImage, 'imageId' | 'imageName'>,
	objects: readonly LabelObject[],
	crop: CropParameters,
	store: StoreCrop,
): Promise<Crops> {
	const crops = new Map<LabelObject, CroppedLabel>();
	const stem = stemOf(image.imageName || image.imageId);
	const cropAll = async (picture: Picture) => {
		for (const [index, object] of objects.entries())
			crops.set(object, await cropOne(picture, object, crop, `${stem}_${object.className}_${index + 1}`, store));
	};
	return await withPicture(bytes, cropAll, giveWay).then(
		() => crops,
		(error: unknown) => withoutCrops(objects, problemIn(error).problem),
	);
}

/** Labels of an image that cannot be had. */
export function withoutCrops(objects: readonly LabelObject[], problem: string): Crops {
	return new Map(objects.map((object) => [object, { problem }]));
}

async function cropOne(
	picture: Picture,
	{ geometry }: LabelObject,
	{ options, isMasked }: CropParameters,
	name: string,
	store: StoreCrop,
): Promise<CroppedLabel> {
	const box = cropBox(geometry);
	if (box === undefined) return { problem: 'The label has no points.' };
	const mask = isMasked ? maskOf(geometry, picture) : undefined;
	const cropped = await picture.crop(box, { ...options, ...(mask && { mask }) }).catch(problemIn);
	if ('problem' in cropped) return cropped;
	const { bytes, mimeType } = cropped;
	const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
	const fileName = safeFileName(`${name}.${mimeType === 'image/png' ? 'png' : 'jpg'}`, mimeType);
	return { file: await store(content, fileName, mimeType) };
}

/** A label outside of the image, or too large a crop for its format, keeps no other label from its crop. */
function problemIn(error: unknown): { readonly problem: string } {
	if (error instanceof PictureError) return { problem: error.message };
	throw error;
}

function cropBox(geometry: Geometry): Box | undefined {
	if (geometry.type !== 'point') return boundingBox(geometry);
	const side = 2 * AROUND_POINT;
	return { x: geometry.x - AROUND_POINT, y: geometry.y - AROUND_POINT, width: side, height: side };
}

/** The pixels of a shape that has an inside other than its box, as far as they are in the image. */
function maskOf(geometry: Geometry, picture: Picture): PixelMask | undefined {
	const box = boundingBox(geometry);
	if (box === undefined || (geometry.type !== 'polygon' && geometry.type !== 'segmentation')) return undefined;
	const x = Math.max(0, Math.floor(box.x));
	const y = Math.max(0, Math.floor(box.y));
	const width = Math.min(picture.width, Math.ceil(box.x + box.width)) - x;
	const height = Math.min(picture.height, Math.ceil(box.y + box.height)) - y;
	if (width <= 0 || height <= 0) return undefined;
	const regions = geometry.type === 'polygon' ? [[geometry.points]] : geometry.regions;
	return { x, y, width, height, inside: pixelsInside(regions, { x, y, width, height }) };
}

/** An item for a row, with the crop of its label; without it, the row says why. */
export function itemWithCrop({ record, object }: LabelRow, crops: Crops, binaryField: string): INodeExecutionData {
	const cropped = object && crops.get(object);
	if (cropped === undefined) return { json: record };
	if ('file' in cropped) return { json: record, binary: { [binaryField]: cropped.file } };
	const before = typeof record.problem === 'string' ? `${record.problem} ` : '';
	return { json: { ...record, problem: `${before}The crop is missing: ${cropped.problem}` } };
}
