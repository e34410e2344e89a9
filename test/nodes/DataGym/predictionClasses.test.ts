/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { IDataObject, INode } from 'n8n-workflow';
import { byId, jsonOf } from '../../support/datagym';
import { PredictionHarness } from './predictionHarness';

let lab: PredictionHarness;

beforeAll(async () => {
	lab = await PredictionHarness.open();
});
afterAll(async () => {
	await lab.close();
});

const found = (label: string, x = 10): IDataObject => ({
	label,
	score: 0.9,
	box: { xmin: x, ymin: 20, xmax: x + 30, ymax: 60 },
});

const importAll = async (
	projectId: string,
	answers: Record<string, IDataObject[]>,
	options: IDataObject = {},
	settings: Partial<INode> = {},
) =>
	await lab.import(
		projectId,
		'huggingFace',
		{ predictions: '={{ $json.answer }}', options },
		Object.entries(answers).map(([imageName, answer]) => ({ json: { imageName, answer } })),
		settings,
	);

describe('classes that the project lacks', () => {
	test('are excluded and counted', async () => {
		const { projectId, images } = lab.newProject('a.jpg', 'b.jpg');
		const run = await importAll(projectId, {
			'a.jpg': [found('car'), found('bench'), found('bench', 50), found('toaster')],
			'b.jpg': [found('bench')],
		});
		expect(jsonOf(run)).toMatchObject([
			{ imageName: 'a.jpg', status: 'imported', labelCount: 1, skippedCount: 3 },
			{ imageName: 'b.jpg', status: 'imported', labelCount: 0, skippedCount: 1 },
		]);
		expect(jsonOf(run)[0]!.conversionReport).toMatchObject([
			{ reason: 'not-in-project', className: 'bench', count: 2 },
			{ reason: 'not-in-project', className: 'toaster', count: 1 },
		]);
		expect(await lab.storedLabels(images[0]!.taskId)).toEqual(['car 10 20 30 40']);
	});

	test('are an error where no image has a class of the project, since then the names do not fit', async () => {
		const { projectId } = lab.newProject('a.jpg', 'b.jpg');
		const before = lab.importCount;
		const { error } = await importAll(projectId, { 'a.jpg': [found('auto')], 'b.jpg': [found('persona')] });
		expect(error?.message).toContain('The project has no class "auto"');
		expect(error?.description).toContain('The project has: car, lane, person, road.');
		expect(lab.importCount).toBe(before);
	});

	test('leave an image empty if the user chose to exclude them', async () => {
		const { projectId } = lab.newProject('a.jpg');
		const run = await importAll(projectId, { 'a.jpg': [found('bench')] }, { unknownClasses: 'exclude' });
		expect(jsonOf(run)).toMatchObject([{ status: 'imported', labelCount: 0, skippedCount: 1 }]);
	});

	test('fail their image if the user wants that', async () => {
		const { projectId, images } = lab.newProject('a.jpg', 'b.jpg');
		const answers = { 'a.jpg': [found('car'), found('bench')], 'b.jpg': [found('car')] };
		const run = await importAll(projectId, answers, { unknownClasses: 'fail' }, { onError: 'continueRegularOutput' });
		expect(jsonOf(run)).toMatchObject([
			{ error: expect.stringContaining('no class "bench"') },
			{ imageName: 'b.jpg', labelCount: 1 },
		]);
		expect(await lab.storedLabels(images[0]!.taskId)).toEqual([]);
	});

	test('that the user mapped to are a mistake in any case', async () => {
		const { projectId } = lab.newProject('a.jpg');
		const options = { classMapping: '{"automobile": "auto"}' };
		const { error } = await importAll(projectId, { 'a.jpg': [found('car'), found('automobile')] }, options);
		expect(error?.message).toContain('"auto" (mapped from automobile)');
	});
});

describe('classes that are to be added', () => {
	function emptyProject(...names: string[]) {
		const name = `Empty ${names.join()} ${Math.random()}`;
		const { seed } = lab.datagym.server;
		const { project, dataset } = seed.project({ name, datasetName: name });
		const tasks = seed.tasks(project, dataset!, { count: names.length, name: (index) => names[index]! });
		return { project, projectId: project.id, tasks };
	}
	const keysOf = ({ project }: ReturnType<typeof emptyProject>) =>
		project.configuration.roots.map(({ key, type }) => `${key} ${type}`).sort();

	test('are created in a project without classes, once for all images', async () => {
		const project = emptyProject('a.jpg', 'b.jpg');
		const answers = { 'a.jpg': [found('Car'), found('bench')], 'b.jpg': [found('car')] };
		const run = await importAll(project.projectId, answers, { unknownClasses: 'add' });
		expect(jsonOf(run).map(({ labelCount }) => labelCount)).toEqual([2, 1]);
		expect(keysOf(project).map((key) => key.toLowerCase())).toEqual(['bench rectangle', 'car rectangle']);
		expect(await lab.storedLabels(project.tasks[0]!.id)).toEqual(['bench 10 20 30 40', 'car 10 20 30 40']);
	});

	test('are only looked at in a dry run', async () => {
		const project = emptyProject('a.jpg');
		const options = { unknownClasses: 'add', dryRun: true };
		expect(jsonOf(await importAll(project.projectId, { 'a.jpg': [found('car')] }, options))).toMatchObject([
			{ status: 'wouldImport', labelCount: 1 },
		]);
		expect(keysOf(project)).toEqual([]);
	});

	test('are refused where the project has classes, since labels would be lost', async () => {
		const { projectId, images } = lab.newProject('a.jpg');
		jsonOf(await importAll(projectId, { 'a.jpg': [found('car')] }));
		const { error } = await importAll(projectId, { 'a.jpg': [found('bench')] }, { unknownClasses: 'add' });
		expect(error?.message).toContain('no class "bench"');
		expect(error?.message).toContain('without deleting all labels');
		expect(await lab.storedLabels(images[0]!.taskId)).toEqual(['car 10 20 30 40']);
	});
});

describe('the form of Class Mapping', () => {
	test("translates the model's names", async () => {
		const { projectId, images } = lab.newProject('a.jpg');
		const classMappingForm = {
			classes: [
				{ modelClass: 'automobile', projectClass: 'car' },
				{ modelClass: 'pedestrian', projectClass: 'person' },
			],
		};
		const answers = { 'a.jpg': [found('automobile'), found('pedestrian', 50)] };
		jsonOf(await importAll(projectId, answers, { classMappingForm }));
		expect(await lab.storedLabels(images[0]!.taskId)).toEqual(['car 10 20 30 40', 'person 50 20 30 40']);
	});

	test('asks for what is missing in a row', async () => {
		const { projectId } = lab.newProject('a.jpg');
		const classMappingForm = { classes: [{ modelClass: 'automobile', projectClass: '' }] };
		const { error } = await importAll(projectId, { 'a.jpg': [found('automobile')] }, { classMappingForm });
		expect(error?.message).toBe('"Class Mapping" has a row that is not complete');
	});

	test("offers the project's classes", async () => {
		const { projectId } = lab.newProject('a.jpg');
		const { engine, credential } = lab.datagym;
		const parameters = { resource: 'prediction', operation: 'import', projectId: byId(projectId) };
		const list = { nodeType: 'n8n-nodes-datagym.dataGym', method: 'getClasses', parameters };
		const choices = await engine.loadOptions(list, [credential]);
		expect(choices.map(({ value }) => value)).toEqual(['car', 'lane', 'person', 'road']);
	});
});
