import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { N8nClient, saveCredentials } from '@datagym/tools/n8n/client';
import { OUT, PHOTOS } from '@datagym/tools/paths';
import { uploadImage } from '../emulator/setUp';
import { startEmulator, type Emulator } from '../emulator/start';
import { LABELS, seedDragged, STATUSES } from '../support/draggedProject';
import type { LocalServer } from '../support/httpServer';
import { CLASSES, expectedBoxes, startFamilies, storedBoxes, TRUTH } from '../support/predictionFlow';
import { inEditor } from './support/browser';
import type { Editor } from './support/editor';
import { Hands } from './support/hands';
import { readStage } from './support/stage';

/** Workflows that a person builds from an empty canvas with n8n's own nodes: fields are dragged, and no expression is typed. */

/** As n8n names it. */
const TRIGGER = 'When clicking ‘Execute workflow’';
const SPREADSHEET = join(OUT, 'last-night.xlsx');

/** Nodes, their lists and their panels, one after the other. */
jest.setTimeout(300_000);

let server: Emulator;
let model: LocalServer;
let credential: string;
/** A project of its own for each workflow, all made before the first list is opened, which the editor keeps for half a minute. */
let nights: ReturnType<typeof seedDragged>;
let forModel: ReturnType<Emulator['seed']['project']>;

beforeAll(async () => {
	[server, model] = await Promise.all([startEmulator({ dummyProject: false }), startFamilies()]);
	const account = { name: 'Dragging', type: 'dataGymApi', data: { baseUrl: server.url, token: server.token } };
	// The editor chooses the newest account for a new node.
	const [saved] = await saveCredentials(await N8nClient.signIn(readStage().url), [account]);
	credential = saved!.id;
	for (const name of ['Filter', 'Spreadsheet', 'Group', 'Merge']) seedDragged(server.seed, name);
	nights = seedDragged(server.seed, 'Nights');
	forModel = server.seed.project({ name: 'Model', datasetName: 'Model', classes: CLASSES });
	for (const photo of Object.keys(TRUTH)) await uploadImage(server, forModel.dataset!.id, join(PHOTOS, photo), photo);
});

afterAll(async () => {
	const n8n = await N8nClient.signIn(readStage().url);
	await n8n.delete(`/rest/credentials/${credential}`);
	await Promise.all([server.close(), model.close(), rm(SPREADSHEET, { force: true })]);
});

