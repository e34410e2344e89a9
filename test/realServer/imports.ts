import sharp from 'sharp';
import type { AxiosInstance } from 'axios';
import { httpClient } from '../support/httpClient';
import type { Engine, SavedCredential } from '../support/n8n/engine';
import { byId, chain, manualTrigger, node } from '../support/workflow';
import type { RealServer } from './server';

const STATES = [
	'BACKLOG',
	'COMPLETED',
	'REVIEWED',
	'SKIPPED',
	'REVIEWED_SKIP',
	'WAITING_CHANGED',
	'IN_PROGRESS',
	'WAITING',
] as const;
type State = (typeof STATES)[number];

interface Value {
	readonly id: string;
	readonly lcEntryId: string;
	readonly entryKeyLcEntry: string;
	readonly lcEntryValueParentId: string | null;
	readonly point?: { readonly x: number };
	readonly selectKey?: string | null;
	readonly children: readonly Value[];
}

interface OpenTask {
	readonly lastChangedConfig: number;
	readonly labelTaskState: string;
	readonly labelIteration: { readonly id: string; readonly entryValues: readonly Value[] };
	readonly media: { readonly id: string };
}

interface Row {
	readonly taskId: string;
	readonly mediaId: string;
	readonly mediaName: string;
}

interface Scene {
	readonly projectId: string;
	/** By state. */
	readonly tasks: ReadonlyMap<State, Row>;
}

/** The server as its two users see it: people in the user interface, and whoever has a token. */
interface Clients {
	readonly people: AxiosInstance;
	readonly token: AxiosInstance;
}

async function open({ token }: Clients, taskId: string): Promise<OpenTask> {
	return (await token.get<OpenTask>(`/task/${taskId}`)).data;
}

/** What a task holds: left edges of boxes with their colors, and the weather. */
async function heldBy(clients: Clients, { taskId }: Row): Promise<readonly string[]> {
	const { labelIteration } = await open(clients, taskId);
	return labelIteration.entryValues
		.map(({ entryKeyLcEntry, point, selectKey, children }) =>
			[entryKeyLcEntry, point?.x ?? selectKey, ...children.flatMap((child) => child.selectKey ?? [])].join(' '),
		)
		.sort();
}

async function prepare({ people, token }: Clients, owner: string): Promise<Scene> {
	const name = `import law ${Date.now()}`;
	const project = { name, shortDescription: 'import law', owner, mediaType: 'IMAGE' };
	const { id: projectId, labelConfigurationId } = (
		await people.post<{ id: string; labelConfigurationId: string }>('/api/project', project)
	).data;
	const dataset = (await token.post<{ id: string }>('/dataset', { name, shortDescription: 'import law' })).data;
	await token.post(`/project/${projectId}/dataset/${dataset.id}`);
	const color = { entryKey: 'color', entryValue: 'Color', type: 'SELECT', required: false, options: { red: 'Red' } };
	const weather = { ...color, entryKey: 'weather', entryValue: 'Weather', options: { sun: 'Sun', rain: 'Rain' } };
	const car = { entryKey: 'car', entryValue: 'Car', type: 'RECTANGLE', color: '#ff0000', shortcut: '1' };
	await token.put(`/config/${labelConfigurationId}`, [
		{ ...car, children: [{ ...color, children: [] }] },
		{ ...weather, children: [] },
	]);
	const bytes = await sharp({ create: { width: 640, height: 480, channels: 3, background: 'gray' } })
		.png()
		.toBuffer();
	for (const state of STATES)
		await token.post(`/media/${dataset.id}/file`, bytes, {
			headers: { 'X-filename': `${state}.png`, 'Content-Type': 'application/octet-stream' },
		});
	const rows = (await token.get<readonly Row[]>(`/task/${projectId}/list?state=BACKLOG`)).data;
	const rowOf = (state: State) => rows.find(({ mediaName }) => mediaName === `${state}.png`)!;
	return { projectId, tasks: new Map(STATES.map((state) => [state, rowOf(state)])) };
}

/** A person moves one imported box, says the color of another, answers for the image, and draws a box. */
async function workOn(clients: Clients, { taskId }: Row): Promise<void> {
	const { people } = clients;
	const { labelIteration, media } = await open(clients, taskId);
	const change = async ({ id, lcEntryId, lcEntryValueParentId }: Value, content: object) =>
		await people.put(`/api/lcvalues/${id}`, {
			id,
			lcEntryId,
			labelTaskId: taskId,
			lcEntryValueParentId,
			comment: null,
			...content,
		});
	const cars = labelIteration.entryValues.filter(({ entryKeyLcEntry }) => entryKeyLcEntry === 'car');
	const at = (x: number) => cars.find(({ point }) => point?.x === x)!;
	await change(at(1), { x: 300, y: 300, width: 5, height: 5 });
	await change(at(2).children[0]!, { selectKey: 'red' });
	await change(labelIteration.entryValues.find(({ entryKeyLcEntry }) => entryKeyLcEntry === 'weather')!, {
		selectKey: 'sun',
	});
	const { lcEntryId } = at(1);
	const wanted = { iterationId: labelIteration.id, mediaId: media.id, labelTaskId: taskId, lcEntryId };
	const drawn = (await people.post<Value>(`/api/lcvalues/${lcEntryId}`, wanted)).data;
	await change(drawn, { x: 400, y: 300, width: 5, height: 5 });
}

