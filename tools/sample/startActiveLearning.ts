import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { startEngine, type Engine } from '@datagym/test/support/n8n/engine';
import { withoutStart } from '../examples/workflows';
import { startLabeler } from '@datagym/test/emulator/labeler';
import { startModel } from '@datagym/test/emulator/model/detector';
import { startEmulator, type Emulator } from '@datagym/test/emulator/start';
import { readActiveLearning, seedPhotographs, type ActiveLearningSettings } from './activeLearning';
import { OUT, PHOTOS } from '../paths';
import { runMain } from '../processes';

/** The active-learning example through n8n's engine, with an emulator, an emulator model and a scripted labeler. */

async function main(): Promise<void> {
	await mkdir(OUT, { recursive: true });
	const [engine, server, model] = await Promise.all([
		startEngine({ fileFolders: [OUT] }),
		startEmulator(),
		startModel(PHOTOS),
	]);
	try {
		const projectId = await seedPhotographs(server);
		await learn(engine, server, {
			projectId,
			modelUrl: model.url,
			listFile: join(OUT, 'for-people.csv'),
			datasetFile: join(OUT, 'training-dataset.zip'),
		});
	} finally {
		await model.close();
		await server.close();
		await engine.stop();
	}
}

async function learn(engine: Engine, server: Emulator, settings: ActiveLearningSettings): Promise<void> {
	const credential = await engine.saveCredential('dataGymApi', { baseUrl: server.url, token: server.token });
	const workflow = await readActiveLearning(settings);
	const watching = await engine.activate(withoutStart(workflow), { credentials: [credential] });
	const run = await engine.runWorkflow(workflow, { credentials: [credential], startNode: 'Start' });
	if (run.error) throw new Error(`${run.error.node ?? 'The workflow'}: ${run.error.message}`);
	console.log(
		`The model labeled ${run.itemsOf('Ask the model').length} photographs; ${run.itemsOf('Complete').length} were completed. For people, least certain first:\n`,
	);
	console.log(await readFile(settings.listFile, 'utf8'));
	await startLabeler({ url: server.url, projectId: settings.projectId, batchSize: 100, untilDone: true }).finished;
	await watching.tick();
	await watching.deactivate();
	const failed = watching.runs.find(({ error }) => error !== undefined);
	if (failed !== undefined) throw new Error(`${failed.error?.node ?? 'The trigger'}: ${failed.error?.message ?? ''}`);
	console.log(`The scripted labeler did the rest, and the trigger wrote ${settings.datasetFile}.`);
}

runMain(main);
