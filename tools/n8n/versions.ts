import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runWorkflow } from '@datagym/test/editor/support/runs';
import { startEmulator, type Emulator } from '@datagym/test/emulator/start';
import { build } from '@datagym/test/emulator/store/configuration';
import { deleteMedium } from '@datagym/test/emulator/store/media';
import { type Hub, HUB_USER, startHub } from '../examples/services/hub';
import { fillIn, readExample, type ExampleName } from '../examples/workflows';
import { PHOTOS, ROOT } from '../paths';
import { exitOnSignals, run, runMain, timedOutput } from '../processes';
import { readersPython } from '../pythonEnvironment';
import { publishToFolder } from '../release/publishedPackage';
import { seedLabeledPhotographs } from '../sample/labeledPhotographs';
import { N8nClient, saveCredentials, type SavedCredential } from './client';
import { itemsOf } from './executedItems';
import { installN8n, N8N_VERSION } from './install';
import { installCommunityPackage, N8nServer } from './server';

/**
 * The examples that keep versions of a dataset, in a real n8n with its data tables: `dataset-versions` gives an item for each difference, and what
 * `publish-to-hub` commits is what huggingface_hub and datasets read. Before that, the Hub of the examples is judged by the client itself.
 */

/** Class name, left, top, width and height in pixels. */
type Box = readonly [string, number, number, number, number];

/** Drawn by hand: examples/photos/predictions.json has them, of which the project has the classes with boxes. */
const BOXES: Readonly<Record<string, readonly Box[]>> = {
	'astronaut.jpg': [
		['person', 20, 15, 343, 497],
		['helmet', 277, 343, 235, 169],
		['rocket', 354, 0, 104, 290],
	],
	'bowl.jpg': [],
	'cat.jpg': [['cat', 0, 0, 399, 300]],
	'coffee.jpg': [
		['cup', 173, 18, 236, 291],
		['spoon', 326, 66, 99, 260],
	],
	'dandelions.jpg': [],
	'dogs.jpg': [
		['dog', 197, 285, 91, 137],
		['dog', 130, 147, 93, 113],
	],
	'flower.jpg': [],
	'pavilion.jpg': [],
	'photographer.png': [
		['person', 0, 63, 332, 449],
		['camera', 253, 139, 72, 46],
	],
	'rocket.jpg': [['rocket', 310, 127, 25, 280]],
};

const REPOSITORY = `${HUB_USER}/photographs`;

async function main(): Promise<void> {
	exitOnSignals();
	const progress = timedOutput();
	const [entry, python] = await Promise.all([installN8n(progress), readersPython()]);
	const [emulator, hub] = await Promise.all([startEmulator({ dummyProject: false }), startHub()]);
	const folder = await mkdtemp(join(tmpdir(), 'versions-'));
	const output = join(folder, 'out');
	await mkdir(output);
	const n8n = await N8nServer.create(entry, { environment: { N8N_RESTRICT_FILE_ACCESS_TO: output } });
	try {
		const judge = async (...args: readonly string[]) => await judgeHub(python, hub, folder, args);
		await judge('client', `${HUB_USER}/of-the-client`);
		progress('huggingface_hub creates, uploads, downloads and tags on the Hub of the examples.');
		const projectId = await seedLabeledPhotographs(emulator);
		const published = await publishToFolder(ROOT, { withWorkflow: false });
		await installCommunityPackage(published.folder, 'n8n-nodes-datagym', n8n.folder);
		await published.remove();
		await n8n.start(progress);
		const client = await N8nClient.signIn(n8n.url);
		const credentials = await saveCredentials(client, [
			{ type: 'dataGymApi', name: 'DataGym account', data: { baseUrl: emulator.url, token: emulator.token } },
			{ type: 'httpBearerAuth', name: 'Hugging Face account', data: { token: hub.token } },
		]);
		const settings = { repository: REPOSITORY, hubUrl: hub.url, outputFolder: output };
		const save = async (name: ExampleName) => await saveExample(client, name, { projectId, settings, credentials });
		const [publishing, versions] = [await save('publish-to-hub'), await save('dataset-versions')];
		const execute = async (id: string) => {
			const { status, data } = await runWorkflow(client, id);
			assert.equal(status, 'success', data);
			return data;
		};

		const first = await execute(versions);
		checkFirst(rowsOf(first));
		await execute(publishing);
		await judge('load', REPOSITORY, await expectation(folder, emulator, projectId, BOXES, ['v1']));
		progress('The first version is published, and datasets loads it with the same pixels and boxes.');

		const unchanged = hub.requests.length;
		assert.deepEqual(rowsOf(await execute(versions)), []);
		await execute(publishing);
		assert.deepEqual(hub.requests.slice(unchanged), [], 'without a change, nothing is asked of the Hub');

		const changed = change(emulator, projectId);
		checkSecond(rowsOf(await execute(versions)));
		assert.deepEqual((await readdir(output)).sort(), ['dataset-v1.zip', 'dataset-v2.zip']);
		const before = hub.requests.length;
		await execute(publishing);
		const uploads = hub.requests.slice(before).filter((request) => request.startsWith('PUT '));
		// The list of a split that is as it was has the same hash, by which the Hub knows it.
		const lists = [...hub.repositories.get(REPOSITORY)!.files].filter(([path]) => path.endsWith('/metadata.parquet'));
		const known = lists.map(([, { bytes }]) => `PUT /lfs/${createHash('sha256').update(bytes).digest('hex')}`);
		assert(uploads.length > 0, 'what was changed is uploaded');
		assert.deepEqual(
			uploads.filter((upload) => !known.includes(upload)),
			[],
			'only lists are uploaded again',
		);
		await judge('load', REPOSITORY, await expectation(folder, emulator, projectId, changed, ['v1', 'v2']));
		assert.deepEqual([...hub.repositories.get(REPOSITORY)!.tags.keys()], ['v1', 'v2']);
		progress(`n8n ${N8N_VERSION} publishes the second version by what changed, and says what that is.`);
	} finally {
		await n8n.remove();
		await hub.close();
		await emulator.close();
		await rm(folder, { recursive: true, force: true });
	}
}

