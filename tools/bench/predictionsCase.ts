import { startEngine } from '@datagym/test/support/n8n/engine';
import { chain, manualTrigger, node } from '@datagym/test/support/workflow';
import { measureCost, type Cost } from './measure';
import { answerOnce } from './processes';
import type { ServerReady } from './scenes';
import { LAST } from './workflows';

export interface PredictionsOrder {
	readonly server: ServerReady;
	/** Divided among the server's images. */
	readonly items: number;
}

export interface PredictionsMeasured extends Cost {
	readonly done: number;
}

const BOXES = 10;
const WARM_UP = 5;

answerOnce(async ({ server, items: count }: PredictionsOrder): Promise<PredictionsMeasured> => {
	const engine = await startEngine();
	const credential = await engine.saveCredential('dataGymApi', { baseUrl: server.url, token: server.token });
	const operation = {
		resource: 'prediction',
		operation: 'import',
		projectId: { __rl: true, mode: 'id', value: server.projectId },
		format: 'dataGym',
		predictions: '={{ $json }}',
	};
	const workflow = chain(manualTrigger, node(LAST, 'n8n-nodes-datagym.dataGym', operation));
	const items = Array.from({ length: count }, (_, index) => ({
		json: prediction(server.imageIds[index % server.imageIds.length] ?? ''),
	}));
	const importAll = async (some: typeof items) => {
		const run = await engine.runWorkflow(workflow, { credentials: [credential], input: some });
		if (run.error) throw new Error(`${run.error.message} — ${run.error.description ?? ''}`);
		return run.itemsOf(LAST).length;
	};
	await importAll(items.slice(0, WARM_UP));
	const { result, ...cost } = await measureCost(async () => await importAll(items));
	await engine.stop();
	return { ...cost, done: result };
});

function prediction(imageId: string) {
	const boxes = Array.from({ length: BOXES }, (_, index) => ({
		rectangle: [{ x: 10 + 40 * index, y: 20, w: 30, h: 40 }],
	}));
	return { internal_media_ID: imageId, keepData: false, labels: { car: boxes } };
}
