import { strict as assert } from 'node:assert';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { startStandIn, type StandIn } from '../stand-in/start';
import type { TaskState } from '../stand-in/store/model';
import { serve, type LocalServer } from '../test/support/http-server';
import { chain, node } from '../test/support/workflow';
import { installN8n, N8N_VERSION, run } from './n8n-installation';
import { publishToFolder } from './published-package';

const CREDENTIAL = { id: 'standInAccount01', name: 'Stand-in', type: 'dataGymApi' };
const WORKFLOW = 'realTrigger00001';
/** The shortest interval that n8n allows, and some more for the poll and the execution. */
const ONE_POLL = 75_000;
const IMAGES = ['a', 'b', 'c', 'd', 'e'];

/** The two ways in which n8n 2.40 keeps what a trigger remembers. */
const WORLDS: Readonly<Record<string, NodeJS.ProcessEnv>> = {
	'with static data': {},
	'with durable cursors': {
		N8N_POLLER_DURABLE_CURSORS_ENABLED: 'true',
		N8N_SCHEDULER_ENABLED: 'true',
		N8N_SCHEDULER_POLL_TRIGGERS_ENABLED: 'true',
		N8N_USE_WORKFLOW_PUBLICATION_SERVICE: 'true',
	},
};

/** An n8n that runs as a server, with its folder and database, and can be killed. */
class RunningN8n {
	private child: ChildProcess | undefined;
	private log = '';

	private constructor(
		private readonly entry: string,
		readonly folder: string,
		private readonly environment: NodeJS.ProcessEnv,
	) {}

	static async create(entry: string, environment: NodeJS.ProcessEnv): Promise<RunningN8n> {
		const folder = await mkdtemp(join(tmpdir(), 'real-trigger-'));
		const [port, broker] = [await freePort(), await freePort()];
		return new RunningN8n(entry, folder, {
			PATH: process.env.PATH,
			HOME: process.env.HOME,
			N8N_USER_FOLDER: folder,
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_PORT: String(port),
			N8N_RUNNERS_BROKER_PORT: String(broker),
			N8N_DIAGNOSTICS_ENABLED: 'false',
			N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
			...environment,
		});
	}

	async import(what: 'credentials' | 'workflow', row: object): Promise<void> {
		const input = join(this.folder, `${what}.json`);
		await writeFile(input, JSON.stringify([row]));
		await this.command(`import:${what}`, `--input=${input}`);
	}

	async command(...args: string[]): Promise<void> {
		await run(process.execPath, [this.entry, ...args], this.folder, this.environment);
	}

	async start(): Promise<void> {
		this.child = spawn(process.execPath, [this.entry, 'start'], { cwd: this.folder, env: this.environment, stdio: ['ignore', 'pipe', 'pipe'] });
		for (const stream of [this.child.stdout, this.child.stderr]) stream?.on('data', (chunk: Buffer) => (this.log += chunk.toString()));
		const { N8N_PORT: port } = this.environment;
		await until(`n8n answers (${this.log.slice(-500)})`, 180_000, async () => (await fetch(`http://127.0.0.1:${port}/healthz`).catch(() => undefined))?.status === 200);
	}

	/** SIGKILL ends n8n without a warning, SIGTERM in good order. */
	async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
		const { child } = this;
		this.child = undefined;
		if (child === undefined || child.exitCode !== null) return;
		child.kill(signal);
		await once(child, 'exit');
	}

	/** How many executions there were, by their states. */
	executions(): Record<string, number> {
		const database = new DatabaseSync(join(this.folder, '.n8n', 'database.sqlite'), { readOnly: true });
		try {
			const rows = database.prepare('SELECT status, COUNT(*) AS count FROM execution_entity GROUP BY status').all();
			return Object.fromEntries(rows.map(({ status, count }) => [String(status), Number(count)]));
		} finally {
			database.close();
		}
	}

	get printed(): string {
		return this.log;
	}

	async remove(): Promise<void> {
		await this.end('SIGKILL');
		await rm(this.folder, { recursive: true, force: true });
	}
}

/** One trigger in one world: its server, its n8n and what reached the end of the workflow. */
interface Stage {
	readonly standIn: StandIn;
	readonly n8n: RunningN8n;
	readonly told: string[];
	move(state: TaskState, ...images: string[]): void;
	/** Waits for the next poll to have begun and, in all likelihood, ended. */
	poll(): Promise<void>;
	expectTold(...events: string[]): Promise<void>;
}

