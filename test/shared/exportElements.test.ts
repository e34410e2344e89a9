/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { Project } from '../emulator/store/model';
import { byId, jsonOf, openHarness, type Harness } from '../support/datagym';

let harness: Harness;
let project: Project;
/** The header and the images, as the server writes each. */
let header: string;
let images: string[];

const NAMES = ['a.jpg', 'b.jpg', 'c.jpg', 'd.jpg', 'e.jpg'];

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	const seeded = harness.server.seed.project({ name: 'Cut', datasetName: 'Cut images' });
	project = seeded.project;
	harness.server.seed.tasks(project, seeded.dataset!, {
		count: NAMES.length,
		name: (index) => NAMES[index]!,
		state: 'COMPLETED',
	});
	const { url, token } = harness.server;
	const answer = await fetch(`${url}/api/v1/export/${project.id}`, { headers: { Authorization: `Token ${token}` } });
	const elements = ((await answer.json()) as object[]).map((element) => JSON.stringify(element));
	[header = '', ...images] = elements;
});
afterEach(() => harness.server.onRequest(undefined));
afterAll(async () => await harness.close());

/** Lets the server answer with these exports, one after the other, and gives the names of the images that come out. */
async function namesFrom(...exports: readonly string[]): Promise<readonly unknown[]> {
	const left = [...exports];
	harness.server.onRequest(({ route }) => {
		const body = route.startsWith('GET /api/v1/export/') ? left.shift() : undefined;
		return body === undefined ? undefined : { status: 200, body, headers: { 'content-type': 'application/json' } };
	});
	const items = jsonOf(await harness.run('export', 'getLabels', { projectId: byId(project.id), source: 'export' }));
	expect(left).toEqual([]);
	return items.map(({ imageName }) => imageName).sort();
}

const whole = (...order: readonly number[]) => `[${[header, ...order.map((index) => images[index]!)].join(',')}]`;
/** Breaks off in the middle of the last of these images, as the answer of a server that fails while it writes. */
const cut = (...order: readonly number[]) => whole(...order).slice(0, -20);

describe('an export that breaks off', () => {
	test('gives each image once, though the server begins anew and in another order', async () => {
		expect(await namesFrom(cut(0, 1, 2), whole(4, 2, 1, 0, 3))).toEqual(NAMES);
	});

	test('gives each image once, though it breaks off twice and elsewhere', async () => {
		expect(await namesFrom(cut(0, 1), cut(3, 0, 4), whole(0, 1, 2, 3, 4))).toEqual(NAMES);
	});
});
