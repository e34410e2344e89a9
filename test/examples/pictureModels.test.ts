/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readExample, type ExampleName } from '@datagym/tools/examples/workflows';
import { PHOTOS } from '@datagym/tools/paths';
import { seedPhotographs } from '@datagym/tools/sample/activeLearning';
import { startModel, type Model } from '../emulator/model/detector';
import { startEmulator, type Emulator } from '../emulator/start';
import { startEngine, type Engine, type SavedCredential } from '../support/n8n/lentEngine';

interface Drawn {
	readonly labels: Record<
		string,
		ReadonlyArray<{ readonly rectangle?: readonly Box[]; readonly polygon?: ReadonlyArray<{ x: number; y: number }> }>
	>;
}

interface Box {
	readonly x: number;
	readonly y: number;
	readonly w: number;
	readonly h: number;
}

/** What people have drawn on the photographs: the truth that the models know. */
const DRAWN = JSON.parse(readFileSync(join(PHOTOS, 'predictions.json'), 'utf8')) as Record<string, Drawn>;

let engine: Engine;
let server: Emulator;
let model: Model;
let credential: SavedCredential;

beforeAll(async () => {
	engine = await startEngine();
	server = await startEmulator({ dummyProject: false });
	model = await startModel(PHOTOS);
	credential = await engine.saveCredential('dataGymApi', { baseUrl: server.url, token: server.token });
});
afterAll(async () => {
	await model.close();
	await server.close();
	await engine.stop();
});

async function run(name: ExampleName, settings: Record<string, string>) {
	const finished = await engine.runWorkflow(await readExample(name, settings), {
		credentials: [credential],
		startNode: 'Start',
	});
	expect(finished.error).toBeUndefined();
	return finished;
}

interface StoredValue {
	readonly entryKeyLcEntry: string;
	readonly point?: { readonly x: number; readonly y: number };
	readonly points?: ReadonlyArray<{ readonly x: number; readonly y: number }>;
	readonly width?: number;
	readonly height?: number;
}

/** The values that the server has, by the image's name. */
async function stored(projectId: string): Promise<Record<string, readonly StoredValue[]>> {
	const tasks = [...server.store.tasks.values()].filter(({ project }) => project.id === projectId);
	const entries = tasks.map(async ({ id, medium }) => {
		const headers = { Authorization: `Token ${server.token}` };
		const response = await fetch(`${server.url}/api/v1/task/${id}`, { headers });
		const { labelIteration } = (await response.json()) as { labelIteration: { entryValues: StoredValue[] } };
		return [medium.name, labelIteration.entryValues] as const;
	});
	return Object.fromEntries(await Promise.all(entries));
}

function overlap(a: Box, b: Box): number {
	const width = Math.min(a.x + a.w, b.x + b.w) - Math.max(a.x, b.x);
	const height = Math.min(a.y + a.h, b.y + b.h) - Math.max(a.y, b.y);
	const shared = Math.max(0, width) * Math.max(0, height);
	return shared / (a.w * a.h + b.w * b.h - shared);
}

function areaOf(points: ReadonlyArray<{ readonly x: number; readonly y: number }>): number {
	const twice = points.map(({ x, y }, index) => {
		const next = points[(index + 1) % points.length]!;
		return x * next.y - next.x * y;
	});
	return Math.abs(twice.reduce((sum, part) => sum + part, 0)) / 2;
}

test('the vision language model puts its boxes where people drew them, and images without any are done, too', async () => {
	const projectId = await seedPhotographs(server);
	const finished = await run('vision-language-model', { projectId, geminiUrl: model.geminiUrl });
	const items = finished.itemsOf('Import pre-labels').map(({ json }) => json);
	expect(items).toHaveLength(10);
	for (const item of items) expect(item).toMatchObject({ status: 'imported' });
	expect(items.find(({ imageName }) => imageName === 'coffee.jpg')).toMatchObject({
		format: 'Gemini Boxes',
		labelCount: 2,
	});
	for (const [name, values] of Object.entries(await stored(projectId))) {
		const truth = Object.entries(DRAWN[name]?.labels ?? {}).flatMap(([label, shapes]) =>
			shapes.flatMap(({ rectangle = [] }) => rectangle.map((box) => ({ label, ...box }))),
		);
		expect([name, values.length]).toEqual([name, truth.length]);
		for (const { entryKeyLcEntry: key, point, width: w = 0, height: h = 0 } of values) {
			const best = truth
				.filter(({ label }) => label === key)
				.map((box) => overlap(box, { x: point!.x, y: point!.y, w, h }));
			expect(Math.max(...best)).toBeGreaterThan(0.97);
		}
	}
});

test('the masks of Segment Anything become polygons of the class in the settings', async () => {
	const projectId = await seedPhotographs(server, [{ entryKey: 'thing', type: 'polygon' }]);
	const settings = { projectId, segmenterUrl: model.segmentUrl, className: 'thing' };
	const finished = await run('segment-anything', settings);
	for (const { json } of finished.itemsOf('Import masks')) expect(json).toMatchObject({ status: 'imported' });
	const values = await stored(projectId);
	const bowl = values['bowl.jpg']!;
	const truth = Object.values(DRAWN['bowl.jpg']!.labels).flatMap((shapes) =>
		shapes.flatMap(({ polygon }) => (polygon ? [areaOf(polygon)] : [])),
	);
	expect(bowl.map(({ entryKeyLcEntry }) => entryKeyLcEntry)).toEqual(truth.map(() => 'thing'));
	const areas = bowl.map(({ points }) => areaOf(points!)).sort((a, b) => a - b);
	truth.sort((a, b) => a - b).forEach((area, index) => expect(areas[index]! / area).toBeCloseTo(1, 1));
	expect(values['cat.jpg']).toEqual([]);
});
