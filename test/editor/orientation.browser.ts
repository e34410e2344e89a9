import sharp from 'sharp';
import { previewPage } from '@datagym/labels/preview/page';
import { previewClasses } from '@datagym/labels/preview/previewClasses';
import { LabelCounts } from '@datagym/labels/preview/statistics';
import type { LabelClass, LabeledImage } from '@datagym/labels/model';
import type { Page } from 'playwright-core';
import { readImageHeader } from '@datagym/labels/codecs/imageHeader';
import { EXIF_FILES, WRONG_CHECKSUM } from '../labels/codecs/exifFiles';
import { displayedSize, ORIENTATIONS, paintedPhotograph, SAVED_BOXES } from '../support/paintedPhotographs';
import { inPage } from './support/browser';

/** An `<img>` in the browser, as far as it is asked. */
interface ImageElement {
	decode(): Promise<void>;
	naturalWidth: number;
	naturalHeight: number;
}

/**
 * What DataGym's editor would save for a box around the red block: it draws over a plain `<img>` and scales by its natural size
 * (docs/contract.md#coordinates). The block is looked for in what the browser paints of the image.
 */
async function seenInBrowser(page: Page, uri: string) {
	await page.setContent(`<body style="margin:0"><img src="${uri}" style="display:block"></body>`);
	const image = page.locator('img');
	const size = await image.evaluate(async (element) => {
		const shown = element as unknown as ImageElement;
		await shown.decode();
		return { width: shown.naturalWidth, height: shown.naturalHeight };
	});
	const red = await redPixels(await image.screenshot());
	const [left, top] = [Math.min(...red.map(([x]) => x)), Math.min(...red.map(([, y]) => y))];
	const [right, bottom] = [Math.max(...red.map(([x]) => x)), Math.max(...red.map(([, y]) => y))];
	return { size, block: [left, top, right - left + 1, bottom - top + 1] };
}

async function redPixels(screenshot: Buffer): Promise<[x: number, y: number][]> {
	const { data, info } = await sharp(screenshot).removeAlpha().raw().toBuffer({ resolveWithObject: true });
	const red: [number, number][] = [];
	for (let index = 0; index < data.length; index += 3) {
		if ((data[index] ?? 0) > 150 && (data[index + 1] ?? 255) < 90)
			red.push([(index / 3) % info.width, Math.floor(index / 3 / info.width)]);
	}
	return red;
}

const uriOf = (bytes: Buffer) => `data:image/${bytes[0] === 0x89 ? 'png' : 'jpeg'};base64,${bytes.toString('base64')}`;

inPage('an <img> shows photographs as the contract has it, which all tests of the frame rely on', async (page) => {
	for (const type of ['jpeg', 'png'] as const) {
		for (const orientation of ORIENTATIONS) {
			const seen = await seenInBrowser(page, uriOf(await paintedPhotograph(type, orientation)));
			expect(seen).toEqual({ size: displayedSize(orientation), block: SAVED_BOXES[orientation] });
		}
	}
});

inPage('an <img> applies the orientations that the image header tells, and no other', async (page) => {
	for (const { name, bytes, shown } of [...EXIF_FILES, { name: 'wrong checksum', bytes: WRONG_CHECKSUM, shown: 1 }]) {
		const { size } = await seenInBrowser(page, uriOf(bytes));
		expect({ name, size }).toEqual({ name, size: shown === 6 ? { width: 3, height: 4 } : { width: 4, height: 3 } });
		expect(readImageHeader(bytes, true)).toMatchObject({ displayedWidth: size.width, displayedHeight: size.height });
	}
});

const CAR: LabelClass = { key: 'car', name: 'Car', type: 'rectangle', number: 0, parents: [] };

async function previewOf(files: readonly { bytes: Buffer; image: LabeledImage }[]): Promise<string> {
	const counts = new LabelCounts();
	for (const { image } of files) counts.add(image);
	const shown = async function* () {
		for (const { bytes, image } of files) {
			const header = readImageHeader(bytes, true);
			if (header.verdict !== 'image') throw new Error(header.verdict);
			const { displayedWidth: width, displayedHeight: height, orientation } = header;
			const mimeType = header.format === 'png' ? ('image/png' as const) : ('image/jpeg' as const);
			const base64 = [bytes.toString('base64')];
			yield { image, picture: { kind: 'picture' as const, mimeType, base64, width, height, orientation } };
		}
	};
	const preview = {
		title: 'Photographs',
		total: files.length,
		images: files.map(({ image }) => image),
		choice: 'first' as const,
		classes: previewClasses([CAR], counts.byClass),
		counts,
		byStatus: counts.byStatus,
		imageWidth: 320,
	};
	const pieces: string[] = [];
	for await (const piece of previewPage(preview, shown())) pieces.push(piece);
	return pieces.join('');
}

inPage('the preview draws each label on the block that it was drawn on', async (page) => {
	const files = await Promise.all(
		(['jpeg', 'png'] as const).flatMap((type) =>
			ORIENTATIONS.map(async (orientation) => {
				const [x, y, width, height] = SAVED_BOXES[orientation];
				const car = {
					className: 'car',
					geometry: { type: 'rectangle' as const, x, y, width, height },
					classifications: {},
					children: [],
				};
				const image = { imageId: `${type} ${orientation}`, imageName: `${type} ${orientation}`, objects: [car] };
				return { bytes: await paintedPhotograph(type, orientation), image: { ...image, classifications: {} } };
			}),
		),
	);
	await page.setContent(await previewOf(files));
	for (const picture of await page.locator('.picture').all()) {
		await picture.scrollIntoViewIfNeeded();
		const around = (await picture.boundingBox())!;
		const label = (await picture.locator('.rectangle .edge path').boundingBox())!;
		await page.addStyleTag({ content: '.labels,.tags{visibility:hidden}nav{display:none!important}' });
		const after = (await picture.boundingBox())!;
		const [left, top] = [label.x - around.x, label.y - around.y];
		const isIn = ([column, row]: [number, number]) =>
			column > left - 3 && row > top - 3 && column < left + label.width + 3 && row < top + label.height + 3;
		const red = await redPixels(await picture.screenshot());
		const inside = red.filter(isIn).length;
		expect(red.length - inside).toBe(0);
		expect(inside).toBeGreaterThan(0.9 * label.width * label.height);
		expect(after.width).toBe(around.width);
	}
});
