/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INodeParameters } from 'n8n-workflow';
import type { Conversion } from '@datagym/labels/dataset/conversionReport';
import { READABLE_FORMATS, WRITABLE_FORMATS } from '@datagym/labels/formats/catalog';
import type { Writes } from '@datagym/labels/formats/format';
import { byId, jsonOf, openHarness, outputOf, type Harness } from '../../support/datagym';
import { jpeg } from '../../support/images';
import { differences, type Losses, stepOf } from './roundTripDifferences';
import { CLASSES, draw, scenes, SIZE } from './roundTripScene';

/** Issue 17: each archive that Export: Create Training Dataset writes arrives with the same labels on the same pixels. */

const SCENES = scenes(6);
const NAMES = SCENES.map((_, index) => `image ${index}.jpg`);

let harness: Harness;
let source: string;
let pixels: Buffer[];

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	const { project, dataset } = harness.server.seed.project({ name: 'Source', datasetName: 'Images', classes: CLASSES });
	source = project.id;
	pixels = await Promise.all(NAMES.map((_, index) => jpeg({ ...SIZE, color: { r: index * 20, g: 0, b: 0 } })));
	const items = await Promise.all(NAMES.map((name, index) => harness.itemWithFile(pixels[index]!, name)));
	jsonOf(await harness.run('image', 'upload', { datasetId: byId(dataset!.id) }, { items }));
	for (const [index, task] of tasksOf(source).entries()) {
		draw(harness.server.store, task!, SCENES[index]!);
		harness.server.seed.move(task!, 'COMPLETED');
	}
});
afterAll(async () => await harness.close());

/** In the order of the names. */
const tasksOf = (projectId: string) =>
	NAMES.map((name) =>
		[...harness.server.store.tasks.values()].find(
			({ project, medium }) => project.id === projectId && medium.name === name,
		),
	);

/** Images of crops are others than those of the project (datasetImportCrops.test.ts); lines for OpenAI name no image (docs/importing-datasets.md). */
const OTHERWISE = ['cropsByClass', 'openAiJsonl'];

const FORMATS = WRITABLE_FORMATS.filter(({ key }) => !OTHERWISE.includes(key)).map((format) => ({
	...format,
	readAs: format.reads === undefined ? format.writes.readAs : format.key,
}));

const WRITING: Readonly<Record<Writes['parameters'][number], INodeParameters>> = {
	classificationKey: { classificationKey: 'weather' },
	keypoints: { keypoints: 'nose' },
	cropMargin: {},
	minimumCropSize: {},
	labelKey: {},
	imagesPerShard: {},
};

function lossesOf(key: string, writes: Writes, report: readonly Conversion[]): Losses {
	const skipped = report
		.filter(({ reason }) => reason === 'geometry-type' || reason === 'without-keypoints')
		.map(({ className }) => className ?? '');
	return {
		reasons: new Set(writes.conversions),
		skipped: new Set(skipped),
		isOfImages: key === 'yoloClassify',
		step: stepOf(key),
	};
}

let targets = 0;

describe.each(FORMATS)('What Export: Create Training Dataset writes as $key', ({ key, writes, readAs }) => {
	test('arrives with the same labels on the same pixels', async () => {
		const created = await harness.run('export', 'createDataset', {
			projectId: byId(source),
			format: key,
			source: 'tasks',
			options: { includeImages: true },
			...Object.assign({}, ...writes.parameters.map((parameter) => WRITING[parameter])),
		});
		const [archive] = outputOf(created);
		const { project } = harness.server.seed.project({ name: `Target ${++targets}`, classes: CLASSES });
		const parameters = { projectId: byId(project.id), datasetName: `Arrived ${targets}` };
		const run = await harness.run('dataset', 'import', parameters, { items: [archive!] });
		const items = jsonOf(run);
		expect(items.map(({ status, error }) => [status, error])).toEqual(
			items.map(() => [expect.stringMatching(/^(imported|noLabels)$/), undefined]),
		);
		// An image whose class nobody has chosen is in none of the folders.
		const arrived = SCENES.map(({ weather }) => key !== 'yoloClassify' || weather !== undefined);
		expect(items).toHaveLength(arrived.filter(Boolean).length);
		const [name] = READABLE_FORMATS.filter((format) => format.key === readAs).map((format) => format.name);
		expect(new Set(items.flatMap(({ format }) => format ?? []))).toEqual(new Set([name]));
		const tasks = tasksOf(project.id);
		for (const [index, task] of tasks.entries())
			if (task !== undefined) expect(await harness.server.store.bytes.get(task.medium.id)).toEqual(pixels[index]);
		const losses = lossesOf(key, writes, archive!.json.conversionReport as unknown as Conversion[]);
		const found = tasks.flatMap((task, index) =>
			arrived[index]! ? differences(task!, SCENES[index]!, losses) : task === undefined ? [] : ['too many'],
		);
		expect(found).toEqual([]);
	});
});
