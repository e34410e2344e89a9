import { strict as assert } from 'node:assert';
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { runWorkflow } from '@datagym/test/editor/support/runs';
import { createProject } from '@datagym/test/emulator/setUp';
import { startEmulator, type Emulator } from '@datagym/test/emulator/start';
import { fillIn, readExample } from '../examples/workflows';
import { EXAMPLES_FOLDER, PHOTOS, ROOT } from '../paths';
import { Background, exitOnSignals, freePort, run, runMain, succeeds, timedOutput } from '../processes';
import { readComposeFile } from '../queue/compose';
import { publishToFolder } from '../release/publishedPackage';
import { N8nClient, type SavedCredential } from './client';
import { installN8n } from './install';

/** examples/compose without Docker: its start script, environment and health check in a real n8n, with the emulator as open core. */

const FOLDER = join(EXAMPLES_FOLDER, 'compose');
const START = 180_000;
/** Whole pixels, as the export has them. */
const BOX = { x: 10, y: 20, w: 133, h: 40 };
/** The box as an item of the workflow has it. */
const LABEL = `"x":${BOX.x},"y":${BOX.y},"width":${BOX.w},"height":${BOX.h}`;

/** What the container has, in one folder. */
interface Place {
	readonly root: string;
	readonly built: string;
	readonly environment: NodeJS.ProcessEnv;
	/** The start script's arguments. */
	readonly inputs: readonly string[];
}

async function prepare(entry: string, built: string, dataGym: string): Promise<Place> {
	const root = await mkdtemp(join(tmpdir(), 'side-by-side-'));
	const [bin, data] = [join(root, 'bin'), join(root, 'data')];
	await mkdir(bin);
	await mkdir(data);
	await writeFile(join(bin, 'n8n'), `#!/bin/sh\nexec "${process.execPath}" "${entry}" "$@"\n`);
	await chmod(join(bin, 'n8n'), 0o755);
	const credentials = join(root, 'credentials.json');
	const said = await readFile(join(FOLDER, 'credentials.json'), 'utf8');
	await writeFile(credentials, said.replace('http://datagym:8080', dataGym));
	const { environment = {} } = (await readComposeFile({}, 'compose')).services.n8n!;
	return {
		root,
		built,
		inputs: [built, credentials, join(EXAMPLES_FOLDER, 'first-labels.json')],
		environment: {
			...Object.fromEntries(Object.entries(environment).map(([name, value]) => [name, String(value)])),
			PATH: [bin, dirname(process.execPath), process.env.PATH].join(delimiter),
			HOME: root,
			N8N_USER_FOLDER: data,
			N8N_RESTRICT_FILE_ACCESS_TO: PHOTOS,
			N8N_PORT: String(await freePort()),
			N8N_LISTEN_ADDRESS: '127.0.0.1',
			N8N_RUNNERS_BROKER_PORT: String(await freePort()),
		},
	};
}

async function start({ root, inputs, environment }: Place): Promise<Background> {
	const server = Background.start('n8n', '/bin/sh', [join(FOLDER, 'start.sh'), ...inputs], {
		cwd: root,
		env: environment,
	});
	const [, , ...check] = (await readComposeFile({}, 'compose')).services.n8n!.healthcheck!.test;
	const isHealthy = async () => await succeeds(run(process.execPath, check, { environment }));
	await server.until('is healthy', START, isHealthy);
	return server;
}

/** What a newcomer does: chooses the project, and runs the workflow before and after an image was labeled. */
async function takeFirstSteps(url: string, emulator: Emulator): Promise<void> {
	const n8n = await N8nClient.signIn(url);
	const credentials = await n8n.get<SavedCredential[]>('/rest/credentials');
	assert.deepEqual(
		credentials.map(({ name, type }) => [name, type]),
		[['DataGym account', 'dataGymApi']],
	);
	const { id = '' } = await readExample('first-labels');
	const workflow = await n8n.get<Awaited<ReturnType<typeof readExample>>>(`/rest/workflows/${id}`);
	for (const { type, credentials: chosen } of workflow.nodes)
		if (type.startsWith('n8n-nodes-datagym.')) assert.equal(chosen?.dataGymApi?.id, credentials[0]?.id);
	const project = await createProject(emulator, { name: 'First project' });
	const settings = { photoFolder: PHOTOS };
	const ready = fillIn({ name: 'first-labels', workflow }, { projectId: project.id, settings, credentials });
	await n8n.patch(`/rest/workflows/${id}`, ready);
	const before = await runWorkflow({ url }, id);
	assert.deepEqual([before.status, before.data.includes(LABEL)], ['success', false], before.data);
	const tasks = [...emulator.store.tasks.values()].filter((task) => task.project.id === project.id);
	const photographs = (await readdir(PHOTOS)).filter((name) => /\.(jpe?g|png)$/.test(name));
	assert.deepEqual(tasks.map(({ medium }) => medium.name).sort(), photographs.sort());
	emulator.seed.label(tasks[0]!, { labels: { object: [{ rectangle: [BOX] }] } });
	emulator.seed.move(tasks[0]!, 'COMPLETED');
	const after = await runWorkflow({ url }, id);
	assert.deepEqual([after.status, after.data.includes(LABEL)], ['success', true], after.data);
	assert.equal(
		[...emulator.store.tasks.values()].filter((task) => task.project.id === project.id).length,
		tasks.length,
	);
}

async function main(): Promise<void> {
	exitOnSignals();
	const progress = timedOutput();
	const entry = await installN8n(progress);
	const published = await publishToFolder(ROOT, { withWorkflow: false });
	const emulator = await startEmulator({ generation: 'open-core' });
	const place = await prepare(entry, published.folder, emulator.url);
	const url = `http://127.0.0.1:${place.environment.N8N_PORT}`;
	let server: Background | undefined;
	try {
		server = await start(place);
		await takeFirstSteps(url, emulator);
		progress('n8n starts with a credential and a workflow, which uploads photographs and returns the label of one');
		await server.end('SIGTERM');
		const nodes = join(place.environment.N8N_USER_FOLDER!, '.n8n', 'nodes', 'node_modules', 'n8n-nodes-datagym');
		await writeFile(join(nodes, 'old.js'), '');
		server = await start(place);
		const credentials = await (await N8nClient.signIn(url)).get<SavedCredential[]>('/rest/credentials');
		assert.equal(credentials.length, 1);
		assert(!(await readdir(nodes)).includes('old.js'), 'an old version of the nodes remains');
		await server.end('SIGTERM');
		progress('started again, it has the nodes of its image and what was done in it');
	} finally {
		await server?.end('SIGKILL');
		await emulator.close();
		await published.remove();
		await rm(place.root, { recursive: true, force: true });
	}
}

runMain(main);
