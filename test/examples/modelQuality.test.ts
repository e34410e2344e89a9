/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { readExample, type ExampleName } from '@datagym/tools/examples/workflows';
import { PHOTOS } from '@datagym/tools/paths';
import { METRICS, seedLabeledPhotographs } from '@datagym/tools/sample/labeledPhotographs';
import { startModel, type Model } from '../emulator/model/detector';
import { startEmulator, type Emulator } from '../emulator/start';
import { startEngine, type Engine, type SavedCredential } from '../support/n8n/lentEngine';

let engine: Engine;
let server: Emulator;
let model: Model;
let credential: SavedCredential;
let projectId: string;

beforeAll(async () => {
	engine = await startEngine();
	server = await startEmulator({ dummyProject: false });
	model = await startModel(PHOTOS);
	credential = await engine.saveCredential('dataGymApi', { baseUrl: server.url, token: server.token });
	projectId = await seedLabeledPhotographs(server);
});
afterAll(async () => {
	await model.close();
	await server.close();
	await engine.stop();
});

async function run(name: ExampleName, settings: Record<string, string | number>, startNode = 'Start') {
	const workflow = await readExample(name, settings);
	const finished = await engine.runWorkflow(workflow, { credentials: [credential], startNode });
	expect(finished.error).toBeUndefined();
	return finished;
}

describe('The nightly quality gate', () => {
	const gate = async (newModelUrl: string, settings: Record<string, string | number> = {}) =>
		await run('nightly-quality-gate', {
			projectId,
			usedModelUrl: model.usedUrl,
			newModelUrl,
			deployUrl: model.deployUrl,
			...settings,
		});

	test('refuses an equal model, also where the least gain is none', async () => {
		const same = await gate(model.url, { usedModelUrl: model.url, leastGain: 0 });
		expect(same.itemsOf('Deploy the new model')).toEqual([]);
		expect(same.itemsOf('Keep the used model')).toHaveLength(1);
	});

	test('deploys nothing where the new model does not respond', async () => {
		const workflow = await readExample('nightly-quality-gate', {
			projectId,
			usedModelUrl: model.usedUrl,
			newModelUrl: 'http://127.0.0.1:9/detect',
			deployUrl: model.deployUrl,
		});
		const failed = await engine.runWorkflow(workflow, { credentials: [credential], startNode: 'Start' });
		expect(failed.error).toBeDefined();
		expect(failed.itemsOf('Deploy the new model')).toEqual([]);
	});

	test('deploys a model that is better, keeps it where the next one is not, and changes nothing in DataGym', async () => {
		const requests = server.requests.length;
		const first = await gate(model.url);
		expect(first.itemsOf('Deploy the new model').map(({ json }) => json)).toEqual([{ used: '/detect' }]);
		expect(first.itemsOf('Keep the used model')).toEqual([]);
		const [before, after] = ['Compare the used model', 'Compare the new model'].map(
			(name) => first.itemsOf(name)[0]!.json,
		);
		expect(before).toMatchObject({ imageCount: 10, mAP: expect.any(Number) });
		expect(Number(before!.mAP)).toBeLessThan(Number(after!.mAP) - 0.01);
		for (const worse of [model.earlierUrl, model.url]) {
			const next = await gate(worse);
			expect(next.itemsOf('Deploy the new model')).toEqual([]);
			expect(next.itemsOf('Keep the used model')).toHaveLength(1);
			expect(next.itemsOf('Compare the used model')[0]!.json.mAP).toBe(after!.mAP);
		}
		const methods = server.requests.slice(requests).map(({ method }) => method);
		expect(new Set(methods)).toEqual(new Set(['GET']));
	});
});

describe('The model evaluation', () => {
	/** In place of n8n's Evaluation Trigger, which needs n8n's data tables: a whole n8n runs it in tools/n8n/evaluation.ts. */
	async function evaluate(version: string, url: string) {
		const workflow = await readExample('model-evaluation', { projectId });
		const nodes = workflow.nodes.map((node) =>
			node.name === TRIGGER ? { ...node, type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, parameters: {} } : node,
		);
		const finished = await engine.runWorkflow(
			{ ...workflow, nodes },
			{ credentials: [credential], startNode: TRIGGER, input: [{ json: { version, url } }] },
		);
		expect(finished.error).toBeUndefined();
		return finished.itemsOf('Set metrics').map(({ json }) => json);
	}

	const named = (version: string, metrics: Readonly<Record<string, number>>) =>
		Object.fromEntries(
			Object.entries(metrics).map(([name, value]) => [`${name} ${version}`, expect.closeTo(value, 6)]),
		);

	const TRIGGER = 'When evaluating a version';

	test('gives the metrics of a version its name', async () => {
		const [[earlier], [latest]] = [await evaluate('0.9', model.earlierUrl), await evaluate('1.0', model.url)];
		expect([earlier, latest]).toEqual([named('0.9', METRICS.earlier), named('1.0', METRICS.latest)]);
	});
});