async function play(stage: Stage, progress: (line: string) => void): Promise<void> {
	const { n8n } = stage;
	stage.move('COMPLETED', 'a');
	await n8n.start();
	await stage.poll();
	stage.move('COMPLETED', 'b', 'c');
	await stage.expectTold('completed b', 'completed c');
	progress('two images that were finished between two polls came once each, and the one from before did not');

	stage.move('WAITING_CHANGED', 'b');
	await stage.poll();
	await n8n.end('SIGKILL');
	stage.move('COMPLETED', 'b', 'd');
	await n8n.start();
	await stage.expectTold('completed b', 'completed d');
	progress('n8n was killed after a poll that told nothing; what was finished meanwhile came, an image that was finished again, too');

	await n8n.end('SIGTERM');
	stage.move('REVIEWED', 'e');
	await n8n.start();
	await stage.expectTold('completed e');
	await stage.poll();
	await stage.expectTold();
	progress(`n8n was restarted in good order; nothing came twice. Its executions: ${JSON.stringify(n8n.executions())}`);
}

async function setStage(entry: string, built: string, world: NodeJS.ProcessEnv): Promise<Stage & { receiver: LocalServer }> {
	const standIn = await startStandIn({ dummyProject: false });
	const { project, dataset } = standIn.seed.project({ name: 'Real', classes: [{ entryKey: 'car', type: 'rectangle' }], datasetName: 'Real images' });
	const tasks = standIn.seed.tasks(project, dataset!, {
		count: IMAGES.length,
		state: 'WAITING',
		name: (index) => IMAGES[index]!,
		labels: () => ({ labels: { car: [{ rectangle: [{ x: 10.5, y: 20, w: 30, h: 40 }] }] } }),
	});
	const told: string[] = [];
	const receiver = await serve((request, response) => {
		told.push(decodeURIComponent(request.url ?? '').slice(1));
		response.writeHead(200).end('{}');
	});
	const n8n = await RunningN8n.create(entry, { N8N_CUSTOM_EXTENSIONS: built, ...world });
	await n8n.import('credentials', { ...CREDENTIAL, data: { baseUrl: standIn.url, token: standIn.token } });
	await n8n.import('workflow', { id: WORKFLOW, active: false, name: 'Real trigger', ...workflow(project.id, receiver.url) });
	await n8n.command('publish:workflow', `--id=${WORKFLOW}`);
	let expected = 0;
	return {
		standIn,
		n8n,
		told,
		receiver,
		move: (state, ...images) => images.forEach((image) => standIn.seed.move(tasks[IMAGES.indexOf(image)]!, state)),
		poll: async () => {
			const before = standIn.count('GET /api/v1/task/:projectId/list');
			await until('the next poll', ONE_POLL, () => standIn.count('GET /api/v1/task/:projectId/list') >= before + 2);
			await pause(3000);
		},
		expectTold: async (...events) => {
			const from = expected;
			expected += events.length;
			await until(`${events.join(', ')}, after ${told.join(', ')}`, ONE_POLL + 30_000, () => told.length >= expected);
			await pause(2000);
			assert.deepEqual(told.slice(from).sort(), [...events].sort(), n8n.printed.slice(-2000));
		},
	};
}

function workflow(projectId: string, receiver: string) {
	const parameters = { pollTimes: { item: [{ mode: 'everyMinute' }] }, projectIds: [projectId], events: ['completed'], output: 'labels' };
	const credentials = { [CREDENTIAL.type]: { id: CREDENTIAL.id, name: CREDENTIAL.name } };
	const url = `=${receiver}/{{ encodeURIComponent($json.event + " " + $json.imageName) }}`;
	return chain(
		node('Trigger', 'CUSTOM.dataGymTrigger', parameters, { credentials }),
		node('Tell', 'n8n-nodes-base.httpRequest', { url, options: {} }, { typeVersion: 4.2 }),
	);
}

async function until(what: string, milliseconds: number, isSo: () => boolean | Promise<boolean>): Promise<void> {
	for (const end = Date.now() + milliseconds; !(await isSo()); await pause(250)) {
		if (Date.now() > end) throw new Error(`Waited in vain for this: ${what}`);
	}
}

async function pause(milliseconds: number): Promise<void> {
	await new Promise((done) => setTimeout(done, milliseconds));
}

async function freePort(): Promise<number> {
	const server = createServer().listen(0, '127.0.0.1');
	await once(server, 'listening');
	const { port } = server.address() as AddressInfo;
	server.close();
	await once(server, 'close');
	return port;
}

async function main(): Promise<void> {
	const begun = performance.now();
	const progress = (line: string) => console.log(`${((performance.now() - begun) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
	const entry = await installN8n(progress);
	const published = await publishToFolder(resolve(__dirname, '..'), { withWorkflow: false });
	try {
		for (const [world, environment] of Object.entries(WORLDS)) {
			const stage = await setStage(entry, published.folder, environment);
			try {
				await play(stage, (line) => progress(`${world}: ${line}`));
			} catch (error) {
				console.error(stage.n8n.printed.slice(-4000));
				throw error;
			} finally {
				await stage.n8n.remove();
				await stage.standIn.close();
				await stage.receiver.close();
			}
		}
		progress(`The trigger works in n8n ${N8N_VERSION}, with an activated workflow that polls each minute.`);
	} finally {
		await published.remove();
	}
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
