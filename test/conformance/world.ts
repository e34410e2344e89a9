import { setTimeout } from 'node:timers/promises';
import type { IDataObject, INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { DataGymApi, isDataGymError, normalizeBaseUrl, Transport, type Project } from '@datagym/client';
import type { ActiveWorkflow, Engine, RunError, SavedCredential } from '../support/n8n/engine';
import { byId, chain, manualTrigger, node } from '../support/workflow';
import { sendDirectly } from './sendDirectly';

/** The server to look at. */
export interface Server {
	/** What it is called in the report. */
	readonly name: string;
	readonly url: string;
	/** Left out for the released open core, which has none. */
	readonly token?: string;
	/** Name or ID of an empty project to work in. Left out where the suite can create one. */
	readonly project?: string;
	/** Whether classes that the project has may be deleted. */
	readonly replaceClasses?: boolean;
}

/** What scenarios have made, for those after them. Reading what an earlier one failed to make says so. */
class Made {
	private readonly ids = new Map<string, string>();

	set(name: string, id: unknown): void {
		if (typeof id === 'string' && id !== '') this.ids.set(name, id);
	}

	get(name: string): string {
		const id = this.ids.get(name);
		if (id === undefined) throw new Error(`not run, for want of ${name}`);
		return id;
	}

	delete(name: string): void {
		this.ids.delete(name);
	}

	has(name: string): boolean {
		return this.ids.has(name);
	}
}

interface Attempt {
	readonly items: readonly INodeExecutionData[];
	readonly error?: RunError | undefined;
}

/** A server seen in two ways: through the node in n8n's engine, and through the client alone. */
export class World {
	readonly made = new Made();
	readonly api: DataGymApi;
	readonly transport: Transport;

	private constructor(
		readonly engine: Engine,
		readonly server: Server,
		private readonly credential: SavedCredential,
	) {
		const baseUrl = normalizeBaseUrl(server.url) ?? server.url;
		const sleep = async (milliseconds: number, signal?: AbortSignal) =>
			await setTimeout(milliseconds, undefined, { signal });
		this.transport = new Transport(sendDirectly(server.token), {
			baseUrl,
			idleTimeout: 300_000,
			retryFor: 5_000,
			isUnattended: false,
			limits: { concurrency: 6 },
			sleep,
		});
		this.api = DataGymApi.over(this.transport, server.token === undefined ? 'open-core' : undefined);
	}

	static async open(engine: Engine, server: Server): Promise<World> {
		const { url: baseUrl, token } = server;
		const data = token === undefined ? { baseUrl, authentication: 'none' } : { baseUrl, token };
		return new World(engine, server, await engine.saveCredential('dataGymApi', data));
	}

	/** The project that the user has named, or the suite's own. */
	async project(): Promise<Project> {
		const { project: wanted = this.made.get('the own project'), url } = this.server;
		const projects = await this.api.projects.list();
		const found = projects.find(({ name, projectId }) => name === wanted || projectId === wanted);
		if (found !== undefined) return found;
		const names = projects.map(({ name, projectId }) => `  ${name} (${projectId})`).join('\n');
		throw new Error(
			`There is no project "${wanted}" on ${url}. There are:\n${names || '  (none: make one in DataGym)'}`,
		);
	}

	/** Runs an operation of the node. @throws Error with the node's message if it fails. */
	async run(
		resource: string,
		operation: string,
		parameters: object = {},
		items?: INodeExecutionData[],
	): Promise<readonly IDataObject[]> {
		return (await this.runForItems(resource, operation, parameters, items)).map(({ json }) => json);
	}

	/** As `run`, with binary data. */
	async runForItems(
		resource: string,
		operation: string,
		parameters: object = {},
		items?: INodeExecutionData[],
	): Promise<readonly INodeExecutionData[]> {
		const { items: output, error } = await this.try(resource, operation, parameters, items);
		if (error !== undefined) throw new Error(`${resource}.${operation}: ${error.message}`);
		return output;
	}

	/** Runs an operation of the node that may fail. */
	async try(
		resource: string,
		operation: string,
		parameters: object = {},
		items?: INodeExecutionData[],
	): Promise<Attempt> {
		const dataGym = node('DataGym', 'n8n-nodes-datagym.dataGym', {
			resource,
			operation,
			...parameters,
		} as INodeParameters);
		const run = await this.engine.runWorkflow(chain(manualTrigger, dataGym), {
			credentials: [this.credential],
			input: items,
		});
		return { items: run.itemsOf('DataGym'), error: run.error };
	}

	/** Switches a trigger on, which polls when it is told to. */
	async watch(parameters: INodeParameters): Promise<ActiveWorkflow> {
		const pollTimes = { item: [{ mode: 'custom', cronExpression: '0 0 29 2 *' }] };
		const trigger = node('Trigger', 'n8n-nodes-datagym.dataGymTrigger', { pollTimes, ...parameters });
		return await this.engine.activate(chain(trigger), { credentials: [this.credential] });
	}

	/** An item with a file, as another node would hand it on. */
	async file(fileName: string, bytes: Buffer): Promise<INodeExecutionData> {
		return {
			json: {},
			binary: { data: await this.engine.storeBinary({ bytes, fileName, mimeType: 'application/octet-stream' }) },
		};
	}
}

export { byId };

/** Status and key of the error that the client's request ends with. */
export async function refusal(request: Promise<unknown>): Promise<string> {
	const error: unknown = await request.then(
		() => undefined,
		(failure: unknown) => failure,
	);
	if (error === undefined) return 'accepted';
	return isDataGymError(error) ? `${error.status ?? ''} ${error.key ?? ''}`.trim() : String(error);
}
