import { ask } from './ask';
import type { Task } from './store/model';
import { startEmulator, type Emulator } from './start';

/**
 * What 459 requests to the real server and to this one showed to be different, and what its source says, one test each:
 * docs/contract.md under the heading in the name of each block.
 */
let server: Emulator;
beforeAll(async () => {
	server = await startEmulator({ dummyProject: false });
});
afterAll(async () => await server.close());

let projects = 0;
function newProject(classes: Parameters<Emulator['seed']['project']>[0]['classes'] = []) {
	const name = `Measured ${++projects}`;
	const { project, dataset } = server.seed.project({ name, datasetName: name, classes });
	if (!dataset) throw new Error('no dataset');
	const [task] = server.seed.tasks(project, dataset, { count: 1, width: 30, height: 20 });
	return { project, dataset, task: task as Task };
}

interface Refusal {
	key: string;
	params: string[];
	details: Array<{ name: string; key: string; params: string[] }>;
}
type Entry = { entryKey: string } & Record<string, unknown>;

const entry = (more: object): object => ({ entryKey: 'car', entryValue: 'Car', type: 'rectangle', ...more });
async function put(entries: unknown) {
	const { project } = newProject();
	const answer = await ask<{ entries: Entry[] } & Refusal>(
		server,
		'PUT',
		`/api/v1/config/${project.configuration.id}`,
		entries,
	);
	return { ...answer, project };
}
const stored = async (more: object) => (await put([entry(more)])).json.entries[0];

describe('Configuration entries', () => {
	test('keys are stored in lower case, and two spellings of one become two classes', async () => {
		const { status, json } = await put([entry({ entryKey: 'Car' }), entry({ entryKey: 'car' })]);
		expect([status, json.entries.map(({ entryKey }) => entryKey)]).toEqual([200, ['car', 'car']]);
		const nested = [{ entryKey: 'Front Plate', entryValue: 'P', type: 'polygon' }];
		expect((await stored({ entryKey: 'Traffic Light', children: nested })) as object).toMatchObject({
			entryKey: 'traffic light',
			children: [{ entryKey: 'front plate' }],
		});
	});

	test('color, shortcut and required are dropped where the type has none, and options of a geometry, too', async () => {
		const options = { a: 'A' };
		expect(await stored({ type: 'select', color: 'red', shortcut: '1', required: true, options })).toMatchObject({
			color: null,
			shortcut: null,
			required: true,
			options,
		});
		expect(await stored({ color: 'red', shortcut: '1', required: true, options })).toMatchObject({
			color: 'red',
			shortcut: '1',
			required: false,
			options: {},
		});
	});

	test('null for options stays null, missing ones become empty', async () => {
		expect(await stored({ type: 'select', options: null })).toMatchObject({ options: null });
		expect(await stored({ type: 'select' })).toMatchObject({ options: {} });
	});

	test('a maximum length of 1.5 becomes 1', async () => {
		expect(await stored({ type: 'freetext', maxLength: 1.5 })).toMatchObject({ maxLength: 1 });
	});

	test.each([
		['color', { color: 'x'.repeat(256) }],
		['title of an option', { type: 'select', options: { a: 'x'.repeat(256) } }],
		['key of an option', { type: 'select', options: { ['x'.repeat(256)]: 'a' } }],
	])('a %s over 255 characters is an unknown fault, and nothing is stored', async (_what, more) => {
		const { status, json, project } = await put([entry(more)]);
		expect([status, json.key]).toEqual([500, 'ex_system']);
		expect(project.configuration.roots).toEqual([]);
		expect(await stored({ color: '😀'.repeat(255) })).toMatchObject({ color: '😀'.repeat(255) });
	});

	test.each(['red', 'réd', 'Red '])('the options Red and %s are one to the database', async (twin) => {
		const { status, json } = await put([entry({ type: 'select', options: { Red: '1', [twin]: '2' } })]);
		expect([status, json.key]).toEqual([500, 'ex_system']);
	});

	test('a reserved word in another case is taken, and stored in lower case', async () => {
		expect(await stored({ entryKey: 'Point' })).toMatchObject({ entryKey: 'point' });
		expect((await put([entry({ entryKey: 'point' })])).json.key).toBe('ex_gen_forbidden_keyword');
	});

	test('an ID that does not exist is not found', async () => {
		const { status, json } = await put([entry({ id: 'unknown' })]);
		expect([status, json.key, json.params]).toEqual([404, 'ex_notfound', ['Entry', 'id', 'unknown']]);
	});

	test('a nested entry whose children are null is dropped without a word', async () => {
		const children = [{ entryKey: 'plate', entryValue: 'P', type: 'polygon', children: null }];
		expect(await stored({ children })).toMatchObject({ children: [] });
	});

	test('a null in the list is an unknown fault', async () => {
		const { status, json } = await put([null]);
		expect([status, json.key]).toEqual([500, 'ex_system']);
	});
});

