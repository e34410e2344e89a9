import { type IBinaryData, type IDataObject, sleep } from 'n8n-workflow';
import { type Box, boundingBox, type Geometry, pixelsInside, stemOf } from '@datagym/labels';
import { type Picture, PictureError, type PixelMask, withPicture } from '@datagym/pixels';
import { InputError } from '@datagym/shared/errors';
import { safeFileName } from '@datagym/shared/fileName';
import type { LabelRow } from '@datagym/shared/labelRows';
import { imageBytes } from '../../imageBytes';
import { ProjectImageFiles } from '../../imageOrigins';
import type { Output } from '../../runner/operation';
import { withProgress } from '../../runner/progress';
import type { Run } from '../../runner/runContext';
import type { CropParameters } from './cropFields';
import type { RowsOfImage } from './perLabel';

/** Pixels around a point in each direction: it has no extent of its own. */
const AROUND_POINT = 32;

/**
 * An item for each row with the pixels of its label as a file. Each image is fetched once, a few at a time, and its crops go into
 * n8n's store one by one. What cannot be cropped keeps its item, whose `problem` says why.
 */
export async function withCrops(
	run: Run,
	projectId: string,
	crop: CropParameters,
	images: readonly RowsOfImage[],
): Promise<readonly Output[]> {
	const cropper = new Cropper(run, await ProjectImageFiles.of(run, projectId), crop);
	let count = 0;
	const cropped = async (image: RowsOfImage): Promise<readonly Output[]> => {
		if (run.isCanceled)
			throw new InputError(
				'The execution was canceled',
				`${count} of ${images.length} images had been cropped. Run the workflow again.`,
			);
		const outputs = await cropper.cropAll(image);
		count++;
		return outputs;
	};
	const work = Promise.all(images.map((image) => run.limit(cropped, image)));
	return (await withProgress(run.n8n, () => `cropped ${count} of ${images.length} images`, work)).flat();
}

class Cropper {
	constructor(
		private readonly run: Run,
		private readonly files: ProjectImageFiles,
		private readonly crop: CropParameters,
	) {}

	async cropAll(image: RowsOfImage): Promise<readonly Output[]> {
		const { imageId, rows } = image;
		if (rows.every(({ object }) => object === undefined)) return rows.map(({ record }) => ({ json: record }));
		const file = await imageBytes(this.files, imageId);
		if ('problem' in file) return rows.map((row) => withoutCrop(row, file.problem));
		return await withPicture(
			file.bytes,
			async (picture) => {
				const outputs: Output[] = [];
				for (const [index, row] of rows.entries()) outputs.push(await this.cropOne(picture, image, row, index + 1));
				return outputs;
			},
			async () => await sleep(0),
		).catch((error: unknown) => {
			const reason = reasonIn(error);
			return rows.map((row) => withoutCrop(row, reason));
		});
	}

	private async cropOne(picture: Picture, image: RowsOfImage, row: LabelRow, place: number): Promise<Output> {
		const geometry = row.object?.geometry;
		const box = geometry && cropBox(geometry);
		if (geometry === undefined || box === undefined) return { json: row.record };
		const mask = this.crop.isMasked ? maskOf(geometry, picture) : undefined;
		const cropped = await picture
			.crop(box, { ...this.crop.options, ...(mask && { mask }) })
			.catch((error: unknown) => reasonOutside(error));
		if (typeof cropped === 'string') return withoutCrop(row, cropped);
		const { bytes, mimeType } = cropped;
		const name = `${stemOf(image.imageName || image.imageId)}_${row.object?.className ?? ''}_${place}`;
		const binary = await this.store(bytes, `${name}.${mimeType === 'image/png' ? 'png' : 'jpg'}`, mimeType);
		return { json: row.record, binary: { [this.crop.binaryField]: binary } };
	}

	private async store(bytes: Uint8Array, name: string, mimeType: string): Promise<IBinaryData> {
		const { buffer, byteOffset, byteLength } = bytes;
		const content = Buffer.from(buffer, byteOffset, byteLength);
		return await this.run.n8n.helpers.prepareBinaryData(content, safeFileName(name, mimeType), mimeType);
	}
}

/** Only a box that is outside concerns one label alone. */
function reasonOutside(error: unknown): string {
	if (error instanceof PictureError && error.fault === 'outside') return reasonIn(error);
	throw error;
}

function reasonIn(error: unknown): string {
	if (error instanceof PictureError) return error.message;
	throw error;
}

/** The row says why it has no crop; one without a label needs none. */
function withoutCrop({ record, object }: LabelRow, reason: string): Output {
	if (object === undefined) return { json: record };
	const before = typeof record.problem === 'string' ? `${record.problem} ` : '';
	return { json: { ...record, problem: `${before}The crop is missing: ${reason}` } satisfies IDataObject };
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
