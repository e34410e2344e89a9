import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import { startEngine, type Engine, type SavedCredential, type WorkflowRun } from '../support/n8n/engine';
import { startEmulator, type Emulator } from '../emulator/start';
import type { GenerationName } from '../emulator/generation';
import { createToken, ORGANIZATION } from '../emulator/store/store';
import { chain, manualTrigger, node } from '../support/workflow';
import type { Fault } from './faults';
import type { FaultedOperation, NodeOperation, OtherOperation } from './operation';
import { comparable, failureOf, type Model, type Outcome } from './outcome';
import { FaultProxy } from './proxy';
import { linkedPicture, makeScene, SECRET, type Scene } from './scene';

/** A scene with a proxy in front of the server, and a credential that leads through it. */
export interface Bench {
	readonly scene: Scene;
	readonly proxy: FaultProxy;
	readonly credential: SavedCredential;
	close(): Promise<void>;
}

/** A server of the kind that is tried, with a scene that no other run sees. */
interface Ground {
	readonly scene: Scene;
	/** What the credential says of it beside its address. */
	readonly access: ICredentialDataDecryptedObject;
	close(): Promise<void>;
}

/** n8n's engine and emulators with an AI, for many runs at the same time. */
export class FaultHarness {
	/** Of operations, by `trials.ts`. */
	readonly models = new Map<FaultedOperation, Promise<Model>>();
	private readonly prepared = new Set<string>();
	/** Where a redirect leads; nobody may come here with a token. */
	private strangers = 0;
	private benches = 0;
	private shared: Promise<Emulator> | undefined;

	private constructor(
		readonly engine: Engine,
		private readonly kind: GenerationName,
		private readonly elsewhere: string,
		private readonly stopElsewhere: () => void,
		private readonly ports: Iterable<number>,
	) {}

	/** @param share which of several processes this is, each of which has ports of its own; without it, no server may restart. */
	static async open(kind: GenerationName, share?: number, engine?: Engine): Promise<FaultHarness> {
		const other = createServer((request, response) => {
			// The host of a link may redirect; there is no token to be carried along.
			const isLink = request.url?.startsWith('/links/') === true;
			if (!isLink || JSON.stringify([request.url, request.headers]).includes(SECRET)) harness.strangers++;
			response.end('[]');
		});
		await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
		const elsewhere = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
		const harness = new FaultHarness(
			engine ?? (await startEngine()),
			kind,
			elsewhere,
			() => other.close(),
			share === undefined ? [0] : portsOf(share),
		);
		return harness;
	}

	async close(): Promise<void> {
		this.stopElsewhere();
		await (await this.shared)?.close();
		await this.engine.stop();
	}

	/** Whether a token stands in n8n's log, or went to another host. */
	get hasLeaked(): boolean {
		return this.strangers > 0 || this.engine.log.text.includes(SECRET);
	}

	async openBench(): Promise<Bench> {
		const number = ++this.benches;
		const { scene, access, close } = await (this.kind === 'open-core'
			? this.openCore(number)
			: this.organization(number));
		const proxy = await FaultProxy.start(scene.server.url, this.elsewhere, this.ports);
		scene.linkHost = proxy.url;
		const credential = await this.engine.saveCredential('dataGymApi', { baseUrl: proxy.url, ...access });
		return {
			scene,
			proxy,
			credential,
			close: async () => {
				await proxy.close();
				await close();
			},
		};
	}

	/** On one server for all runs, each with a token that sees its own organization only. */
	private async organization(number: number): Promise<Ground> {
		this.shared ??= this.startServer();
		const server = await this.shared;
		const [owner, token] = [`organization ${number}`, `${SECRET}-${number}`];
		createToken(server.store, 'faults', owner, token);
		const access = {
			token,
			apiGeneration: this.kind === '2020' ? 'image' : 'media',
			sendIn: number % 2 === 0 ? 'header' : 'query',
		};
		return { scene: await makeScene(server, owner, this.prepared), access, close: async () => undefined };
	}

	/** Where everybody sees everything, each run has a server of its own. What must not be seen is the password of a proxy. */
	private async openCore(number: number): Promise<Ground> {
		const server = await this.startServer();
		const secret = `${SECRET}-${number}`;
		const proxyAccess =
			number % 2 === 0
				? { useBasicAuth: true, basicAuthUser: 'n8n', basicAuthPassword: secret }
				: { proxyHeaders: { header: [{ name: 'X-Api-Key', value: secret }] } };
		return {
			scene: await makeScene(server, ORGANIZATION, this.prepared),
			access: { authentication: 'none', ...proxyAccess },
			close: async () => await server.close(),
		};
	}

	private async startServer(): Promise<Emulator> {
		const server = await startEmulator({ generation: this.kind, dummyProject: false });
		server.onRequest(async ({ path }) => (await this.answerAsLinkHost(path)) ?? this.answerAsAi(path));
		return server;
	}

	async run(bench: Bench, operation: FaultedOperation, options: INodeParameters, arm: () => void): Promise<Outcome> {
		switch (operation.kind) {
			case 'node':
				return await this.runNode(bench, operation, options, arm);
			case 'poll':
				return await this.poll(bench, operation, options, arm);
			default:
				arm();
				return await this.askAsEditor(bench, operation).catch((error: unknown) => ({
					output: '',
					warnings: '',
					failure: failureOf(error),
					text: String(error),
				}));
		}
	}

