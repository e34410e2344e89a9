import { readFile } from 'node:fs/promises';
import type { INodeParameters } from 'n8n-workflow';
import { startEngine } from '@datagym/test/support/n8n/engine';
import { chain, manualTrigger, node } from '@datagym/test/support/workflow';
import { measureCost, type Cost } from './measure';
import { answerOnce } from './processes';
import type { ServerReady } from './scenes';
import { LAST } from './workflows';

export type ExportCaseName =
	| 'JSON.parse'
	| 'fetch and JSON.parse'
	| 'Get Labels, as the server has them'
	| 'Get Labels, simplified'
	| 'HTTP Request'
	| 'HTTP Request, to a file'
	| 'Create Training Dataset, DataGym JSON';

export interface ExportOrder {
	readonly name: ExportCaseName;
	readonly file: string;
	readonly server: ServerReady;
	readonly images: number;
}

answerOnce(async (order: ExportOrder): Promise<Cost> => {
	switch (order.name) {
		case 'JSON.parse':
			return await costOf(async () => JSON.parse(await readFile(order.file, 'utf8')));
		case 'fetch and JSON.parse':
			return await costOf(async () => await (await fetch(exportUrl(order.server))).json());
		default:
			return await inEngine(order);
	}
});

async function costOf(work: () => Promise<unknown>): Promise<Cost> {
	const { result, ...cost } = await measureCost(work);
	if (result === undefined) throw new Error('Nothing came');
	return cost;
}

const exportUrl = ({ url, projectId, token }: ServerReady) => `${url}/api/v1/export/${projectId}?token=${token}`;

async function inEngine({ name, server, images }: ExportOrder): Promise<Cost> {
	const engine = await startEngine();
	const credential = await engine.saveCredential('dataGymApi', { baseUrl: server.url, token: server.token });
	const run = async (last: ReturnType<typeof node>) => {
		const finished = await engine.runWorkflow(chain(manualTrigger, last), { credentials: [credential] });
		if (finished.error) throw new Error(`${finished.error.message} — ${finished.error.description ?? ''}`);
		return finished;
	};
	await run(dataGym({ resource: 'project', operation: 'getAll' }));
	try {
		return await costOf(async () => {
			const items = (await run(lastNode(name, server))).itemsOf(LAST);
			if (!FILES.includes(name) && items.length < images)
				throw new Error(`${items.length} of ${images} items came out`);
			if (FILES.includes(name) && (items[0]?.binary?.data?.bytes ?? 0) === 0) throw new Error('The file is empty');
			return items.length;
		});
	} finally {
		await engine.stop();
	}
}

const FILES: readonly ExportCaseName[] = ['HTTP Request, to a file', 'Create Training Dataset, DataGym JSON'];

const dataGym = (parameters: INodeParameters) => node(LAST, 'n8n-nodes-datagym.dataGym', parameters);

const httpRequest = (server: ServerReady, options: INodeParameters) =>
	node(LAST, 'n8n-nodes-base.httpRequest', { url: exportUrl(server), options }, { typeVersion: 4.2 });

function lastNode(name: ExportCaseName, server: ServerReady) {
	const projectId = { __rl: true, mode: 'id', value: server.projectId };
	const getLabels = { resource: 'export', operation: 'getLabels', projectId, returnAll: true };
	switch (name) {
		case 'Get Labels, as the server has them':
			return dataGym({ ...getLabels, simplify: false });
		case 'Get Labels, simplified':
			return dataGym({ ...getLabels, simplify: true });
		case 'Create Training Dataset, DataGym JSON':
			return dataGym({
				resource: 'export',
				operation: 'createDataset',
				projectId,
				format: 'dataGym',
				includeImages: false,
			});
		default:
			return httpRequest(server, name === 'HTTP Request' ? {} : { response: { response: { responseFormat: 'file' } } });
	}
}