async function moveTo(clients: Clients, state: State, { taskId }: Row, projectId: string): Promise<void> {
	const { people, token } = clients;
	const complete = async () =>
		await token.put(`/task/${taskId}/completeTask`, {
			lastChangedConfig: (await open(clients, taskId)).lastChangedConfig,
		});
	const skip = async () => await token.put(`/task/${taskId}/skipTask`);
	const review = async () => await people.put('/api/task/reviewedSuccess', { taskId, reviewComment: 'ok' });
	const release = async () => await people.put(`/api/task/${taskId}/toWaiting`);
	const steps: Record<State, ReadonlyArray<() => Promise<unknown>>> = {
		BACKLOG: [],
		COMPLETED: [complete],
		REVIEWED: [complete, review],
		SKIPPED: [skip],
		REVIEWED_SKIP: [skip, review],
		WAITING_CHANGED: [complete, async () => await people.put(`/api/task/${taskId}/skipToWC`)],
		IN_PROGRESS: [release, async () => await people.get(`/api/user/nextTask/${projectId}`)],
		WAITING: [release],
	};
	for (const step of steps[state]) await step();
}

/** What the import gives for each state, as items or errors. */
async function importCars(
	engine: Engine,
	credential: SavedCredential,
	{ projectId, tasks }: Scene,
	left: number | readonly number[],
	parameters: Record<string, unknown> = {},
) {
	const rectangles = [left].flat().map((x) => ({ rectangle: [{ x, y: 200, w: 5, h: 5 }], classifications: {} }));
	const dataGym = node(
		'DataGym',
		'n8n-nodes-datagym.dataGym',
		{ resource: 'prediction', operation: 'import', projectId: byId(projectId), ...parameters } as never,
		{ onError: 'continueRegularOutput' },
	);
	const input = [...tasks.values()].map(({ mediaId }) => ({
		json: { internal_media_ID: mediaId, labels: { car: rectangles }, global_classifications: { weather: ['rain'] } },
	}));
	const run = await engine.runWorkflow(chain(manualTrigger, dataGym), { credentials: [credential], input });
	if (run.error) throw new Error(run.error.message);
	return run.itemsOf('DataGym').map(({ json }) => json);
}

const PEOPLES = ['car 2 red', 'car 300', 'car 400', 'weather sun'];

async function look(
	clients: Clients,
	title: string,
	scene: Scene,
	outputs: ReadonlyArray<Record<string, unknown>>,
): Promise<number> {
	console.log(`\n${title}`);
	let lost = 0;
	for (const [index, [state, row]] of [...scene.tasks].entries()) {
		const held = await heldBy(clients, row);
		const { labelTaskState } = await open(clients, row.taskId);
		const missing = PEOPLES.filter((label) => !held.includes(label));
		lost += missing.length;
		const output = outputs[index] ?? {};
		const counts = ['removedLabels', 'removedAnswers', 'keptLabels', 'keptAnswers'].map((key) => String(output[key]));
		const said = output.error ?? `${String(output.status)}, ${counts.join(' ')}`;
		console.log(
			`${labelTaskState === state ? state : `${state} → ${labelTaskState}`}: ${held.join(', ')} | ${String(said)}`,
		);
		if (missing.length > 0) console.log(`  LOST: ${missing.join(', ')}`);
	}
	return lost;
}

/**
 * What docs/predictions.md promises: imports into a task of each state in which a person has worked over the API of the user
 * interface remove nothing that the person made, unless that is asked for.
 */
export async function importsKeepWork({ url, token, organization, engine, credential }: RealServer): Promise<void> {
	const clients = {
		people: httpClient({ baseURL: url }),
		token: httpClient({ baseURL: `${url}/api/v1`, headers: { Authorization: `Token ${token}` } }),
	};
	const scene = await prepare(clients, organization);
	const cars = async (left: number | readonly number[], parameters: Record<string, unknown> = {}) =>
		await importCars(engine, credential, scene, left, parameters);
	await cars([1, 2, 3]);
	for (const row of scene.tasks.values()) await workOn(clients, row);
	for (const [state, row] of scene.tasks) await moveTo(clients, state, row, scene.projectId);
	const allowed = { options: { allowFinished: true } };
	let lost = await look(clients, 'Before', scene, []);
	lost += await look(clients, 'Replace Earlier Imports', scene, await cars(10));
	lost += await look(clients, '… also in started and finished tasks', scene, await cars(20, allowed));
	lost += await look(clients, '… with nothing found', scene, await cars([], allowed));
	lost += await look(clients, 'Keep and Add', scene, await cars(30, { ...allowed, existingLabels: 'add' }));
	if (lost > 0) throw new Error(`${lost} labels and answers that people made are lost`);
	const everything = { existingLabels: 'replaceAll', options: { ...allowed.options, countExisting: true } };
	await look(clients, 'Replace Everything, where all is lost as asked for', scene, await cars(40, everything));
}
