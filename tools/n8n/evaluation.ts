import { strict as assert } from 'node:assert';
import { runWorkflow } from '@datagym/test/editor/support/runs';
import { startModel } from '@datagym/test/emulator/model/detector';
import { startEmulator } from '@datagym/test/emulator/start';
import { fillIn, readExample } from '../examples/workflows';
import { PHOTOS, ROOT } from '../paths';
import { exitOnSignals, runMain, timedOutput, until } from '../processes';
import { publishToFolder } from '../release/publishedPackage';
import { METRICS, seedLabeledPhotographs } from '../sample/labeledPhotographs';
import { N8nClient, saveCredentials } from './client';
import { dataTable } from './dataTables';
import { installN8n, N8N_VERSION } from './install';
import { installCommunityPackage, N8nServer } from './server';

/**
 * The examples that measure models, in a real n8n. `model-evaluation` as a test of n8n's Evaluations: n8n fetches the rows of a data table,
 * runs the workflow once for each version of a model, and keeps the metrics, which its tab shows. `nightly-quality-gate` deploys the better of two.
 */

type Metrics = Readonly<Record<string, number>>;

interface TestRun {
	readonly id: string;
	readonly status: string;
	readonly metrics: Metrics | null;
}

interface TestCase {
	readonly status: string;
	readonly executionId: string;
	readonly inputs: { readonly version?: string } | null;
	readonly metrics: Metrics | null;
}

/** Of the first run of the gate, and of the next one, when the better model is in use. */
const OUTCOMES = ['Deploy the new model', 'Keep the used model'];

const PATIENCE = 120_000;

async function main(): Promise<void> {
	exitOnSignals();
	const progress = timedOutput();
	const entry = await installN8n(progress);
	const [emulator, model] = await Promise.all([startEmulator({ dummyProject: false }), startModel(PHOTOS)]);
	const n8n = await N8nServer.create(entry);
	try {
		const projectId = await seedLabeledPhotographs(emulator);
		const published = await publishToFolder(ROOT, { withWorkflow: false });
		await installCommunityPackage(published.folder, 'n8n-nodes-datagym', n8n.folder);
		await published.remove();
		await n8n.start(progress);
		const client = await N8nClient.signIn(n8n.url);
		const credentials = await saveCredentials(client, [
			{ type: 'dataGymApi', name: 'DataGym account', data: { baseUrl: emulator.url, token: emulator.token } },
		]);
		const versions = await dataTable(client, 'Model versions', [
			{ version: '0.9', url: model.earlierUrl },
			{ version: '1.0', url: model.url },
		]);
		const settings = { usedModelUrl: model.usedUrl, newModelUrl: model.url, deployUrl: model.deployUrl };
		const [id, gateId] = await Promise.all(
			(['model-evaluation', 'nightly-quality-gate'] as const).map(async (name) => {
				const example = { name, workflow: await readExample(name) };
				const workflow = fillIn(example, { projectId, settings, credentials, dataTable: versions });
				return (await client.post<{ id: string }>('/rest/workflows', workflow)).id;
			}),
		);
		const before = emulator.requests.length;
		const { run, cases } = await evaluate(client, id!);
		checkMetrics(run, cases);
		progress(`n8n ${N8N_VERSION} shows the metrics of each version of the model: ${JSON.stringify(run.metrics)}`);
		const asInEditor = await runWorkflow(client, id!);
		assert.equal(asInEditor.status, 'success', asInEditor.data);
		for (const [reached, other] of [OUTCOMES, [...OUTCOMES].reverse()]) {
			const { status, data } = await runWorkflow(client, gateId!);
			assert.equal(status, 'success', data);
			assert(data.includes(reached!) && !data.includes(other!), `the gate did not end with "${reached}": ${data}`);
		}
		const written = emulator.requests.slice(before).filter(({ method }) => method !== 'GET');
		assert.deepEqual(written, [], 'an evaluation changes nothing in DataGym');
		progress('A model is deployed only if it is better, and nothing is changed in DataGym.');
	} finally {
		await n8n.remove();
		await model.close();
		await emulator.close();
	}
}

/** Runs the test of a workflow to its end, as the button of the tab Evaluations does. */
async function evaluate(client: N8nClient, workflowId: string): Promise<{ run: TestRun; cases: readonly TestCase[] }> {
	const runs = `/rest/workflows/${workflowId}/test-runs`;
	await client.post(`${runs}/new`, {});
	let run: TestRun | undefined;
	await until('the end of the test run', PATIENCE, async () => {
		[run] = await client.get<TestRun[]>(runs);
		return run !== undefined && !['new', 'running'].includes(run.status);
	});
	assert(run, 'n8n has no test run');
	return { run, cases: await client.get<TestCase[]>(`${runs}/${run.id}/test-cases`) };
}

function checkMetrics(run: TestRun, cases: readonly TestCase[]): void {
	assert.equal(run.status, 'completed', JSON.stringify({ run, cases }));
	assert.deepEqual(
		cases.map(({ status }) => status),
		['success', 'success'],
		JSON.stringify(cases),
	);
	for (const [version, expected] of [
		['0.9', METRICS.earlier],
		['1.0', METRICS.latest],
	] as const) {
		const own = cases.find(({ inputs }) => inputs?.version === version)?.metrics ?? {};
		for (const [name, value] of Object.entries(expected))
			for (const metrics of [own, run.metrics ?? {}]) {
				const shown = metrics[`${name} ${version}`];
				assert(
					shown !== undefined && Math.abs(shown - value) < 1e-6,
					`${name} of version ${version} is ${shown}, but must be ${value}: ${JSON.stringify({ run, cases })}`,
				);
			}
	}
}

runMain(main);
