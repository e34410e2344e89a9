import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { runWorkflow } from '@datagym/test/editor/support/runs';
import { uploadImage } from '@datagym/test/emulator/setUp';
import { startEmulator, type Emulator } from '@datagym/test/emulator/start';
import {
	CLASSES,
	expectedBoxes,
	FAILING,
	FAMILIES,
	predictionFlow,
	RESPONSES,
	startFamilies,
	storedBoxes,
	TRUTH,
} from '@datagym/test/support/predictionFlow';
import { PHOTOS, ROOT } from '../paths';
import { exitOnSignals, runMain, timedOutput } from '../processes';
import { publishToFolder } from '../release/publishedPackage';
import { N8nClient, saveCredentials, type SavedCredential } from './client';
import { installN8n, N8N_VERSION } from './install';
import { installCommunityPackage, N8nServer } from './server';

/**
 * Trigger → Image: Get Many → Image: Download → HTTP Request → Prediction: Import in a real n8n, with models of several families. Among
 * the photographs are one of which the model answers with a list, one on which it finds nothing, and one of which it says that it failed.
 */

type Response = (typeof RESPONSES)[number];

interface Stage {
	readonly emulator: Emulator;
	readonly modelUrl: string;
	readonly client: N8nClient;
	readonly credential: SavedCredential;
}

async function main(): Promise<void> {
	exitOnSignals();
	const progress = timedOutput();
	const entry = await installN8n(progress);
	const [emulator, model] = await Promise.all([startEmulator({ dummyProject: false }), startFamilies()]);
	const n8n = await N8nServer.create(entry);
	try {
		const published = await publishToFolder(ROOT, { withWorkflow: false });
		await installCommunityPackage(published.folder, 'n8n-nodes-datagym', n8n.folder);
		await published.remove();
		await n8n.start(progress);
		const client = await N8nClient.signIn(n8n.url);
		const [credential] = await saveCredentials(client, [
			{ type: 'dataGymApi', name: 'DataGym account', data: { baseUrl: emulator.url, token: emulator.token } },
		]);
		for (const family of Object.keys(FAMILIES))
			for (const response of RESPONSES) {
				const stage = { emulator, modelUrl: `${model.url}/${family}`, client, credential: credential! };
				await check(`${family}, ${response[0]}`, response, stage);
				progress(`${family}, ${response[0]}: every box is where it belongs, and the model's error is told`);
			}
		progress(
			`The predictions of ${Object.keys(FAMILIES).length} families of models are imported in n8n ${N8N_VERSION}.`,
		);
	} finally {
		await n8n.remove();
		await model.close();
		await emulator.close();
	}
}

async function check(name: string, [, options, imported]: Response, stage: Stage): Promise<void> {
	const { emulator, modelUrl, client, credential } = stage;
	const { project, dataset } = emulator.seed.project({ name, datasetName: name, classes: CLASSES });
	for (const photo of Object.keys(TRUTH)) await uploadImage(emulator, dataset!.id, join(PHOTOS, photo), photo);
	const flow = predictionFlow({ projectId: project.id, datasetId: dataset!.id, modelUrl, options });
	const credentials = { dataGymApi: { id: credential.id, name: credential.name } };
	const nodes = flow.nodes.map((node) =>
		node.type.startsWith('n8n-nodes-datagym.') ? { ...node, credentials } : node,
	);
	const { id } = await client.post<{ id: string }>('/rest/workflows', { ...flow, name, nodes, settings: {} });
	const { status, data } = await runWorkflow(client, id);
	assert.equal(status, 'success', data);
	assert(data.includes('Model is loading'), `the error about ${FAILING} is not told: ${data}`);
	assert(!data.includes(emulator.token), 'the execution holds the token');
	for (const photo of imported) assert(data.includes(photo), `nothing is told of ${photo}`);
	for (const { id: taskId, project: own, medium } of emulator.store.tasks.values())
		if (own.id === project.id)
			assert.deepEqual([medium.name, await storedBoxes(emulator, taskId)], [medium.name, expectedBoxes(medium.name)]);
}

runMain(main);