	private async runNode(
		bench: Bench,
		operation: NodeOperation,
		options: INodeParameters,
		arm: () => void,
	): Promise<Outcome> {
		const run = await this.execute(bench, operation, options, arm);
		const failure = run.error === undefined ? {} : { failure: failureOf(run.error) };
		return {
			...(await comparable(this.engine, run.itemsOf('DataGym'), operation.mayLack)),
			...failure,
			text: run.text,
		};
	}

	/** An operation of the node named `DataGym`, as n8n keeps its execution. */
	async execute(
		{ scene, credential }: Bench,
		{ resource, operation, parameters, items, prepare }: NodeOperation,
		options: INodeParameters = {},
		arm: () => void = () => undefined,
	): Promise<WorkflowRun> {
		prepare?.(scene);
		const own = parameters(scene);
		const dataGym = node('DataGym', 'n8n-nodes-datagym.dataGym', {
			resource,
			operation,
			...own,
			options: { ...(own.options as INodeParameters), ...options },
		});
		const input = await items?.(this.engine);
		arm();
		return await this.engine.runWorkflow(chain(manualTrigger, dataGym), {
			credentials: [credential],
			input,
			mode: 'trigger',
		});
	}

	/** A poll with the fault, and one after it: both together must tell each event once. */
	private async poll(
		{ scene, proxy, credential }: Bench,
		{ parameters, prepare }: OtherOperation,
		options: INodeParameters,
		arm: () => void,
	): Promise<Outcome> {
		prepare?.(scene);
		const pollTimes = { item: [{ mode: 'custom', cronExpression: '0 0 29 2 *' }] };
		const trigger = node(
			'Trigger',
			'n8n-nodes-datagym.dataGymTrigger',
			{ pollTimes, projectIds: [scene.project.id], ...parameters, options },
			{ id: scene.project.id },
		);
		const active = await this.engine.activate(
			{ id: scene.project.id, ...chain(trigger) },
			{ credentials: [credential] },
		);
		scene.server.seed.move(scene.waiting, 'COMPLETED');
		arm();
		await active.tick();
		await proxy.recover();
		await active.tick();
		await active.deactivate();
		const items = active.runs.flatMap((run) => run.itemsOf('Trigger'));
		const [error] = active.errors;
		const failure = error === undefined ? {} : { failure: failureOf(error) };
		return {
			...(await comparable(this.engine, items)),
			...failure,
			text: active.runs.map(({ text }) => text).join('\n') + active.errors.map(String).join('\n'),
		};
	}

	private async askAsEditor(
		{ credential }: Bench,
		{ kind, method = '', parameters }: OtherOperation,
	): Promise<Outcome> {
		if (kind === 'credential') {
			const { status, message } = await this.engine.testCredential(credential);
			return {
				output: status,
				warnings: '',
				...(status === 'OK' ? {} : { failure: { name: 'NodeApiError', message, description: message } }),
				text: message,
			};
		}
		const nodeType = `n8n-nodes-datagym.${kind === 'searchList' ? 'dataGym' : 'dataGymTrigger'}`;
		const list = { nodeType, method, parameters };
		const answer =
			kind === 'searchList'
				? (await this.engine.searchList(list, [credential])).results
				: await this.engine.loadOptions(list, [credential]);
		return {
			...(await comparable(this.engine, [{ json: { names: answer.map(({ name }) => name) } }])),
			text: JSON.stringify(answer),
		};
	}

	/** The pictures behind links, through the same proxy. */
	private async answerAsLinkHost(path: string) {
		if (!path.startsWith('/links/')) return undefined;
		return { status: 200, body: await linkedPicture(), headers: { 'Content-Type': 'image/jpeg' } };
	}

	/** The emulator has no AI, as the open-source server has none. */
	private answerAsAi(path: string) {
		// The ID comes before the step by the one API, after it by the other.
		const [, before, step, after] = /\/aiseg\/(?:([^/]+)\/)?(prepare|calculate|finish)(?:\/([^/]+))?$/.exec(path) ?? [];
		const imageId = before ?? after ?? '';
		if (step === undefined) return undefined;
		if (step === 'prepare') this.prepared.add(imageId);
		if (step === 'finish') this.prepared.delete(imageId);
		const outline = [
			{ x: 1, y: 1 },
			{ x: 9.5, y: 1 },
			{ x: 9.5, y: 9 },
			{ x: 1, y: 9 },
		];
		return { status: 200, body: step === 'calculate' ? JSON.stringify({ result: outline }) : '' };
	}
}

/** Breaks the first request of a kind, or from then on all requests. */
export function aimAt(proxy: FaultProxy, kind: string, { strike, lasts }: Fault): void {
	let hasStruck = false;
	proxy.choose = (request) => {
		const isMeant = hasStruck ? lasts === true : request.kind === kind;
		hasStruck ||= isMeant;
		return isMeant ? strike : undefined;
	};
}

/**
 * Ports that the system gives to nobody who asks for any, over and over: another server could else stand where one restarts.
 * The ranges for those begin at 32768 (Linux) or 49152.
 */
function portsOf(share: number): Iterable<number> {
	let next = 0;
	return {
		*[Symbol.iterator]() {
			for (let tries = 0; tries < PORTS; tries++) yield FIRST_PORT + share * PORTS + (next++ % PORTS);
		},
	};
}

const FIRST_PORT = 20_000;
const PORTS = 5_000;