describe('Names', () => {
	test.each([
		['café.jpg', 'cafe.jpg'],
		['Müller.jpg', 'muller.JPG'],
		['Straße.jpg', 'strase.jpg'],
	])('%s is the name of %s', async (first, second) => {
		const { dataset } = newProject();
		const upload = async (name: string) =>
			await ask<Refusal>(server, 'POST', `/api/v1/media/${dataset.id}/file`, PNG, {
				'X-filename': Buffer.from(name, 'latin1').toString('latin1'),
			});
		expect((await upload(first)).status).toBe(200);
		const { status, json } = await upload(second);
		expect([status, json.key]).toEqual([412, 'ex_alreadyexists']);
	});

	test('two spellings of one link in bytes are two links', async () => {
		const { dataset } = newProject();
		const urls = ['http://x.test/ä.jpg', 'http://x.test/%C3%A4.jpg'];
		const { json } = await ask<Array<{ mediaUploadStatus: string }>>(
			server,
			'POST',
			`/api/v1/media/${dataset.id}/url`,
			urls,
		);
		expect(json.map(({ mediaUploadStatus }) => mediaUploadStatus)).toEqual(['SUCCESS', 'SUCCESS']);
	});
});

describe('Label values', () => {
	const PLATE = { entryKey: 'plate', type: 'polygon' };
	const CLASSES = [
		{ entryKey: 'car', type: 'rectangle', children: [PLATE] },
		{ entryKey: 'van', type: 'rectangle' },
	];
	function scene() {
		const { project, task } = newProject(CLASSES);
		const [car, van] = ['car', 'van'].map((key) => project.configuration.roots.find((root) => root.key === key)!);
		const plate = car!.children[0]!;
		const create = async (lcEntryId: string, lcEntryValueParentId?: string) =>
			await ask<Refusal & { id: string }>(server, 'POST', `/api/v1/lcValue/${lcEntryId}`, {
				iterationId: project.iterationId,
				mediaId: task.medium.id,
				labelTaskId: task.id,
				lcEntryId,
				...(lcEntryValueParentId !== undefined && { lcEntryValueParentId }),
			});
		return { task, car: car!, van: van!, plate, create };
	}

	test('a nested geometry needs its parent', async () => {
		const { plate, create } = scene();
		const { status, json } = await create(plate.id);
		expect([status, json.key, json.params]).toEqual([500, 'ex_gen_entry_value_create', ['POLYGON']]);
	});

	test('a parent of another class is no parent', async () => {
		const { plate, van, create } = scene();
		const { status, json } = await create(plate.id, (await create(van.id)).json.id);
		expect([status, json.key, json.params]).toEqual([500, 'ex_gen_entry_value_validation', ['RECTANGLE']]);
	});

	test('a comment has 128 characters at most, and valid is stored as it is sent', async () => {
		const { car, task, create } = scene();
		const { id } = (await create(car.id)).json;
		const update = async (more: object) =>
			await ask<Refusal & { valid: boolean }>(server, 'PUT', `/api/v1/lcValue/${id}`, {
				id,
				lcEntryId: car.id,
				labelTaskId: task.id,
				...more,
			});
		const long = await update({ comment: 'x'.repeat(129) });
		expect([long.status, long.json.details[0]?.key, long.json.details[0]?.params.slice(1)]).toEqual([
			400,
			'ex_size',
			['128', '0'],
		]);
		expect((await update({ comment: 'x'.repeat(128), valid: true })).json.valid).toBe(true);
		expect((await update({})).json.valid).toBe(false);
	});

	test('the key of a chosen option has letters, digits, blanks, _ and - only', async () => {
		const { car, task, create } = scene();
		const { id } = (await create(car.id)).json;
		const body = { id, lcEntryId: car.id, labelTaskId: task.id, selectKey: 'sehr gut!' };
		const { status, json } = await ask<Refusal>(server, 'PUT', `/api/v1/lcValue/${id}`, body);
		expect([status, json.details[0]?.key]).toEqual([400, 'ex_pattern']);
	});
});

