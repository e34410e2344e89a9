/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { zipSync } from 'fflate';
import { valuesOf } from '../../emulator/store/values';
import { byId, jsonOf, openHarness, type Harness } from '../../support/datagym';
import { jpeg } from '../../support/images';

/**
 * Issue 17: a dataset that each tool has written itself arrives. The samples are of one image of 640 × 480 pixels with a car whose left
 * top corner is at 100.5, 50.25 (test/readers/fixtures/README.md); they lie where the tool puts them, beside the image where it puts that.
 */

const FIXTURES = join(__dirname, '..', '..', 'readers', 'fixtures');
const NAMES = { 'data.yaml': 'names:\n  0: car\n  1: person\n' };

let harness: Harness;
beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterAll(async () => await harness.close());

const CASES: ReadonlyArray<readonly [string, string, string, Record<string, string>]> = [
	['coco.datumaro-1.13.12.json', 'annotations/instances_default.json', 'images/default/street 1.jpg', {}],
	['coco.globox-2.9.0.json', 'coco.json', 'street 1.jpg', {}],
	['coco.label-studio-sdk-2.1.2.json', 'result.json', 'images/0c9eee72__street 1.jpg', {}],
	['coco.supervision-0.31.2.json', 'annotations.json', 'images/street 1.jpg', {}],
	['createml.supervision-0.31.2.json', 'train/annotations.json', 'train/street 1.jpg', {}],
	['cvat.datumaro-1.13.12.xml', 'default.xml', 'images/street 1.jpg', {}],
	['cvat.globox-2.9.0.xml', 'annotations.xml', 'street 1.jpg', {}],
	['label-studio.label-studio-sdk-2.1.2.json', 'tasks.json', 'upload/street 1.jpg', {}],
	['labelme.globox-2.9.0.json', 'street 1.json', 'street 1.jpg', {}],
	['labelme.labelme-6.3.1.json', 'labels/street 1.json', 'images/street 1.jpg', {}],
	['labelme.supervision-0.31.2.json', 'labels/street 1.json', 'images/street 1.jpg', {}],
	['pascal-voc.datumaro-1.13.12.xml', 'Annotations/street 1.xml', 'JPEGImages/street 1.jpg', {}],
	['pascal-voc.globox-2.9.0.xml', 'street 1.xml', 'street 1.jpg', {}],
	['pascal-voc.supervision-0.31.2.xml', 'annotations/street 1.xml', 'images/street 1.jpg', {}],
	['metadata-rows.datasets-5.2.0.jsonl', 'train/metadata.jsonl', 'train/street 1.jpg', {}],
	['metadata-rows.datasets-5.2.0.parquet', 'train/metadata.parquet', 'train/street 1.jpg', {}],
	['yolo.datumaro-1.13.12.txt', 'labels/train/street 1.txt', 'images/train/street 1.jpg', NAMES],
	['yolo.supervision-0.31.2.txt', 'labels/street 1.txt', 'images/street 1.jpg', NAMES],
];

test.each(CASES)('%s arrives', async (fixture, place, image, beside) => {
	const { id } = harness.server.seed.project({ name: 'Tool', classes: [] }).project;
	const files = {
		[place]: new Uint8Array(await readFile(join(FIXTURES, fixture))),
		[image]: new Uint8Array(await jpeg({ width: 640, height: 480 })),
		...Object.fromEntries(Object.entries(beside).map(([name, text]) => [name, new TextEncoder().encode(text)])),
	};
	const items = [await harness.itemWithFile(Buffer.from(zipSync(files, { level: 6 })), 'tool.zip', 'application/zip')];
	const parameters = { projectId: byId(id), datasetName: `Tool ${id.slice(0, 8)}` };
	expect(jsonOf(await harness.run('dataset', 'import', parameters, { items }))).toEqual([
		expect.objectContaining({ status: 'imported', path: image }),
	]);
	const task = [...harness.server.store.tasks.values()].find(({ project }) => project.id === id);
	const corners = valuesOf(task!).map(({ entry, content }) => {
		const points = content.type === 'RECTANGLE' ? [content] : content.type === 'POLYGON' ? content.points : [];
		return [entry.key, Math.min(...points.map(({ x }) => x ?? NaN)), Math.min(...points.map(({ y }) => y ?? NaN))];
	});
	expect(corners).toContainEqual(['car', expect.closeTo(100.5, -0.5), expect.closeTo(50.25, -0.5)]);
});
