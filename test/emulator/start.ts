import type { FastifyInstance } from 'fastify';
import path from 'node:path';
import type { GenerationName } from './generation';
import { GENERATIONS } from './generations';
import { Observation, type RequestHook, type SeenRequest } from './http/observation';
import { registerBasicAuth, type BasicAuth } from './http/guards';
import { HttpServer } from './http/server';
import { makeDummyProject } from './store/dummy';
import { Seeder } from './store/seeding';
import { StateFile } from './store/stateFile';
import { ORGANIZATION, Store, createToken } from './store/store';

export interface EmulatorOptions {
	/** 0, the default, takes a free one. */
	port?: number;
	host?: string | undefined;
	generation?: GenerationName;
	/** The token to make; without it a new one every time. */
	token?: string | undefined;
	/** Where state and uploaded bytes are kept over a restart; without it everything lives in memory. */
	dataFolder?: string | undefined;
	/** Added to each answer. */
	latencyMs?: number;
	/** For everything whose order is undefined. */
	seed?: number;
	log?: boolean;
	basicAuth?: BasicAuth;
	/** A sub-path such as `/labels`, as behind a reverse proxy. */
	basePath?: string;
	/**
	 * What the server believes its API's address to be; it stands in exports. The real server's default is a trap for clients that
	 * use such links as they are: `http://localhost:8080/api/v1/`.
	 */
	apiUrl?: string | undefined;
	/** False leaves the sample project out. */
	dummyProject?: boolean;
	onRequest?: RequestHook | undefined;
}

export interface Emulator {
	/** Without a slash at the end, with the base path. */
	url: string;
	token: string;
	generation: GenerationName;
	store: Store;
	/** Makes projects and tasks without HTTP. */
	seed: Seeder;
	/** Every request so far. */
	requests: SeenRequest[];
	/** How often a route was asked, such as `GET /api/v1/task/:id`. */
	count(route: string): number;
	/** Sets or clears the hook that sees each request first. */
	onRequest(hook: RequestHook | undefined): void;
	close(): Promise<void>;
}

/** Starts a DataGym-compatible server for development, tests, benches and the demo. */
export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
	const basePath = (options.basePath ?? '').replace(/\/+$/, '');
	const store = new Store({
		seed: options.seed ?? 1,
		mediaFolder: options.dataFolder && path.join(options.dataFolder, 'media'),
	});
	const stateFile = options.dataFolder ? new StateFile(store, options.dataFolder) : undefined;
	await stateFile?.load();
	const token = prepare(store, options);
	const observation = new Observation(basePath, options.latencyMs ?? 0);
	observation.onRequest = options.onRequest;
	const generation = options.generation ?? 'current';
	const { app } = new HttpServer(store, GENERATIONS[generation], {
		apiUrl: options.apiUrl ?? 'http://localhost:8080/api/v1/',
		basePath,
		log: options.log ?? false,
	});
	observation.register(app);
	if (stateFile) keepState(app, stateFile);
	if (options.basicAuth) registerBasicAuth(app, options.basicAuth);
	const address = await app.listen({ port: options.port ?? 0, host: options.host ?? '127.0.0.1' });
	return {
		url: address + basePath,
		token,
		generation,
		store,
		seed: new Seeder(store),
		requests: observation.requests,
		count: (route) => observation.count(route),
		onRequest: (hook) => {
			observation.onRequest = hook;
		},
		close: async () => {
			await app.close();
			await stateFile?.flush();
		},
	};
}

/** A restarted server keeps its token, unless another one is wanted. */
function prepare(store: Store, options: EmulatorOptions): string {
	const fresh = store.tokens.size === 0;
	const kept = [...store.tokens.values()].find(
		({ id, owner, deleted }) => owner === ORGANIZATION && !deleted && id === (options.token ?? id),
	);
	const { id } = kept ?? createToken(store, 'rec', ORGANIZATION, options.token);
	if (fresh && options.dummyProject !== false) makeDummyProject(store, ORGANIZATION);
	return id;
}

/** Routes that leave everything as it is; reading a task or a link is not among them. */
const READ_ONLY = new Set([
	'/api/v1/project',
	'/api/v1/dataset',
	'/api/v1/dataset/:id',
	'/api/v1/task/:projectId/list',
	'/api/v1/export/:projectId',
	'/api/project',
	'/api/project/:projectId/task',
	'/api/project/:id/dashboard',
	'/api/dataset',
]);

function keepState(app: FastifyInstance, stateFile: StateFile): void {
	app.addHook('onResponse', async (request) => {
		const readOnly = request.method === 'GET' && READ_ONLY.has(request.routeOptions.url ?? '');
		if (!readOnly) stateFile.changed();
	});
}
