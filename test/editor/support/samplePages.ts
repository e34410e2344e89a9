import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { flattenLabelConfig, type LabelConfigEntry } from '@datagym/labels/classes/labelClass';
import { readImageHeader } from '@datagym/labels/codecs/imageHeader';
import { readImportElement } from '@datagym/labels/datagym/import';
import type { LabeledImage } from '@datagym/labels/model';
import type { PreviewIssues, ShownIssue } from '@datagym/labels/preview/issues';
import { previewPage, type ShownImage } from '@datagym/labels/preview/page';
import { previewClasses } from '@datagym/labels/preview/previewClasses';
import { LabelCounts } from '@datagym/labels/preview/statistics';

const PHOTOS = join(__dirname, '..', '..', '..', 'examples', 'photos');
const STATUSES = ['completed', 'reviewed', 'completed', 'skipped'];
const PER_PAGE = 6;

/** A preview of the examples' photographs in pages of six, by the names of their files. Two have issues, one has no labels. */
export async function samplePages(): Promise<ReadonlyMap<string, string>> {
	const images = await readImages();
	const counts = new LabelCounts();
	for (const one of images) counts.add(one);
	const files = ['Photographs_preview.html', 'Photographs_preview_2.html'];
	const pages = new Map<string, string>();
	for (const [current, file] of files.entries()) {
		const page = previewPage(
			{
				title: 'Photographs',
				total: images.length,
				images,
				pages: { current, files, size: PER_PAGE },
				choice: 'first',
				classes: previewClasses(await readClasses(), counts.byClass),
				counts,
				byStatus: counts.byStatus,
				imageWidth: 480,
				issues: issuesOf(images),
			},
			withFiles(images.slice(current * PER_PAGE, (current + 1) * PER_PAGE)),
		);
		const pieces: string[] = [];
		for await (const piece of page) pieces.push(piece);
		pages.set(file, pieces.join(''));
	}
	return pages;
}

const readClasses = async () => flattenLabelConfig(await readJson<LabelConfigEntry[]>('label-config.json'));

async function readJson<Value>(name: string): Promise<Value> {
	return JSON.parse(await readFile(join(PHOTOS, name), 'utf8')) as Value;
}

async function readImages(): Promise<readonly LabeledImage[]> {
	const drawn = await readJson<Record<string, object>>('predictions.json');
	return Object.entries(drawn).map(([imageName, labels], index) => {
		const { image } = readImportElement({ external_media_ID: imageName, ...labels });
		const all = {
			...image,
			imageId: `photograph-${index}`,
			imageName,
			status: STATUSES[index % STATUSES.length] ?? '',
		};
		return imageName === 'dogs.jpg' ? { ...all, objects: [] } : all;
	});
}

function issuesOf(images: readonly LabeledImage[]): PreviewIssues {
	const find = (name: string) => images.find(({ imageName }) => imageName === name)!;
	const [astronaut, coffee, dogs] = [find('astronaut.jpg'), find('coffee.jpg'), find('dogs.jpg')];
	const found = new Map<string, ShownIssue[]>([
		[
			astronaut.imageId,
			[
				{
					kind: 'outside',
					text: 'This "Helmet" is cut off by the edge of the image. Check whether it is whole.',
					severity: 'low',
					labels: astronaut.objects.filter(({ className }) => className === 'helmet'),
				},
			],
		],
		[
			coffee.imageId,
			[
				{
					kind: 'classConflict',
					text: 'This "Cup" and a "Spoon" have the same shape: the two overlap by 87%. Delete one of them.',
					severity: 'high',
					labels: coffee.objects,
				},
				{
					kind: 'size',
					text: 'This "Spoon" is 6.2 times as large as usual. Check its class and its shape.',
					severity: 'medium',
					labels: coffee.objects.filter(({ className }) => className === 'spoon'),
				},
			],
		],
		[
			dogs.imageId,
			[{ kind: 'empty', text: 'It has no labels, but 9 of 10 images have some.', severity: 'medium', labels: [] }],
		],
	]);
	const kinds = [
		{ key: 'classConflict', name: 'Two Classes for One Shape', css: 'i0', count: 1 },
		{ key: 'empty', name: 'Images Without Labels', css: 'i1', count: 1 },
		{ key: 'outside', name: 'Outside the Image', css: 'i2', count: 1 },
		{ key: 'size', name: 'Too Large for the Class', css: 'i3', count: 1 },
	];
	return { kinds, byImageId: found, general: [] };
}

async function* withFiles(images: readonly LabeledImage[]): AsyncGenerator<ShownImage> {
	for (const image of images) {
		const bytes = await readFile(join(PHOTOS, image.imageName));
		const header = readImageHeader(bytes, true);
		if (header.verdict !== 'image') throw new Error(`${image.imageName} is not an image`);
		const { format, displayedWidth: width, displayedHeight: height, orientation } = header;
		yield {
			image,
			picture: {
				kind: 'picture',
				mimeType: `image/${format}`,
				base64: [bytes.toString('base64')],
				width,
				height,
				orientation,
			},
		};
	}
}
