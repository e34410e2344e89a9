import fc from 'fast-check';
import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import type { DatasetFile } from '@datagym/labels/dataset/datasetFile';
import { type CoordinateFrame, datasetFiles, WRITABLE_FORMATS } from '@datagym/labels/formats/catalog';
import type { WritableFormat } from '@datagym/labels/formats/format';
import type { LabeledImage } from '@datagym/labels/model';
import { atOnce } from '@datagym/labels/steps/steps';
import { briefsOf, type ImageList, selected, taken } from '@datagym/labels/store/imageList';
import { ImageStore } from '@datagym/labels/store/imageStore';
import { FLEET_CLASSES, image } from '../build';
import { CLASSES, datasetImages, KINDS } from '../formats/datasets';

// What is promised: a store gives the images as they were added, and formats write them as they write an array.

const images = datasetImages({ kinds: Object.values(KINDS), answers: true, nesting: true, scores: true }).map((all) =>
	all.map((each, index): LabeledImage => ({ ...each, imageId: `id-${index}`, imageName: `image ${index}.jpg` })),
);

function stored(all: readonly LabeledImage[]): ImageStore {
	const store = new ImageStore();
	for (const each of all) store.append(each);
	return store;
}

test('images are read as often as one likes, as they were added', () => {
	fc.assert(
		fc.property(images, (all) => {
			const list = stored(all).images;
			expect(list.length).toBe(all.length);
			expect([...list]).toEqual(all);
			expect(JSON.stringify([...list].map(({ objects }) => objects))).toBe(
				JSON.stringify(all.map(({ objects }) => objects)),
			);
			const reversed = [...briefsOf(list)].reverse();
			expect([...taken(list, reversed)]).toEqual([...all].reverse());
			expect([...atOnce(selected(list, ({ objects }) => objects.length > 0))]).toEqual(
				all.filter(({ objects }) => objects.length > 0),
			);
		}),
	);
});

/** The files with their contents, of those of images their names, without the pictures that are fetched. */
async function written(format: WritableFormat, list: ImageList, frame: CoordinateFrame) {
	const report = new ConversionReport();
	const files: unknown[] = [];
	const pictures = async function* (count: number) {
		for (let index = 0; index < count; index++) yield await Promise.resolve(Uint8Array.of(0xff, 0xd8, index));
	};
	const contentOf = async (file: DatasetFile) => {
		if ('image' in file) return [file.image.imageId, file.image.orientation, file.image.part];
		if ('text' in file) return [[...file.text].join(''), file.labelsOf?.imageId];
		if ('bytes' in file) return [Buffer.from(file.bytes).toString('base64'), file.labelsOf?.imageId];
		const chunks: Uint8Array[] = [];
		for await (const chunk of file.pack(pictures(file.parts.length))) chunks.push(chunk);
		return [file.parts.map(({ madeOf }) => madeOf), Buffer.concat(chunks).toString('base64')];
	};
	const writing = {
		classes: CLASSES,
		labelClasses: FLEET_CLASSES,
		report,
		splitOf: ({ imageId }: { imageId: string }) => (imageId.endsWith('1') ? ('val' as const) : ('train' as const)),
		fileNameOf: ({ imageName }: { imageName: string }) => imageName,
		includesImages: true,
		classificationKey: 'weather',
		keypoints: ['lamp'],
		labelKey: 'weather',
		imagesPerShard: 2,
	};
	for (const file of datasetFiles(format, list, writing, frame)) files.push([file.path, ...(await contentOf(file))]);
	return { files, report: report.sorted() };
}

test.each(WRITABLE_FORMATS.map((format) => [format.key, format] as const))(
	'%s is written alike from an array and from a store',
	async (_, format) => {
		await fc.assert(
			fc.asyncProperty(images, fc.constantFrom('displayed', 'stored'), async (all, frame) => {
				const sized = all.map((each, index): LabeledImage => ({ ...each, orientation: 1 + (index % 8) }));
				expect(await written(format, stored(sized).images, frame)).toEqual(await written(format, sized, frame));
			}),
			{ numRuns: 5 },
		);
	},
);

describe('what is told later', () => {
	const all = ['a', 'b', 'c'].map((imageId) => image([], { imageId, imageName: `${imageId}.jpg` }));
	const facts = { width: 30, height: 20, orientation: 6, fileType: 'jpeg' as const };

	test('is of the image from then on, in all lists', () => {
		const store = stored(
			all.map(({ imageId, imageName }) => ({ imageId, imageName, objects: [], classifications: {} })),
		);
		const list = taken(store.images, [...briefsOf(store.images)].slice(1));
		store.learn('b', facts);
		expect([...list].map(({ imageId, width }) => [imageId, width])).toEqual([
			['b', 30],
			['c', undefined],
		]);
		expect([...briefsOf(list)].map(({ fileType }) => fileType)).toEqual(['jpeg', undefined]);
	});

	test('is each image’s own, also of many that are alike', () => {
		const many = Array.from({ length: 3000 }, (_, index) => image([], { imageId: `${index}`, imageName: 'a.jpg' }));
		const store = stored(many);
		const factsAt = (index: number) => ({ ...facts, width: index < 1500 ? index : 7, orientation: (index % 8) + 1 });
		for (const [index, { imageId }] of many.entries()) store.learn(imageId, factsAt(index));
		expect([...briefsOf(store.images)]).toMatchObject(many.map((_, index) => factsAt(index)));
		store.learn('2000', { ...facts, width: 9 });
		expect([...store.images].map(({ width }) => width).filter((width) => width === 9)).toHaveLength(2);
	});

	test('can be that an image is left out, while the images are gone through, too', () => {
		const store = stored(all);
		const list = store.images;
		const seen: string[] = [];
		for (const { imageId } of briefsOf(list)) {
			seen.push(imageId);
			if (imageId === 'a') store.leaveOut('b');
		}
		expect(seen).toEqual(['a', 'c']);
		expect(list.length).toBe(2);
		expect([...list].map(({ imageId }) => imageId)).toEqual(['a', 'c']);
	});
});

test('images are sorted by name, then by ID', () => {
	const named = [
		['b.jpg', '2'],
		['a.jpg', '9'],
		['b.jpg', '1'],
		['B.jpg', '5'],
	].map(([imageName = '', imageId = '']) => image([], { imageName, imageId }));
	const list = atOnce(stored(named).imagesByName());
	expect([...list].map(({ imageId }) => imageId)).toEqual(['5', '9', '1', '2']);
});

test('an image of any length is kept beside short ones', () => {
	const long = image([], {
		imageId: 'long',
		classifications: { note: { values: ['ü'.repeat(1_500_000)], children: {} } },
	});
	const all = [image([], { imageId: 'first' }), long, image([], { imageId: 'last' })];
	expect([...stored(all).images]).toEqual(all);
});