describe('Dragging fields', () => {
	inEditor('filters images with a class', async (editor) => {
		const { page } = editor;
		const hands = await newWorkflow(editor);
		const labels = await addLabels(hands, 'Filter');
		await hands.addAfter(labels, 'Filter');
		// Nothing has run yet: the fields are those of the output schema.
		await page.getByText('Usually outputs the following fields').waitFor();
		await hands.drag('classNames', page.getByTestId('filter-condition-left'));
		await page.getByTestId('filter-operator-select').locator('button').click();
		await page.getByRole('menuitem', { name: 'Array', exact: true }).hover();
		await page.getByRole('menuitem', { name: 'contains', exact: true }).click();
		await hands.type(page.getByTestId('filter-condition-right').locator('input, .cm-content').first(), 'car');
		const [items = []] = await hands.execute();
		expect(items.map(({ imageName }) => imageName)).toEqual(['a.jpg', 'c.jpg']);
		await editor.picture('dragged-filter');
		await hands.expectOnlyDragged();
	});

	inEditor('writes a spreadsheet of labels', async (editor) => {
		const hands = await newWorkflow(editor);
		const labels = await addLabels(hands, 'Spreadsheet', 'Item per Label');
		await hands.addAfter(labels, 'Convert to File', 'Convert to CSV');
		await hands.execute();
		const download = editor.page.waitForEvent('download');
		await editor.output.getByTestId('ndv-download-binary-data').click();
		const rows = rowsOf(await readFile(await (await download).path(), 'utf8'));
		expect(rows.map(({ imageName, className, x, color }) => [imageName, className, Number(x), color || '-'])).toEqual(
			LABELS,
		);
		await editor.picture('dragged-spreadsheet');
		await hands.expectOnlyDragged();
	});

	inEditor('groups labels by their class', async (editor) => {
		const hands = await newWorkflow(editor);
		const labels = await addLabels(hands, 'Group', 'Item per Label');
		await hands.addAfter(labels, 'Summarize');
		await editor.choose('aggregation', 'Count Unique');
		await hands.executePrevious();
		await hands.drag('imageId', hands.parameter('fieldsToSummarize.values[0].field'));
		await hands.drag('className', hands.parameter('fieldsToSplitBy'));
		const [items] = await hands.execute();
		expect(items).toEqual([
			{ className: 'car', unique_count_imageId: 2 },
			{ className: 'tree', unique_count_imageId: 2 },
		]);
		await editor.picture('dragged-summarize');
		await hands.expectOnlyDragged();
	});

	inEditor('merges labels with their tasks, which name each status alike', async (editor) => {
		const hands = await newWorkflow(editor);
		const labels = await addLabels(hands, 'Merge', 'Item per Label');
		const merge = await hands.addAfter(labels, 'Merge');
		const tasks = await hands.addAfter(TRIGGER, 'DataGym', 'Get many tasks of project');
		await hands.pick('projectId', 'Merge');
		await hands.connectToSecondInput(tasks, merge);
		await hands.open(merge);
		await editor.choose('mode', 'Combine');
		await hands.executePrevious();
		await hands.drag('imageId', hands.parameter('fieldsToMatchString'));
		const [items = []] = await hands.execute();
		expect(items.map(({ imageName, className, status }) => [imageName, className, status])).toEqual(
			LABELS.map(([imageName, className], index) => [imageName, className, STATUSES[index]]),
		);
		await editor.picture('dragged-merge');
		await hands.expectOnlyDragged();
	});

	inEditor('compares the labels of two nights', async (editor) => {
		const hands = await newWorkflow(editor);
		const [labels, file] = [await addLabels(hands, 'Nights', 'Item per Label'), 'Read/Write Files from Disk'];
		await hands.addAfter(labels, 'Convert to File', 'Convert to XLSX');
		await hands.addAfter('Convert to File', file, 'Write File to Disk');
		await hands.type(hands.parameter('fileName'), SPREADSHEET);
		await hands.execute();
		await hands.expectOnlyDragged();
		// During the day, a person works on an image again.
		server.seed.move(nights.tasks.get('b.jpg')!, 'WAITING_CHANGED');
		await hands.begin();
		const read = await hands.addAfter(TRIGGER, file, 'Read File(s) From Disk');
		await hands.type(hands.parameter('fileSelector'), SPREADSHEET);
		const rows = await hands.addAfter(read, 'Extract from File', 'Extract from XLSX');
		const compare = await hands.addAfter(rows, 'Compare Datasets');
		const tonight = await addLabels(hands, 'Nights', 'Item per Label');
		await hands.connectToSecondInput(tonight, compare);
		await hands.open(compare);
		await hands.executePrevious();
		for (const [index, column] of ['imageId', 'className', 'x', 'y'].entries()) {
			if (index > 0) await editor.parameters.getByText('Add Fields to Match', { exact: true }).click();
			for (const side of ['field1', 'field2'])
				await hands.drag(column, hands.parameter(`mergeByFields.values[${index}].${side}`));
		}
		await hands.turnOn('fuzzyCompare');
		const branches = await hands.execute(4);
		const names = branches.map((items) => items.map(({ imageName }) => imageName));
		expect(names).toEqual([['b.jpg'], ['a.jpg', 'c.jpg', 'c.jpg'], [], []]);
		await editor.picture('dragged-compare');
		await hands.expectOnlyDragged();
	});

	inEditor('lets a model label images, in four nodes', async (editor) => {
		const hands = await newWorkflow(editor);
		const images = await hands.addAfter(TRIGGER, 'DataGym', 'Get many images of dataset');
		await hands.pick('datasetId', 'Model');
		await hands.turnOn('returnAll');
		const download = await hands.addAfter(images, 'DataGym', 'Download image');
		await hands.drag('imageId', editor.page.getByTestId('resource-locator-imageId'));
		const ask = await hands.addAfter(download, 'HTTP Request');
		await editor.choose('method', 'POST');
		await hands.type(hands.parameter('url'), `${model.url}/huggingFace`);
		await hands.turnOn('sendBody');
		await editor.choose('contentType', 'n8n Binary File');
		await hands.type(hands.parameter('inputDataFieldName'), 'data');
		await editor.parameters.getByTestId('collection-parameter-add').click();
		await editor.page.getByTestId('collection-parameter-option').getByText('Response', { exact: true }).click();
		await hands.turnOn('fullResponse');
		await hands.continueOnError();
		await hands.addAfter(ask, 'DataGym', 'Import predictions into project');
		await hands.pick('projectId', 'Model');
		await hands.continueOnError();
		const [items = []] = await hands.execute();
		expect(items).toHaveLength(Object.keys(TRUTH).length);
		for (const { id, project: own, medium } of server.store.tasks.values())
			if (own.id === forModel.project.id)
				expect([medium.name, await storedBoxes(server, id)]).toEqual([medium.name, expectedBoxes(medium.name)]);
		await editor.picture('dragged-model');
		const nodes = await hands.expectOnlyDragged();
		expect(nodes).toHaveLength(1 + 4);
	});
});

/** A canvas with nothing but the trigger. */
async function newWorkflow(editor: Editor): Promise<Hands> {
	const hands = new Hands(editor);
	await hands.begin();
	return hands;
}

async function addLabels(hands: Hands, project: string, output?: string): Promise<string> {
	const node = await hands.addAfter(TRIGGER, 'DataGym', 'Get labels of project');
	await hands.pick('projectId', project);
	if (output !== undefined) await hands.editor.choose('output', output);
	return node;
}

/** The records of a CSV file, whose texts may hold quotes, commas and line ends. */
function rowsOf(csv: string): Array<Readonly<Record<string, string>>> {
	const [header = [], ...lines] = csv
		.replace(/^\ufeff/, '')
		.trim()
		.split('\n')
		.map((line) =>
			[...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,"]*))/g)].map(
				([, quoted, plain = '']) => quoted ?? plain.trim(),
			),
		);
	return lines.map((values) => Object.fromEntries(header.map((name, index) => [name, values[index] ?? ''])));
}
