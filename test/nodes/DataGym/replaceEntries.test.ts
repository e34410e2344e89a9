import { setTimeout as wait } from 'node:timers/promises';
import { DataGymApi, Transport } from '@datagym/client';
import { checkLabelConfig, type LabelConfigEntry } from '@datagym/labels';
import { replaceEntries } from '@datagym/nodes/DataGym/labelConfig/replace';
import { InputError } from '@datagym/shared/errors';
import { sendDirectly } from '../../conformance/sendDirectly';
import { startEmulator, type Emulator } from '../../emulator/start';
import type { Project } from '../../emulator/store/model';
import { FAULTS, type Fault } from '../../faults/faults';
import { FaultProxy, type Strike } from '../../faults/proxy';

/**
 * The promise of docs/uploading.md#label-configurations: after "Replace Existing", whatever breaks, the project has the new
 * classes or the old ones, or the error carries the old ones in the form in which they are uploaded.
 */
let server: Emulator;
beforeAll(async () => {
	server = await startEmulator({ dummyProject: false });
});
afterAll(async () => await server.close());

const OLD = [
	{ entryKey: 'car', type: 'rectangle', color: 'red' },
	{ entryKey: 'Point', type: 'point' },
	{ entryKey: 'weather', type: 'select', options: { sun: 'Sun' } },
];
const NEW: LabelConfigEntry[] = [{ entryKey: 'Van', entryValue: 'Van', type: 'polygon', children: [] }];
const OLD_KEYS = ['car', 'point', 'weather'];
const NEW_KEYS = ['van'];

let projects = 0;
function newProject(): Project {
	const name = `Replaced ${++projects}`;
	const { project, dataset } = server.seed.project({ name, datasetName: name, classes: OLD });
	server.seed.tasks(project, dataset!, { count: 1, state: 'COMPLETED' });
	return project;
}
const keysOf = (project: Project) => project.configuration.roots.map(({ key }) => key).sort();

/** What strikes which requests that change something: by their number, from 0. */
type Strikes = (number: number, kind: string) => Strike | undefined;

interface Trial {
	project: Project;
	error?: unknown;
	signal: AbortSignal;
}

async function replaceThrough(strikes: Strikes, cancel = new AbortController()): Promise<Trial> {
	const project = newProject();
	const proxy = await FaultProxy.start(server.url, server.url);
	let changes = 0;
	proxy.choose = ({ method, kind }) => (method === 'GET' ? undefined : strikes(changes++, kind));
	const transport = new Transport(sendDirectly(server.token), {
		baseUrl: proxy.url,
		idleTimeout: 400,
		retryFor: 0,
		isUnattended: true,
		limits: { concurrency: 6, requestsPerSecond: undefined },
		sleep: async (milliseconds, signal) => await wait(milliseconds, undefined, signal ? { signal } : {}),
		signal: cancel.signal,
	});
	const api = DataGymApi.over(transport, 'media');
	const place = { projectId: project.id, labelConfigurationId: project.configuration.id };
	const error: unknown = await replaceEntries(api, place, NEW, { tasks: 1, byStatus: { completed: 1 } }, 1500).then(
		() => undefined,
		(failure: unknown) => failure,
	);
	await proxy.close();
	return { project, error, signal: cancel.signal };
}

/** Nothing is lost: the one law, for each trial. */
function check({ project, error }: Trial): 'new' | 'old' | 'told' | 'lost' {
	const keys = keysOf(project);
	if (error === undefined) return String(keys) === String(NEW_KEYS) ? 'new' : 'lost';
	if (String(keys) === String(OLD_KEYS)) return 'old';
	if (String(keys) === String(NEW_KEYS)) return 'new';
	return error instanceof InputError && isCarried(error) ? 'told' : 'lost';
}

/** The old entries stand in the item and, as JSON, in the description, and can be uploaded as they stand there. */
function isCarried({ remedy, output }: InputError): boolean {
	const json = /as JSON: (\[.*\]) All labels/.exec(remedy)?.[1] ?? '[]';
	const again = checkLabelConfig(JSON.parse(json));
	const keys = again.ok ? again.entries.map(({ entryKey }) => entryKey.toLowerCase()).sort() : [];
	return String(keys) === String(OLD_KEYS) && JSON.stringify(output.oldEntries) === json;
}

const LIGHT = FAULTS.filter(({ isHeavy }) => isHeavy !== true);
const first =
	(at: number, { strike, lasts }: Fault): Strikes =>
	(number) =>
		number === at || (lasts === true && number > at) ? strike : undefined;

describe.each([
	['the clearing', 0],
	['the upload of the new entries', 1],
])('a fault in %s', (_what, at) => {
	test('loses nothing, whatever it is', async () => {
		const outcomes = await Promise.all(
			LIGHT.map(async (fault) => [fault.name, check(await replaceThrough(first(at, fault)))] as const),
		);
		expect(outcomes.filter(([, outcome]) => outcome === 'lost')).toEqual([]);
	}, 120_000);
});

test('a second fault, in the upload and in what follows it, loses nothing, whatever both are', async () => {
	const passing = LIGHT.filter(({ lasts }) => lasts !== true);
	const outcomes = await Promise.all(
		LIGHT.map(async (second, index) => {
			const before = passing[index % passing.length] as Fault;
			const strikes: Strikes = (number) =>
				number === 1 ? before.strike : number === 2 || (number > 2 && second.lasts) ? second.strike : undefined;
			return [before.name, second.name, check(await replaceThrough(strikes))] as const;
		}),
	);
	expect(outcomes.filter(([, , outcome]) => outcome === 'lost')).toEqual([]);
}, 120_000);

test('if neither the new nor the old entries can be stored, the error carries the old ones', async () => {
	const refuse = LIGHT.find(({ name }) => name === '500 `ex_system`') as Fault;
	const trial = await replaceThrough((_number, kind) => (kind.startsWith('PUT') ? refuse.strike : undefined));
	expect(keysOf(trial.project)).toEqual([]);
	expect(check(trial)).toBe('told');
	expect((trial.error as InputError).message).toContain('was cleared, but the new one could not be stored');
});

test('a refused clearing changes nothing, and is told as the server tells it', async () => {
	const forbid = LIGHT.find(({ name }) => name === '401') as Fault;
	const trial = await replaceThrough(first(0, forbid));
	expect(keysOf(trial.project)).toEqual(OLD_KEYS);
	expect((trial.error as Error).message).toContain('did not accept the API token');
});

test.each([0, 1])('a cancel during the change number %s does not stop it half-way', async (at) => {
	const cancel = new AbortController();
	const passOn: Strike = async ({ ask, socket }) => {
		cancel.abort();
		await ask();
		// The answer gets lost, so that it takes another request to go on.
		socket.destroy();
	};
	const trial = await replaceThrough((number) => (number === at ? passOn : undefined), cancel);
	expect(trial.error).toBeUndefined();
	expect(keysOf(trial.project)).toEqual(NEW_KEYS);
});

test('a cancel before the clearing leaves everything as it is', async () => {
	const cancel = new AbortController();
	cancel.abort();
	const trial = await replaceThrough(() => undefined, cancel);
	expect(trial.error).toBeDefined();
	expect(keysOf(trial.project)).toEqual(OLD_KEYS);
});
