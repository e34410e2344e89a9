import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { HubRepository, Refusal } from './hubRepository';

/**
 * Answers as the Hugging Face Hub does to what publishes and loads datasets: repositories, preupload, Git LFS, commits, tags, and files.
 * Without Xet, as for clients that have none. Source: huggingface_hub 2.4, `_commit_api.py`, `lfs.py`, `hf_api.py`, `file_download.py`.
 */
export interface Hub {
	readonly url: string;
	/** Whoever has it is the user `ada`. */
	readonly token: string;
	/** `owner/name` of the repositories. */
	readonly repositories: ReadonlyMap<string, HubRepository>;
	/** Method and path of the requests, in their order. */
	readonly requests: string[];
	close(): Promise<void>;
}

export const HUB_USER = 'ada';

export async function startHub(port = 0): Promise<Hub> {
	const token = 'hf_of_the_examples';
	const repositories = new Map<string, HubRepository>();
	const objects = new Map<string, Buffer>();
	const requests: string[] = [];
	const server = createServer((request, response) => {
		requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
		answer(request, response).catch((error: unknown) => {
			const status = error instanceof Refusal ? error.status : 500;
			response.setHeader('X-Error-Message', encodeURI(String(error)));
			send(response, status, { error: error instanceof Error ? error.message : String(error) });
		});
	});
	server.listen(port, '127.0.0.1');
	await once(server, 'listening');
	const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

	async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
		const body = await buffer(request);
		const { pathname, searchParams } = new URL(request.url ?? '/', url);
		const path = decodeURIComponent(pathname);
		const upload = /^\/lfs\/([0-9a-f]{64})$/.exec(path);
		if (upload) return store(request, response, upload[1] ?? '', body);
		if (request.method === 'POST' && request.headers.authorization !== `Bearer ${token}`)
			throw new Refusal(401, 'Invalid username or password.');
		if (path === '/api/whoami-v2') return send(response, 200, { name: HUB_USER, type: 'user', orgs: [] });
		if (path === '/api/validate-yaml') return send(response, 200, { errors: [], warnings: [] });
		if (path === '/api/repos/create') return create(response, jsonOf(body));
		const [, api = '', id = '', rest = ''] = /^(\/api)?\/datasets\/([^/]+\/[^/]+?)(\.git\/.*|\/.*)?$/.exec(path) ?? [];
		const repository = repositories.get(id);
		if (repository === undefined) {
			response.setHeader('X-Error-Code', 'RepoNotFound');
			throw new Refusal(404, 'Repository not found');
		}
		if (rest === '.git/info/lfs/objects/batch') return lfsBatch(request, response, jsonOf(body));
		const [, action = '', revision = 'main', file = ''] = /^\/([^/]*)(?:\/([^/]*))?(?:\/(.*))?$/.exec(rest) ?? [];
		if (api === '') return resolve(request, response, repository, revision, file);
		switch (action) {
			case 'preupload':
				return send(response, 200, repository.preupload(jsonOf(body)));
			case 'commit':
				return commit(response, id, repository.commit(body.toString(), objects));
			case 'tag':
				return send(response, 200, repository.tag(revision, jsonOf(body)));
			case 'tree':
				return send(response, 200, repository.tree(revision, file, searchParams.get('recursive') !== null));
			case 'paths-info':
				return send(response, 200, repository.entries(revision, pathsIn(request, body)));
			case 'refs':
				return send(response, 200, repository.refs());
			default:
				return send(response, 200, repository.info(id, revision));
		}
	}

	function create(response: ServerResponse, { name, organization, type }: Json): void {
		const id = `${String(organization ?? HUB_USER)}/${String(name)}`;
		if (type !== 'dataset') throw new Refusal(400, 'Only datasets are kept here.');
		const place = { url: `${url}/datasets/${id}`, name: id, id };
		if (repositories.has(id)) return send(response, 409, { error: 'You already created this dataset repo', ...place });
		repositories.set(id, new HubRepository());
		send(response, 200, place);
	}

	function commit(response: ServerResponse, id: string, commitOid: string): void {
		const commitUrl = `${url}/datasets/${id}/commit/${commitOid}`;
		send(response, 200, { success: true, commitOid, commitUrl, hookOutput: '' });
	}

	function lfsBatch({ headers }: IncomingMessage, response: ServerResponse, wanted: Json): void {
		const type = 'application/vnd.git-lfs+json';
		if (headers['content-type'] !== type) throw new Refusal(415, `Not ${type}: ${String(headers['content-type'])}`);
		response.setHeader('Content-Type', type);
		send(response, 200, batch(wanted));
	}

	/** Objects that are there have no actions. */
	function batch({ objects: wanted, hash_algo, operation }: Json): Json {
		if (hash_algo !== 'sha256' || operation !== 'upload') throw new Refusal(422, 'Only uploads by SHA-256');
		const list = (wanted as Array<{ oid: string; size: number }>).map(({ oid, size }) => ({
			oid,
			size,
			...(!objects.has(oid) && { actions: { upload: { href: `${url}/lfs/${oid}`, header: {} } } }),
		}));
		return { transfer: 'basic', objects: list };
	}

	/** As a storage behind the Hub: whoever has the address may write, and a second authorization is an error. */
	function store({ method, headers }: IncomingMessage, response: ServerResponse, oid: string, body: Buffer): void {
		if (method !== 'PUT' || headers.authorization !== undefined)
			throw new Refusal(400, 'Only one auth mechanism allowed');
		if (createHash('sha256').update(body).digest('hex') !== oid) throw new Refusal(400, 'BadDigest');
		objects.set(oid, body);
		send(response, 200, {});
	}

	function resolve(
		{ method }: IncomingMessage,
		response: ServerResponse,
		repository: HubRepository,
		revision: string,
		path: string,
	): void {
		const { commit, file } = repository.file(revision, path);
		response.setHeader('X-Repo-Commit', commit);
		if (file === undefined) {
			response.setHeader('X-Error-Code', 'EntryNotFound');
			throw new Refusal(404, 'Entry not found');
		}
		response.writeHead(200, { ETag: `"${file.lfs ?? file.oid}"`, 'Content-Length': file.bytes.length });
		response.end(method === 'HEAD' ? undefined : file.bytes);
	}

	return {
		url,
		token,
		repositories,
		requests,
		async close() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

type Json = Readonly<Record<string, unknown>>;

function jsonOf(body: Buffer): Json {
	return JSON.parse(body.toString()) as Json;
}

/** The client sends them as a form, others as JSON. */
function pathsIn({ headers }: IncomingMessage, body: Buffer): string[] {
	if (headers['content-type']?.startsWith('application/json')) return jsonOf(body).paths as string[];
	return new URLSearchParams(body.toString()).getAll('paths');
}

function send(response: ServerResponse, status: number, body: unknown): void {
	const text = JSON.stringify(body);
	if (!response.hasHeader('Content-Type')) response.setHeader('Content-Type', 'application/json; charset=utf-8');
	response.writeHead(status, { 'Content-Length': Buffer.byteLength(text) }).end(text);
}
