/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HUB_USER, startHub, type Hub } from '@datagym/tools/examples/services/hub';
import { readExample } from '@datagym/tools/examples/workflows';
import { PHOTOS } from '@datagym/tools/paths';
import { seedLabeledPhotographs } from '@datagym/tools/sample/labeledPhotographs';
import { startEmulator, type Emulator } from '../emulator/start';
import { startEngine, type Engine, type SavedCredential, type WorkflowRun } from '../support/n8n/lentEngine';

let engine: Engine;
let server: Emulator;
let hub: Hub;
let credentials: SavedCredential[];

beforeAll(async () => {
	engine = await startEngine();
	server = await startEmulator({ dummyProject: false });
	hub = await startHub();
	credentials = [
		await engine.saveCredential('dataGymApi', { baseUrl: server.url, token: server.token }),
		await engine.saveCredential('httpBearerAuth', { token: hub.token }),
	];
});
afterAll(async () => {
	await hub.close();
	await server.close();
	await engine.stop();
});

/** What the data table has of a repository; nothing before the first version. */
interface Saved {
	readonly version?: number;
	readonly manifest?: string;
}

/**
 * Runs the example with the row given, and returns the row that it would save: n8n's data tables need a whole n8n, in which
 * tools/n8n/versions.ts runs it, and `datasets` loads what it has published.
 */
async function publish(projectId: string, repository: string, row: Saved): Promise<{ run: WorkflowRun; saved: Saved }> {
	const workflow = await readExample('publish-to-hub', { projectId, repository, hubUrl: hub.url });
	const inPlaceOf = (name: string, jsonOutput: string) => ({
		name,
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: { mode: 'raw', jsonOutput, options: {} },
	});
	const values = workflow.nodes.find(({ name }) => name === 'Save version')!.parameters.columns as {
		value: Record<string, string>;
	};
	const replaced = new Map(
		[
			inPlaceOf('Table of versions', '{ "id": "table" }'),
			inPlaceOf('Last version', JSON.stringify(row)),
			inPlaceOf(
				'Save version',
				`={{ { version: ${code(values.value.version)}, manifest: ${code(values.value.manifest)} } }}`,
			),
		].map((node) => [node.name, node]),
	);
	const nodes = workflow.nodes.map((node) => ({ ...node, ...replaced.get(node.name), retryOnFail: false }));
	const run = await engine.runWorkflow({ ...workflow, nodes }, { credentials, startNode: 'Start' });
	return { run, saved: run.itemsOf('Save version')[0]?.json ?? {} };
}

function code(expression = ''): string {
	return expression.replace(/^=\{\{ | \}\}$/g, '');
}

describe('Publish to the Hub', () => {
	test('commits a version with its images in LFS, a card and a tag, and then only what changed', async () => {
		const projectId = await seedLabeledPhotographs(server);
		const name = `${HUB_USER}/streets`;
		const first = await publish(projectId, name, {});
		expect(first.run.error).toBeUndefined();
		const repository = hub.repositories.get(name)!;
		const files = repository.files;
		const images = [...files.keys()].filter((path) => /\.(jpg|png)$/.test(path));
		expect(images).toHaveLength(10);
		for (const path of images)
			expect(files.get(path)!.bytes.equals(await readFile(join(PHOTOS, path.split('/').at(-1)!)))).toBe(true);
		expect([...files.keys()].filter((path) => !images.includes(path)).sort()).toEqual([
			'README.md',
			'train/metadata.parquet',
			'val/metadata.parquet',
		]);
		expect(files.get('README.md')!.bytes.toString()).toContain('license: cc-by-4.0');
		expect([...repository.tags.keys()]).toEqual(['v1']);
		expect(first.saved).toMatchObject({ version: 1 });

		const before = hub.requests.length;
		const second = await publish(projectId, name, first.saved);
		expect(second.run.error).toBeUndefined();
		expect(hub.requests.slice(before)).toEqual([]);

		const tasks = [...server.store.tasks.values()].filter(({ project }) => project.id === projectId);
		const dogs = tasks.find(({ medium }) => medium.name === 'dogs.jpg')!;
		server.seed.move(dogs, 'WAITING_CHANGED');
		const third = await publish(projectId, name, first.saved);
		expect(third.run.error).toBeUndefined();
		const uploads = hub.requests.slice(before).filter((request) => request.startsWith('PUT'));
		expect(uploads.length).toBeLessThanOrEqual(2);
		expect([...repository.files.keys()].some((path) => path.endsWith('dogs.jpg'))).toBe(false);
		const left = [...repository.files.keys()];
		// The split of an image follows from its ID, which is another in each run: the last image of val may have left.
		const splits = new Set(left.filter((path) => path.endsWith('.jpg')).map((path) => path.split('/')[0]));
		expect(left.filter((path) => /\.(jpg|png)$/.test(path))).toHaveLength(9);
		expect(left).toHaveLength(9 + splits.size + 1);
		expect([...repository.tags.keys()]).toEqual(['v1', 'v2']);
		expect(repository.commits.map(({ summary }) => summary)).toEqual(['initial commit', 'Version 1', 'Version 2']);
	});

	test('with more than two batches of images, asks once for each batch and commits once', async () => {
		const { project, dataset } = server.seed.project({
			name: 'Many',
			datasetName: 'Many',
			classes: [{ entryKey: 'car', type: 'rectangle' }],
		});
		server.seed.tasks(project, dataset!, {
			count: 230,
			state: 'COMPLETED',
			labels: () => ({ labels: { car: [{ rectangle: [{ x: 1, y: 2, w: 3, h: 4 }] }] } }),
		});
		const before = hub.requests.length;
		const { run } = await publish(project.id, `${HUB_USER}/many`, {});
		expect(run.error).toBeUndefined();
		const requests = hub.requests.slice(before);
		expect(requests.filter((request) => request.includes('/objects/batch'))).toHaveLength(3);
		expect(requests.filter((request) => request.includes('/commit/'))).toHaveLength(1);
		expect(hub.repositories.get(`${HUB_USER}/many`)!.files.size).toBe(233);
	});

	test('with a wrong token, stops and commits nothing', async () => {
		const projectId = await seedLabeledPhotographs(server);
		const wrong = await engine.saveCredential('httpBearerAuth', { token: 'hf_wrong' });
		const right = credentials;
		credentials = [credentials[0]!, wrong];
		const { run, saved } = await publish(projectId, `${HUB_USER}/refused`, {});
		credentials = right;
		expect(run.error).toMatchObject({ node: 'Ask where to upload' });
		expect(saved).toEqual({});
		expect(hub.repositories.has(`${HUB_USER}/refused`)).toBe(false);
	});
});
