/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import type { Conversion } from '@datagym/labels/dataset/conversionReport';
import { READABLE_FORMATS, WRITABLE_FORMATS } from '@datagym/labels/formats/catalog';
import type { Writes } from '@datagym/labels/formats/format';
import { joinUnchecked } from '../../emulator/store/projects';
import { byId, jsonOf, openHarness, outputOf, type Harness } from '../../support/datagym';
import { jpeg } from '../../support/images';
import { chain, manualTrigger, node } from '../../support/workflow';
import { differences, type Losses, stepOf } from './roundTripDifferences';
import { CLASSES, draw, scenes, SIZE } from './roundTripScene';

/**
 * Docs/formats.md: what a format can hold comes back. Export: Create Training Dataset writes what people have drawn, n8n hands the files
 * over as it does, and Prediction: Import puts the labels into another project with the same images. The formats are those of the index.
 */

const SCENES = scenes(6);
const NAMES = SCENES.map((_, index) => `image ${index}.jpg`);

let harness: Harness;
let source: string;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	const { project, dataset } = harness.server.seed.project({ name: 'Source', datasetName: 'Images', classes: CLASSES });
	source = project.id;
	const items = await Promise.all(
		NAMES.map(async (name, index) =>
			harness.itemWithFile(await jpeg({ ...SIZE, color: { r: index * 20, g: 0, b: 0 } }), name),
		),
	);
	jsonOf(await harness.run('image', 'upload', { datasetId: byId(dataset!.id) }, { items }));
	for (const [index, task] of tasksOf(source).entries()) {
		draw(harness.server.store, task, SCENES[index]!);
		harness.server.seed.move(task, 'COMPLETED');
	}
});
afterAll(async () => await harness.close());

/** In the order of the names. */
const tasksOf = (projectId: string) =>
	NAMES.map(
		(name) =>
			[...harness.server.store.tasks.values()].find(
				({ project, medium }) => project.id === projectId && medium.name === name,
			)!,
	);

let targets = 0;

/** Another project with the same images and classes. */
function newTarget(): string {
	const { server } = harness;
	const { project } = server.seed.project({ name: `Target ${++targets}`, classes: CLASSES });
	const [dataset] = tasksOf(source)[0]!.project.datasets;
	joinUnchecked(server.store, project, dataset!);
	return project.id;
}

/** n8n does not unpack tar files; crops are images of their own, and lines of OpenAI do not name theirs. */
const NOT_READ = ['webDataset', 'cropsByClass', 'openAiJsonl'];

const FORMATS = WRITABLE_FORMATS.filter(({ key }) => !NOT_READ.includes(key)).map((format) => ({
	...format,
	readAs: format.reads === undefined ? format.writes.readAs : format.key,
}));

/** What a format needs to be written. */
const WRITING: Readonly<Record<keyof WritingFields, INodeParameters>> = {
	classificationKey: { classificationKey: 'weather' },
	keypoints: { keypoints: 'nose' },
	cropMargin: {},
	minimumCropSize: {},
	labelKey: {},
	imagesPerShard: {},
};
type WritingFields = Readonly<Record<Writes['parameters'][number], unknown>>;

const writing = (format: string, { parameters }: Writes, more: INodeParameters = {}): INodeParameters => ({
	projectId: byId(source),
	format,
	source: 'tasks',
	...Object.assign({}, ...parameters.map((parameter) => WRITING[parameter])),
	...more,
});

function lossesOf(key: string, writes: Writes, report: readonly Conversion[]): Losses {
	expect(writes.conversions).toEqual(expect.arrayContaining(report.map(({ reason }) => reason)));
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

function expectLabels(target: string, losses: Losses): void {
	const found = tasksOf(target).flatMap((task, index) =>
		differences(task, SCENES[index]!, losses).map((difference) => `${NAMES[index]}: ${difference}`),
	);
	expect(found).toEqual([]);
}

describe.each(FORMATS)('What Export: Create Training Dataset writes as $key', ({ key, writes, readAs }) => {
	test('has a format that reads it', () => {
		expect(READABLE_FORMATS.map((format) => format.key)).toContain(readAs);
	});

	test('comes back as an archive that n8n unpacks, with nothing but the project chosen', async () => {
		const target = newTarget();
		const nodes = [
			node('Create', 'n8n-nodes-datagym.dataGym', {
				resource: 'export',
				operation: 'createDataset',
				...writing(key, writes),
			}),
			node(
				'Unpack',
				'n8n-nodes-base.compression',
				{ operation: 'decompress', binaryPropertyName: 'data' },
				{ typeVersion: 1.1 },
			),
			node('DataGym', 'n8n-nodes-datagym.dataGym', {
				resource: 'prediction',
				operation: 'import',
				projectId: byId(target),
				predictionsFrom: 'file',
				binaryPropertyName: '*',
			}),
		];
		const run = await harness.engine.runWorkflow(chain(manualTrigger, ...nodes), { credentials: [harness.credential] });
		const items = jsonOf(run);
		expect(items.map(({ status }) => status)).toEqual(items.map(() => 'imported'));
		const [name] = READABLE_FORMATS.filter((format) => format.key === readAs).map((format) => format.name);
		// An empty label file of YOLO has no format that could be seen.
		expect(new Set(items.flatMap(({ format }) => format ?? []))).toEqual(new Set([name]));
		const report = run.itemsOf('Create')[0]?.json.conversionReport as unknown as Conversion[];
		expectLabels(target, lossesOf(key, writes, report));
	});

	test('comes back as an item for each file, with the format chosen', async () => {
		const target = newTarget();
		const run = await harness.run('export', 'createDataset', writing(key, writes, { output: 'files' }));
		const all = outputOf(run);
		const isOfImages = READABLE_FORMATS.some(({ key: known, reads }) => known === readAs && reads.readsPaths === true);
		const items: INodeExecutionData[] = all.filter(({ json }) =>
			isOfImages ? isPhotograph(json.path) : isLabelFile(json.path),
		);
		const imported = await harness.run(
			'prediction',
			'import',
			{
				projectId: byId(target),
				format: readAs ?? '',
				predictionsFrom: 'file',
				options: { imageWidth: SIZE.width, imageHeight: SIZE.height },
			},
			{ items: items.map(({ json, binary }) => ({ json, binary: binary! })) },
		);
		expect(jsonOf(imported).length).toBeGreaterThan(0);
		const report = all.find(({ json }) => json.conversionReport !== undefined)!.json
			.conversionReport as unknown as Conversion[];
		expectLabels(target, lossesOf(key, writes, report));
	});
});

const isPhotograph = (path: unknown) => typeof path === 'string' && path.endsWith('.jpg');

/** Without lists of classes and images, settings and reports. */
const isLabelFile = (path: unknown) =>
	typeof path === 'string' &&
	!isPhotograph(path) &&
	!/(^|\/)(data\.yaml|classes\.txt|labelmap\.txt|label_config\.xml|(train|val|trainval|test)\.txt|dataset_report\.json)$/.test(
		path,
	);