describe('Tasks and images', () => {
	test('completing with an unknown field is refused without a word', async () => {
		const { task } = newProject();
		const body = { lastChangedConfig: Date.now(), force: true };
		const { status, text } = await ask(server, 'PUT', `/api/v1/task/${task.id}/completeTask`, body);
		expect([status, text]).toEqual([400, '']);
	});

	test.each([
		['1', true],
		['TRUE', true],
		['yes', true],
		['no', false],
		['0', false],
	])('dl=%s is a boolean', async (text, isAttachment) => {
		const { task } = newProject();
		const { status, headers } = await ask(server, 'GET', `/api/v1/media/${task.medium.id}?dl=${text}`);
		expect([status, headers['content-disposition'] !== undefined]).toEqual([200, isAttachment]);
		expect((await ask(server, 'GET', `/api/v1/media/${task.medium.id}?dl=maybe`)).status).toBe(400);
	});

	test('what is deleted still takes datasets and images, and a video dataset takes an image', async () => {
		const { project, dataset } = newProject();
		const other = newProject();
		await ask(server, 'DELETE', `/api/project/${project.id}`);
		const connect = `/api/v1/project/${project.id}/dataset/${other.dataset.id}`;
		expect((await ask(server, 'POST', connect)).status).toBe(200);
		await ask(server, 'DELETE', `/api/dataset/${dataset.id}`);
		const upload = async (id: string) =>
			(await ask(server, 'POST', `/api/v1/media/${id}/file`, PNG, { 'X-filename': 'new.png' })).status;
		expect(await upload(dataset.id)).toBe(200);
		const video = server.seed.project({ name: 'Video', datasetName: 'Video', mediaType: 'VIDEO' });
		expect(await upload(video.dataset!.id)).toBe(200);
	});
});

describe('Prediction import', () => {
	const CLASSES = [
		{ entryKey: 'car', type: 'rectangle', children: [{ entryKey: 'color', type: 'select', options: { red: 'Red' } }] },
		{ entryKey: 'weather', type: 'select', options: { sun: 'Sun' } },
	];
	const BOX = { rectangle: [{ x: 1, y: 2, w: 3, h: 4 }] };
	async function send(element: object) {
		const { project, task } = newProject(CLASSES);
		const body = [{ internal_media_ID: task.medium.id, keepData: false, ...element }];
		return await ask<Refusal>(server, 'POST', `/api/v1/project/${project.id}/prediction`, body);
	}

	test('classes are found as the database compares', async () => {
		expect((await send({ labels: { Car: [BOX], 'cár ': [BOX] } })).status).toBe(200);
		expect((await send({ labels: { carr: [BOX] } })).json.key).toBe('ex_gen_wrong_entry_id');
	});

	test('classifications of the image and of labels are compared letter by letter', async () => {
		const sunny = await send({ global_classifications: { Weather: ['sun'] } });
		expect([sunny.status, sunny.json.key, sunny.json.params]).toEqual([500, 'ex_gen_wrong_entry_id', ['Weather']]);
		const red = await send({ labels: { car: [{ ...BOX, classifications: { Color: ['red'] } }] } });
		expect([red.status, red.json.key, red.json.params]).toEqual([500, 'ex_gen_wrong_entry_id', ['Color']]);
	});
});

describe('Order', () => {
	test('labels of a task and of an export come in another order each time', async () => {
		const { project, task } = newProject([{ entryKey: 'car', type: 'rectangle' }]);
		const box = (x: number) => ({ rectangle: [{ x, y: 0, w: 1, h: 1 }] });
		server.seed.label(task, { labels: { car: Array.from({ length: 20 }, (_none, x) => box(x)) } });
		server.seed.move(task, 'COMPLETED');
		const ofTask = async () =>
			(
				await ask<{ labelIteration: { entryValues: Array<{ id: string }> } }>(server, 'GET', `/api/v1/task/${task.id}`)
			).json.labelIteration.entryValues.map(({ id }) => id);
		const ofExport = async () => {
			const { json } = await ask<Array<{ labels?: { car: unknown[] } }>>(server, 'GET', `/api/v1/export/${project.id}`);
			return JSON.stringify(json[1]?.labels?.car);
		};
		const [first, second] = [await ofTask(), await ofTask()];
		expect(first).not.toEqual(second);
		expect([...first].sort()).toEqual([...second].sort());
		expect(await ofExport()).not.toEqual(await ofExport());
	});
});

const PNG = Buffer.from(
	'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=',
	'base64',
);
