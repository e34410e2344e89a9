/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { zipSync } from 'fflate';
import type { SeenRequest } from '../../emulator/http/observation';
import { valuesOf } from '../../emulator/store/values';
import { byId, jsonOf, openHarness, type Harness } from '../../support/datagym';
import { jpeg } from '../../support/images';
import type { ImportOrder } from './importWorker';

/** Docs/importing-datasets.md, "Run it again": after a crash at any moment, nothing is missing and nothing comes twice. */

const COUNT = 150;
const SIZE = { width: 64, height: 48 };
const BOX = { x: 10, y: 12, width: 20, height: 16 };
/** A ring of one pixel in the columns 40 to 42 of the rows 5 to 7: an area with a hole, as COCO's run lengths have it. */
const RING = [40 * 48 + 5, 3, 45, 1, 1, 1, 45, 3, 64 * 48 - (42 * 48 + 8)];
/** Of which so many images have an area with a hole. */
const EVERY = 10;
/** Milliseconds of the server for an image, as of a busy one. */
const UPLOAD_TIME = 800;

let folder: string;
beforeAll(async () => {
	folder = await mkdtemp(join(tmpdir(), 'datagym-kills-'));
	await writeFile(join(folder, 'dataset.zip'), await archive());
});
afterAll(async () => await rm(folder, { recursive: true, force: true }));

const names = Array.from({ length: COUNT }, (_, index) => `${String(index).padStart(3, '0')}.jpg`);
const hasRing = (index: number) => index % EVERY === 0;

async function archive(): Promise<Uint8Array> {
	const photo = new Uint8Array(await jpeg(SIZE));
	const annotations = {
		images: names.map((name, id) => ({ id, file_name: name, ...SIZE })),
		categories: [
			{ id: 1, name: 'car' },
			{ id: 2, name: 'ring' },
		],
		annotations: names.flatMap((_, id) => [
			{ id, image_id: id, category_id: 1, bbox: [BOX.x, BOX.y, BOX.width, BOX.height], iscrowd: 0 },
			...(hasRing(id)
				? [
						{
							id: COUNT + id,
							image_id: id,
							category_id: 2,
							bbox: [40, 5, 3, 3],
							iscrowd: 1,
							segmentation: { size: [SIZE.height, SIZE.width], counts: RING },
						},
					]
				: []),
		]),
	};
	const photos = Object.fromEntries(names.map((name) => [`images/${name}`, photo]));
	return zipSync({ ...photos, 'instances.json': new TextEncoder().encode(JSON.stringify(annotations)) }, { level: 0 });
}

const isUpload = ({ method, path }: SeenRequest) => method === 'POST' && path.endsWith('/file');
const isImport = ({ method, path }: SeenRequest) => method === 'POST' && path.endsWith('/prediction');
const isConfiguration = ({ method, path }: SeenRequest) => method !== 'GET' && /\/l?config\//.test(path);
const isDrawing = ({ method, path }: SeenRequest) => method === 'PUT' && path.includes('/lcvalues/');

/** The process dies when so many uploads have begun, and so many requests of a kind, of which the last one is still under way. */
interface Moment {
	readonly images: number;
	readonly number: number;
	readonly isMeant: (request: SeenRequest) => boolean;
}

const THIRD: Moment = { images: 56, number: 1, isMeant: isImport };
const TWO_THIRDS: Moment = { images: 104, number: 1, isMeant: isImport };
const MOMENTS = [
	['at a third, while labels are sent', THIRD],
	['at two thirds, while labels are sent', TWO_THIRDS],
] as const;

describe.each([
	[
		'with tokens',
		'current',
		{},
		[...MOMENTS, ['while classes are added', { images: 1, number: 1, isMeant: isConfiguration }]] as const,
	],
	[
		'of the open core',
		'open-core',
		{ authentication: 'none', token: '' },
		[...MOMENTS, ['while an area is drawn', { images: 1, number: 2, isMeant: isDrawing }]] as const,
	],
] as const)('A server %s', (_, generation, credential, moments) => {
	let harness: Harness;
	beforeAll(async () => {
		harness = await openHarness({ generation, dummyProject: false }, credential);
	});
	afterAll(async () => await harness.close());

	/** Imports in a process that dies; what is under way then reaches the server all the same. */
	async function killed(order: ImportOrder, { images, number, isMeant }: Moment) {
		const worker = fork(join(__dirname, 'importWorker.ts'), { execArgv: ['--import', 'tsx'] });
		const answers: unknown[] = [];
		worker.on('message', (answer) => answers.push(answer));
		const ended = once(worker, 'exit');
		let [uploads, met] = [0, 0];
		harness.server.onRequest(async (request) => {
			if (isUpload(request)) uploads++;
			if (isMeant(request)) met++;
			if (uploads >= images && met >= number) worker.kill('SIGKILL');
			if (isMeant(request) && met >= number) await ended;
			// As long as a server takes, so that not all are there before the first labels are sent.
			else if (isUpload(request)) await setTimeout(UPLOAD_TIME);
		});
		worker.send(order);
		const [, signal] = (await ended) as [number | null, string | null];
		harness.server.onRequest(undefined);
		// Until the last upload that was under way is stored, too.
		await setTimeout(2 * UPLOAD_TIME);
		expect({ answers, signal }).toEqual({ answers: [], signal: 'SIGKILL' });
	}

	test.each(moments)(
		'an import that is killed %s is completed by the next run, with nothing twice',
		async (name, moment) => {
			const { project } = harness.server.seed.project({ name: `Killed ${name}`, classes: [] });
			const parameters = { projectId: byId(project.id), datasetName: `Of ${project.id.slice(0, 8)}` };
			const { url, token } = harness.server;
			const order = {
				credential: { baseUrl: url, token, ...credential },
				archive: join(folder, 'dataset.zip'),
				parameters,
			};
			await killed(order, moment);
			const before = uploadedTo(project.id);
			expect(before).toBeLessThan(COUNT);

			const items = [await harness.itemWithFile(Buffer.from(await archive()), 'dataset.zip', 'application/zip')];
			const outputs = jsonOf(await harness.run('dataset', 'import', parameters, { items }));
			expect(outputs.map(({ status }) => status)).toEqual(Array(COUNT).fill('imported'));
			expect(outputs.filter(({ upload }) => upload === 'skipped').length).toBe(before);
			expect(outputs.every(({ taskId }) => typeof taskId === 'string')).toBe(true);
			expect(project.configuration.roots.map(({ key }) => key).sort()).toEqual(['car', 'ring']);
			const tasks = tasksOf(project.id);
			expect(tasks.map(({ medium }) => medium.name).sort()).toEqual(names);
			const datasets = [...harness.server.store.datasets.values()].filter(
				({ name }) => name === parameters.datasetName,
			);
			expect(datasets.map(({ media }) => media.size)).toEqual([COUNT]);
			for (const task of tasks) {
				const values = valuesOf(task).map(({ entry, content }) => [entry.key, content]);
				const cars = values.filter(([key]) => key === 'car');
				expect(cars).toEqual([['car', expect.objectContaining({ type: 'RECTANGLE', ...BOX })]]);
				const rings = values.filter(([key]) => key === 'ring');
				expect(rings).toHaveLength(hasRing(names.indexOf(task.medium.name)) ? 1 : 0);
				for (const [, content] of rings) expect(JSON.stringify(content)).toContain('40');
			}
		},
	);

	const tasksOf = (projectId: string) =>
		[...harness.server.store.tasks.values()].filter(({ project }) => project.id === projectId);
	const uploadedTo = (projectId: string) => tasksOf(projectId).length;
});