async function saveExample(
	client: N8nClient,
	name: ExampleName,
	surroundings: {
		readonly projectId: string;
		readonly settings: Readonly<Record<string, string>>;
		readonly credentials: readonly SavedCredential[];
	},
): Promise<string> {
	const workflow = fillIn({ name, workflow: await readExample(name) }, surroundings);
	return (await client.post<{ id: string }>('/rest/workflows', workflow)).id;
}

type Row = Readonly<Record<'change' | 'path' | 'className' | 'message', string>> & {
	readonly before: unknown;
	readonly after: unknown;
};

const rowsOf = (data: string) => itemsOf(data, 'What changed') as unknown as Row[];

function checkFirst(rows: readonly Row[]): void {
	const of = (change: string) => rows.filter((row) => row.change === change);
	assert.equal(of('imageAdded').length, 10);
	const labels = Object.fromEntries(of('labels').map(({ className, after }) => [className, after]));
	assert.deepEqual(labels, { camera: 1, cat: 1, cup: 1, dog: 2, helmet: 1, person: 2, rocket: 2, spoon: 1 });
}

/** A cat more on its photograph, a class that is new, and the photograph of the dogs gone. @returns the boxes now. */
function change(emulator: Emulator, projectId: string): Readonly<Record<string, readonly Box[]>> {
	const tasks = [...emulator.store.tasks.values()].filter(({ project }) => project.id === projectId);
	const taskOf = (name: string) => tasks.find(({ medium }) => medium.name === name)!;
	const { configuration } = taskOf('cat.jpg').project;
	const tree = { id: null, entryKey: 'tree', entryValue: 'Tree', type: 'rectangle', color: null, shortcut: null };
	const draft = { ...tree, required: false, maxLength: null, options: {}, children: [] };
	const added = build(emulator.store, configuration, draft, null, new Set());
	configuration.roots.push(added);
	emulator.store.entries.set(added.id, added);
	emulator.seed.label(taskOf('cat.jpg'), { labels: { cat: [{ rectangle: [{ x: 5, y: 6, w: 70, h: 80 }] }] } });
	emulator.seed.label(taskOf('pavilion.jpg'), { labels: { tree: [{ rectangle: [{ x: 1, y: 2, w: 30, h: 40 }] }] } });
	deleteMedium(taskOf('dogs.jpg').medium);
	const others = Object.fromEntries(Object.entries(BOXES).filter(([name]) => name !== 'dogs.jpg'));
	return {
		...others,
		'cat.jpg': [...(others['cat.jpg'] ?? []), ['cat', 5, 6, 70, 80]],
		'pavilion.jpg': [['tree', 1, 2, 30, 40]],
	};
}

function checkSecond(rows: readonly Row[]): void {
	const of = (change: string) => rows.filter((row) => row.change === change);
	const names = (change: string) => of(change).map(({ path }) => path.split('/').at(-1));
	assert.deepEqual(names('imageAdded'), []);
	assert.deepEqual(names('imageRemoved'), ['dogs.jpg']);
	assert.deepEqual(names('imageChanged').sort(), ['cat.jpg', 'pavilion.jpg']);
	assert.deepEqual(
		of('classAdded').map(({ className }) => className),
		['tree'],
	);
	const labels = of('labels').map(({ className, before, after, message }) => [className, before, after, message]);
	assert.deepEqual(labels.sort(), [
		['cat', 1, 2, 'Labels added: 1, removed: 0.'],
		['dog', 2, 0, 'Labels added: 0, removed: 2.'],
		['tree', 0, 1, 'Labels added: 1, removed: 0.'],
	]);
}

/** What `load_dataset` must give, as a file. */
async function expectation(
	folder: string,
	emulator: Emulator,
	projectId: string,
	boxes: Readonly<Record<string, readonly Box[]>>,
	tags: readonly string[],
): Promise<string> {
	const tasks = [...emulator.store.tasks.values()].filter(({ project }) => project.id === projectId);
	const images = Object.entries(boxes).map(([name, drawn]) => {
		const { medium } = tasks.find((task) => task.medium.name === name)!;
		return [medium.id, { file: join(PHOTOS, name), boxes: drawn }] as const;
	});
	const path = join(folder, `${tags.at(-1)}.json`);
	const card = { license: 'cc-by-4.0', name: 'Active learning' };
	await writeFile(path, JSON.stringify({ ...card, tags, images: Object.fromEntries(images) }));
	return path;
}

async function judgeHub(python: string, hub: Hub, folder: string, args: readonly string[]): Promise<void> {
	await run(python, [join(ROOT, 'test', 'readers', 'hub_checks.py'), ...args], {
		environment: {
			...process.env,
			HF_ENDPOINT: hub.url,
			HF_TOKEN: hub.token,
			HF_HUB_DISABLE_XET: '1',
			HF_HUB_DISABLE_PROGRESS_BARS: '1',
			HF_HOME: join(folder, 'huggingface'),
			PYTHONDONTWRITEBYTECODE: '1',
		},
	});
}

runMain(main);
