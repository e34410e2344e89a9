/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { ConversionReport } from '@datagym/labels/dataset/conversionReport';
import { fileNamesOf, stemOf } from '@datagym/labels/dataset/fileNames';
import { jsonOf } from '../../support/datagym';
import { PredictionHarness } from './predictionHarness';

let harness: PredictionHarness;

beforeAll(async () => {
	harness = await PredictionHarness.open();
});
afterAll(async () => await harness.datagym.close());

// A model that was trained on a dataset calls the images as their files there are called.
describe('predictions for the images of a training dataset', () => {
	const NAMES = [
		'photo',
		'photo.v2',
		'street/a.jpg',
		'b.jpg',
		'B.png',
		'con.jpg',
		'e\u0301.jpg',
		'web.webp',
		'plain.jpg',
	];

	const exported = (images: readonly { imageId: string; imageName: string }[]) =>
		fileNamesOf(
			images.map((image) => ({ ...image, fileType: 'jpeg' as const })),
			new ConversionReport(),
		);

	const detect = async (projectId: string, imageReference: string) =>
		await harness.import(projectId, 'huggingFace', {
			imageReference,
			predictions: JSON.stringify([{ label: 'car', score: 0.9, box: { xmin: 1, ymin: 2, xmax: 30, ymax: 40 } }]),
		});

	test('find each image by the name of its file', async () => {
		const { projectId, images } = harness.newProject(...NAMES);
		const files = exported(images);
		expect([...files.values()]).toContain('photo.v2.jpg');
		const predictions = {
			images: images.map(({ imageId }, id) => ({ id, file_name: files.get(imageId), width: 640, height: 480 })),
			annotations: images.map((_, id) => ({ id, image_id: id, category_id: 1, bbox: [10, 10, 20, 20] })),
			categories: [{ id: 1, name: 'car' }],
		};
		const run = await harness.import(projectId, 'coco', { predictions: JSON.stringify(predictions) });
		expect(jsonOf(run).map(({ imageId, status }) => [imageId, status])).toEqual(
			images.map(({ imageId }) => [imageId, 'imported']),
		);
	});

	test('find each image by the name of its label file', async () => {
		const { projectId, images } = harness.newProject(...NAMES);
		const files = exported(images);
		for (const { imageId } of images) {
			const run = await detect(projectId, `${stemOf(files.get(imageId)!)}.txt`);
			expect(jsonOf(run)).toMatchObject([{ imageId, status: 'imported' }]);
		}
	});

	test('do not guess between two images', async () => {
		const { projectId } = harness.newProject('street/a.jpg', 'street:a.jpg');
		const run = await detect(projectId, 'street_a.jpg');
		expect(run.error?.message).toBe('2 images of this project are named "street_a.jpg"');
	});
});
