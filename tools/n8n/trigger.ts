import { strict as assert } from 'node:assert';
import { join } from 'node:path';
import { ROOT } from '../paths';
import { DatabaseSync } from 'node:sqlite';
import { startEmulator, type Emulator } from '@datagym/test/emulator/start';
import type { TaskState } from '@datagym/test/emulator/store/model';
import { serve, type LocalServer } from '@datagym/test/support/httpServer';
import { chain, node } from '@datagym/test/support/workflow';
import { N8nServer } from './server';
import { publishToFolder } from '../release/publishedPackage';
import { N8N_VERSION, installN8n } from './install';
import { exitOnSignals, pause, runMain, timedOutput, until } from '../processes';

const CREDENTIAL = { id: 'emulatorAccount01', name: 'Emulator', type: 'dataGymApi' };
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

/** How many executions there were, by their states. */
function executions({ folder }: N8nServer): Record<string, number> {
	const database = new DatabaseSync(join(folder, '.n8n', 'database.sqlite'), { readOnly: true });
	try {
		const rows = database.prepare('SELECT status, COUNT(*) AS count FROM execution_entity GROUP BY status').all();
		return Object.fromEntries(rows.map(({ status, count }) => [String(status), Number(count)]));
	} finally {
		database.close();
	}
}

/** One trigger in one world: its server, its n8n and what reached the end of the workflow. */
interface Fixture {
	readonly emulator: Emulator;
	readonly n8n: N8nServer;
	readonly handedOn: string[];
	move(state: TaskState, ...images: string[]): void;
	/** Waits for the next poll to have begun and, in all likelihood, ended. */
	poll(): Promise<void>;
	expectHandedOn(...events: string[]): Promise<void>;
}

async function check(fixture: Fixture, progress: (line: string) => void): Promise<void> {
	const { n8n } = fixture;
	fixture.move('COMPLETED', 'a');
	await n8n.start();
	await fixture.poll();
	fixture.move('COMPLETED', 'b', 'c');
	await fixture.expectHandedOn('completed b', 'completed c');
	progress('two images that were finished between two polls came once each, and the one from before did not');

	fixture.move('WAITING_CHANGED', 'b');
	await fixture.poll();
	await n8n.end('SIGKILL');
	fixture.move('COMPLETED', 'b', 'd');
	await n8n.start();
	await fixture.expectHandedOn('completed b', 'completed d');
	progress(
		'n8n was killed after a poll that emitted nothing; what was finished meanwhile came, an image that was finished again, too',
	);

	await n8n.end('SIGTERM');
	fixture.move('REVIEWED', 'e');
	await n8n.start();
	await fixture.expectHandedOn('completed e');
	await fixture.poll();
	await fixture.expectHandedOn();
	progress(`n8n was restarted in good order; nothing came twice. Its executions: ${JSON.stringify(executions(n8n))}`);
}

async function createFixture(
	entry: string,
	built: string,
	world: NodeJS.ProcessEnv,
): Promise<Fixture & { receiver: LocalServer }> {
	const emulator = await startEmulator({ dummyProject: false });
	const { project, dataset } = emulator.seed.project({
		name: 'Real',
		classes: [{ entryKey: 'car', type: 'rectangle' }],
		datasetName: 'Real images',
	});
	const tasks = emulator.seed.tasks(project, dataset!, {
		count: IMAGES.length,
		state: 'WAITING',
		name: (index) => IMAGES[index]!,
		labels: () => ({ labels: { car: [{ rectangle: [{ x: 10.5, y: 20, w: 30, h: 40 }] }] } }),
	});
	const handedOn: string[] = [];
	const receiver = await serve((request, response) => {
		handedOn.push(decodeURIComponent(request.url ?? '').slice(1));
		response.writeHead(200).end('{}');
	});
	const n8n = await N8nServer.create(entry, { environment: { N8N_CUSTOM_EXTENSIONS: built, ...world } });
	await n8n.import('credentials', { ...CREDENTIAL, data: { baseUrl: emulator.url, token: emulator.token } });
	await n8n.import('workflow', {
		id: WORKFLOW,
		active: false,
		name: 'Real trigger',
		...workflow(project.id, receiver.url),
	});
	await n8n.command('publish:workflow', `--id=${WORKFLOW}`);
	let expected = 0;
	return {
		emulator,
		n8n,
		handedOn,
		receiver,
		move: (state, ...images) => images.forEach((image) => emulator.seed.move(tasks[IMAGES.indexOf(image)]!, state)),
		poll: async () => {
			const before = emulator.count('GET /api/v1/task/:projectId/list');
			await until('the next poll', ONE_POLL, () => emulator.count('GET /api/v1/task/:projectId/list') >= before + 2);
			await pause(3000);
		},
		expectHandedOn: async (...events) => {
			const from = expected;
			expected += events.length;
			await until(
				`${events.join(', ')}, after ${handedOn.join(', ')}`,
				ONE_POLL + 30_000,
				() => handedOn.length >= expected,
			);
			await pause(2000);
			assert.deepEqual(handedOn.slice(from).sort(), [...events].sort(), n8n.printed.slice(-2000));
		},
	};
}

function workflow(projectId: string, receiver: string) {
	const parameters = {
		pollTimes: { item: [{ mode: 'everyMinute' }] },
		projectIds: [projectId],
		events: ['completed'],
		output: 'labels',
	};
	const credentials = { [CREDENTIAL.type]: { id: CREDENTIAL.id, name: CREDENTIAL.name } };
	const url = `=${receiver}/{{ encodeURIComponent($json.event + " " + $json.imageName) }}`;
	return chain(
		node('Trigger', 'CUSTOM.dataGymTrigger', parameters, { credentials }),
		node('Tell', 'n8n-nodes-base.httpRequest', { url, options: {} }, { typeVersion: 4.2 }),
	);
}

async function main(): Promise<void> {
	exitOnSignals();
	const progress = timedOutput();
	const entry = await installN8n(progress);
	const published = await publishToFolder(ROOT, { withWorkflow: false });
	try {
		// They wait for minutes to pass, so both at once; a process of its own each, and neither ends before the other.
		const worlds = Object.entries(WORLDS).map(async ([world, environment]) => {
			await checkWorld(entry, published.folder, environment, (line) => progress(`${world}: ${line}`));
		});
		const failed = (await Promise.allSettled(worlds)).find((each) => each.status === 'rejected');
		if (failed !== undefined) throw failed.reason;
		progress(`The trigger works in n8n ${N8N_VERSION}, with an activated workflow that polls each minute.`);
	} finally {
		await published.remove();
	}
}

async function checkWorld(
	entry: string,
	built: string,
	environment: NodeJS.ProcessEnv,
	progress: (line: string) => void,
): Promise<void> {
	const fixture = await createFixture(entry, built, environment);
	try {
		await check(fixture, progress);
	} catch (error) {
		console.error(fixture.n8n.printed.slice(-4000));
		throw error;
	} finally {
		await fixture.n8n.remove();
		await fixture.emulator.close();
		await fixture.receiver.close();
	}
}

runMain(main);
