import type { ICredentialDataDecryptedObject, INode, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import type { SeenRequest } from '../emulator/http/observation';
import { startEmulator, type Emulator, type EmulatorOptions } from '../emulator/start';
import { startEngine, type Engine, type SavedCredential, type WorkflowRun } from './n8n/lentEngine';
import { chain, manualTrigger, node } from './workflow';

export { byId } from './workflow';

export interface RunNode {
	/** The input items of the node; one empty item if left out. */
	items?: INodeExecutionData[];
	credential?: SavedCredential;
	/** Settings such as `onError`. */
	settings?: Partial<INode>;
	signal?: AbortSignal;
}

/** n8n's engine with the built package, an emulator and a credential for it. */
export interface Harness {
	engine: Engine;
	server: Emulator;
	credential: SavedCredential;
	/** Runs one operation of the DataGym node in a workflow, through the engine. */
	run(resource: string, operation: string, parameters?: INodeParameters, options?: RunNode): Promise<WorkflowRun>;
	saveCredential(data?: ICredentialDataDecryptedObject): Promise<SavedCredential>;
	/** An item with a file in n8n's binary store, in its field `data`. */
	itemWithFile(bytes: Buffer, fileName: string, mimeType?: string): Promise<INodeExecutionData>;
	close(): Promise<void>;
}

export async function openHarness(
	options: EmulatorOptions = {},
	credentialData: ICredentialDataDecryptedObject = {},
): Promise<Harness> {
	const engine = await startEngine();
	const server = await startEmulator(options);
	const saveCredential = async (data: ICredentialDataDecryptedObject = {}) =>
		await engine.saveCredential('dataGymApi', { baseUrl: server.url, token: server.token, ...data });
	const credential = await saveCredential(credentialData);
	return {
		engine,
		server,
		credential,
		saveCredential,
		async run(resource, operation, parameters = {}, { items, settings, signal, credential: other = credential } = {}) {
			const dataGym = node('DataGym', 'n8n-nodes-datagym.dataGym', { resource, operation, ...parameters }, settings);
			return await engine.runWorkflow(chain(manualTrigger, dataGym), { credentials: [other], input: items, signal });
		},
		itemWithFile: async (bytes, fileName, mimeType = 'image/jpeg') => ({
			json: {},
			binary: { data: await engine.storeBinary({ bytes, fileName, mimeType }) },
		}),
		async close() {
			await server.close();
			await engine.stop();
		},
	};
}

/** The number of requests of a method that the server has seen, of those whose path ends so. */
export function requestsTo({ server }: Harness, method: string, end: string): number {
	return server.requests.filter((request) => request.method === method && request.path.endsWith(end)).length;
}

/** The requests that reach the server while something is done. */
export async function requestsDuring({ server }: Harness, work: () => Promise<unknown>): Promise<SeenRequest[]> {
	const before = server.requests.length;
	await work();
	return server.requests.slice(before);
}

/** The items that the DataGym node gave out, of a run that must have succeeded. */
export function outputOf(run: WorkflowRun): INodeExecutionData[] {
	if (run.error) throw new Error(`${run.error.message} — ${run.error.description ?? ''}`);
	return run.itemsOf('DataGym');
}

/** The JSON of those items. */
export function jsonOf(run: WorkflowRun): Array<Record<string, unknown>> {
	return outputOf(run).map(({ json }) => json);
}
