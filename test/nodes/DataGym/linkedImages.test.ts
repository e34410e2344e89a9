/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { RequestListener } from 'node:http';
import type { INodeParameters } from 'n8n-workflow';
import sharp from 'sharp';
import { byId, jsonOf, openHarness, outputOf, type Harness } from '../../support/datagym';
import type { WorkflowRun } from '../../support/n8n/lentEngine';
import { LinkHost } from '../../support/linkHost';
import { ORIENTATIONS, paintedPhotograph, redIn, STORED_BLOCK, STORED_SIZE } from '../../support/paintedPhotographs';
import { addLinks } from '../../emulator/store/media';
import type { Medium, Project, Task } from '../../emulator/store/model';

// The promise: docs/exporting-for-training.md#linked-images. The emulator skips tasks as the real server does [433-435].

let harness: Harness;
let host: LinkHost;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
	host = await LinkHost.open();
});
beforeEach(() => host.reset());
afterEach(() => expect(host.asked.join('\n')).not.toContain(harness.server.token));
afterAll(async () => {
	await host.close();
	await harness.close();
});

interface Linked {
	readonly project: Project;
	readonly tasks: readonly Task[];
}

const CAR = { labels: { car: [{ rectangle: [{ x: 1, y: 2, w: 10, h: 5 }], classifications: {} }] } };

function linkedProject(urls: readonly string[], labels = CAR): Linked {
	const { seed, store } = harness.server;
	const { project, dataset } = seed.project({
		name: 'Linked',
		datasetName: 'Links',
		classes: [
			{ entryKey: 'car', type: 'rectangle' },
			{ entryKey: 'sky', type: 'image_segmentation' },
		],
	});
	const media = addLinks(store, dataset!, [...urls]).map(({ medium }) => medium as Medium);
	const tasks = media.map(({ tasks: [task] }) => task!);
	for (const task of tasks) {
		seed.label(task, labels);
		seed.move(task, 'COMPLETED');
	}
	return { project, tasks };
}

/** Runs that failed before may still have requests under way, all for `/photos/` and the folders of masks. */
const askedOutside = () =>
	host.asked.map((request) => request.split(' ')[0]).filter((path) => !/^\/(photos|masks%20\d+)\//.test(path!));
const links = (count: number) => Array.from({ length: count }, (_, index) => `${host.url}/photos/${index}.jpg`);
const completed = ({ tasks }: Linked) => tasks.filter(({ state }) => state === 'COMPLETED').length;
/** The looks at linked images that the server is asked for while something is done. */
const downloads = async (work: () => Promise<unknown>) => {
	const looks = () =>
		harness.server.requests.filter(({ method, path }) => {
			const medium = harness.server.store.media.get(/\/media\/([^/]+)$/.exec(path)?.[1] ?? '');
			return method === 'GET' && medium?.sourceType === 'SHAREABLE_LINK';
		}).length;
	const before = looks();
	await work();
	return looks() - before;
};

const createDataset = async ({ project }: Linked, parameters: INodeParameters = {}) =>
	await harness.run('export', 'createDataset', {
		projectId: byId(project.id),
		format: 'coco',
		...parameters,
		options: { ...(parameters.options as INodeParameters | undefined), network: { settings: { retryFor: 0 } } },
	});

/** What a person sees of the run, without the rest of its record. */
function said(run: WorkflowRun | undefined): string {
	const hints = run?.hintsOf('DataGym').map(({ message }) => message) ?? [];
	return JSON.stringify([
		run?.error?.message,
		hints,
		run?.error ? [] : run?.itemsOf('DataGym').map(({ json }) => json),
	]);
}

const FAULTS: ReadonlyArray<readonly [string, RequestListener]> = [
	['answers 404', (_, response) => response.writeHead(404).end('gone')],
	['answers 403', (_, response) => response.writeHead(403).end('<Error/>')],
	['answers 500', (_, response) => response.writeHead(500).end('broken')],
	['answers 503', (_, response) => response.writeHead(503).end('<html>maintenance</html>')],
	['shows a web page', (_, response) => response.writeHead(200, { 'Content-Type': 'text/html' }).end('<html>Sign in')],
	['gives an empty file', (_, response) => response.writeHead(200, { 'Content-Type': 'image/jpeg' }).end()],
	['closes the connection', ({ socket }) => socket.destroy()],
	['redirects in circles', ({ url }, response) => response.writeHead(302, { Location: String(url) }).end()],
];

describe.each(FAULTS)('the host of 30 completed linked images %s:', (_, fault) => {
	const looks: ReadonlyArray<readonly [string, (linked: Linked) => Promise<WorkflowRun>]> = [
		['a dataset with images', async (linked) => await createDataset(linked)],
		[
			'a dataset of labels that needs sizes',
			async (linked) => await createDataset(linked, { format: 'yoloDetect', includeImages: false }),
		],
		['a dataset in files', async (linked) => await createDataset(linked, { format: 'labelMe', output: 'files' })],
		[
			'a preview',
			async ({ project }) =>
				await harness.run('export', 'preview', {
					projectId: byId(project.id),
					options: { network: { settings: { retryFor: 0 } } },
				}),
		],
		[
			'downloads',
			async ({ tasks }) =>
				await harness.run(
					'image',
					'download',
					{ imageId: byId('={{ $json.imageId }}'), options: { network: { settings: { retryFor: 0 } } } },
					{
						items: tasks.map(({ medium }) => ({ json: { imageId: medium.id } })),
						settings: { onError: 'continueRegularOutput' },
					},
				),
		],
	];
	test.each(looks)('%s leaves 30 of 30 completed, and says what happened', async (_look, look) => {
		const linked = linkedProject(links(30));
		host.answer = fault;
		let run: WorkflowRun | undefined;
		expect(await downloads(async () => (run = await look(linked)))).toBe(0);
		expect(completed(linked)).toBe(30);
		expect(said(run)).toMatch(
			/The link http:\/\/127\.0\.0\.1:\d+\/photos\/\d+\.jpg (returned|could not be fetched|cannot be used|redirects)/,
		);
	});
});

test.each(FAULTS)('an import that asks for sizes moves no task while the host %s', async (_, fault) => {
	const linked = linkedProject(links(2));
	host.answer = fault;
	const predictions = linked.tasks.map(({ medium }) => ({
		internal_media_ID: medium.id,
		labels: { car: [{ rectangle: [{ x: 3, y: 4, w: 5, h: 6 }] }] },
	}));
	const count = await downloads(
		async () =>
			await harness.run('prediction', 'import', {
				projectId: byId(linked.project.id),
				format: 'dataGym',
				predictions: JSON.stringify(predictions),
				imageSizes: 'server',
				options: { allowFinished: true, network: { settings: { retryFor: 0 } } },
			}),
	);
	expect(count).toBe(0);
	expect(linked.tasks.map(({ state }) => state)).not.toContain('SKIPPED');
});

let masked = 0;

describe.each(FAULTS)('the host of linked images %s:', (_, fault) => {
	test('labels are read without it, and masks move no task', async () => {
		// Runs that failed before may still have requests under way.
		const folder = `/masks ${masked++}/`;
		const linked = linkedProject(links(3).map((url) => url.replace('/photos/', encodeURI(folder))));
		host.answer = fault;
		expect(jsonOf(await harness.run('export', 'getLabels', { projectId: byId(linked.project.id) }))).toHaveLength(3);
		expect(host.asked.filter((request) => request.startsWith(encodeURI(folder)))).toEqual([]);
		const masks = await harness.run('export', 'downloadMasks', {
			projectId: byId(linked.project.id),
			options: { network: { settings: { retryFor: 0 } } },
		});
		expect(masks.error?.message).toBeTruthy();
		expect(completed(linked)).toBe(3);
	});
});

describe('a dataset of linked images', () => {
	test('is not created from a part of them while their host is away', async () => {
		const linked = linkedProject(links(3));
		host.answer = ({ url }, response) =>
			url === '/photos/1.jpg' ? response.writeHead(503).end() : response.writeHead(200).end(host.photo);
		const run = await createDataset(linked);
		expect(run.error?.message).toBe(`The link ${host.url}/photos/1.jpg returned HTTP 503`);
	});

	test('leaves out an image whose link is dead, names it, and does not touch its task', async () => {
		const linked = linkedProject(links(3));
		host.answer = ({ url }, response) =>
			url === '/photos/1.jpg' ? response.writeHead(404).end() : response.writeHead(200).end(host.photo);
		for (const format of ['coco', 'imageFolder', 'dataGym', 'huggingFaceParquet', 'webDataset']) {
			const [report] = jsonOf(await createDataset(linked, { format, classificationKey: 'weather' }));
			expect(report).toMatchObject({
				imageCount: 2,
				skippedImages: [{ imageName: '1.jpg', reason: `The link ${host.url}/photos/1.jpg returned HTTP 404` }],
			});
		}
		expect(completed(linked)).toBe(3);
	});

	test.each([401, 403, 404])(
		'in a preview, one whose link returns HTTP %d is shown without its picture',
		async (status) => {
			const linked = linkedProject(links(3));
			host.answer = ({ url }, response) =>
				url === '/photos/1.jpg' ? response.writeHead(status).end() : response.writeHead(200).end(host.photo);
			const run = await harness.run('export', 'preview', {
				projectId: byId(linked.project.id),
				options: { network: { settings: { retryFor: 0 } } },
			});
			const [item] = outputOf(run);
			const page = (await harness.engine.readBinary(item!)).toString();
			expect(page.match(/data:image\/jpeg;base64/g)).toHaveLength(2);
			expect(page).toContain(`returned HTTP ${status}`);
		},
	);

	test('asks for no task details unless an image is linked', async () => {
		const { project, dataset } = harness.server.seed.project({ name: 'Up', datasetName: 'Up' });
		const own = harness.server.seed.tasks(project, dataset!, { count: 4, state: 'COMPLETED', width: 8, height: 8 });
		outputOf(await createDataset({ project, tasks: [] }));
		const read = harness.server.requests.filter(({ path }) => own.some(({ id }) => path.endsWith(`/task/${id}`)));
		// One, for the label configuration.
		expect(read).toHaveLength(1);
	});
});

/** In the files as DataGym delivers them, which people draw on: without EXIF, so that both frames are one. */
const { x, y, width, height } = STORED_BLOCK;
const DRAWN = { labels: { car: [{ rectangle: [{ x, y, w: width, h: height }], classifications: {} }] } };

describe.each(['jpeg', 'png'] as const)('painted photographs behind links (%s)', (type) => {
	let linked: Linked;
	beforeAll(async () => {
		const files = new Map<string, Buffer>();
		for (const orientation of ORIENTATIONS)
			files.set(
				`/${type}/${orientation}.${type === 'png' ? 'png' : 'jpg'}`,
				await paintedPhotograph(type, orientation),
			);
		linked = linkedProject(
			[...files.keys()].map((path) => `${host.url}${path}`),
			DRAWN,
		);
		paint = ({ url }, response) => response.writeHead(200).end(files.get(String(url)));
	});
	let paint: RequestListener;
	beforeEach(() => (host.answer = paint));

	test.each(['automatic', 'kept', 'tagRemoved', 'upright'])(
		'with the orientation %s: labels lie on the stored pixels, and no reader turns them',
		async (orientation) => {
			const items = outputOf(
				await createDataset(linked, { output: 'files', options: { orientation, trainShare: 1, valShare: 0 } }),
			);
			const files = new Map<string, Buffer>();
			for (const item of items) files.set(String(item.json.fileName), await harness.engine.readBinary(item));
			const coco = JSON.parse(files.get('instances_train.json')!.toString()) as {
				images: Array<{ id: number; file_name: string; width: number; height: number }>;
				annotations: Array<{ image_id: number; bbox: [number, number, number, number] }>;
			};
			expect(coco.images).toHaveLength(8);
			for (const image of coco.images) {
				const file = files.get(image.file_name)!;
				const box = coco.annotations.find(({ image_id: id }) => id === image.id)!.bbox;
				expect({ width: image.width, height: image.height }).toEqual(STORED_SIZE);
				expect((await sharp(file).metadata()).orientation ?? 1).toBe(1);
				expect(await redIn(await sharp(file).rotate().png().toBuffer(), box)).toBeGreaterThan(0.97);
				expect(await redIn(file, box)).toBeGreaterThan(0.97);
			}
		},
	);

	test('downloaded, they are shown as in DataGym', async () => {
		for (const { medium } of linked.tasks) {
			const [out] = outputOf(await harness.run('image', 'download', { imageId: byId(medium.id) }));
			const file = await harness.engine.readBinary(out!);
			expect(out?.binary?.data).toMatchObject({ mimeType: `image/${type}`, fileName: medium.name });
			expect(await redIn(await sharp(file).rotate().png().toBuffer(), [x, y, width, height])).toBeGreaterThan(0.97);
		}
	});

	test('in a preview, the label lies on the block as a browser shows the picture', async () => {
		const [out] = outputOf(await harness.run('export', 'preview', { projectId: byId(linked.project.id) }));
		expect(jsonOf(await harness.run('export', 'preview', { projectId: byId(linked.project.id) }))).toMatchObject([
			{ brokenImages: [] },
		]);
		const page = (await harness.engine.readBinary(out!)).toString();
		const pictures = [...page.matchAll(/data:image\/\w+;base64,([\w+/=]+)/g)].map(([, data = '']) =>
			Buffer.from(data, 'base64'),
		);
		expect(pictures).toHaveLength(8);
		for (const picture of pictures)
			expect(await redIn(await sharp(picture).rotate().png().toBuffer(), [x, y, width, height])).toBeGreaterThan(0.97);
	});
});

describe('Image: Download of a linked image', () => {
	const download = async (imageId: string, json = {}) =>
		await harness.run(
			'image',
			'download',
			{ imageId: byId(imageId), options: { network: { settings: { retryFor: 0 } } } },
			{ items: [{ json }] },
		);

	test('comes from its own link, in one request to its host', async () => {
		const [task] = linkedProject([`${host.url}/a%20b.jpg`]).tasks;
		let run = await download('');
		expect(await downloads(async () => (run = await download(task!.medium.id)))).toBe(0);
		const [out] = outputOf(run);
		expect(out?.binary?.data).toMatchObject({ fileName: 'a b.jpg', mimeType: 'image/jpeg' });
		expect(await harness.engine.readBinary(out!)).toEqual(host.photo);
		expect(askedOutside()).toEqual(['/a%20b.jpg']);
	});

	test('is called by its type if the link returns another', async () => {
		const [task] = linkedProject([`${host.url}/picture.jpg`]).tasks;
		const png = await sharp(host.photo).png().toBuffer();
		host.answer = (_, response) => response.writeHead(200, { 'Content-Type': 'image/jpeg' }).end(png);
		const [out] = outputOf(await download(task!.medium.id));
		expect(out?.binary?.data).toMatchObject({ fileName: 'picture.png', mimeType: 'image/png' });
	});

	test('is refused if it is a WebP, which DataGym could not show either', async () => {
		const [task] = linkedProject([`${host.url}/picture.jpg`]).tasks;
		const webp = await sharp(host.photo).webp().toBuffer();
		host.answer = (_, response) => response.writeHead(200, { 'Content-Type': 'image/jpeg' }).end(webp);
		expect((await download(task!.medium.id)).error?.message).toContain(
			'a WebP or another RIFF file, but must be JPEG or PNG',
		);
		expect(task!.state).toBe('COMPLETED');
	});

	test('goes through the server if no project has the image, and stops there after the first failure', async () => {
		const { dataset } = harness.server.seed.project({ name: 'Other', datasetName: 'Unused' });
		for (const project of [...dataset!.projects]) {
			dataset!.projects.delete(project);
			project.datasets.delete(dataset!);
		}
		const media = addLinks(harness.server.store, dataset!, links(3)).map(({ medium }) => medium!);
		host.answer = (_, response) => response.writeHead(404).end();
		const items = media.map(({ id }) => ({ json: { imageId: id } }));
		let run = await download('');
		const count = await downloads(
			async () =>
				(run = await harness.run(
					'image',
					'download',
					{ imageId: byId('={{ $json.imageId }}') },
					{ items, settings: { onError: 'continueRegularOutput' } },
				)),
		);
		expect(count).toBe(1);
		expect(jsonOf(run)).toHaveLength(3);
		for (const json of jsonOf(run))
			expect(json).toMatchObject({
				error: expect.stringContaining('skipped its tasks') as string,
				details: expect.stringContaining('Task: Complete') as string,
			});
	});

	test('is not fetched if the link is known from no task', async () => {
		const { medium } = linkedProject(links(1)).tasks[0]!;
		harness.server.onRequest(({ path }) => (path.endsWith('/list') ? { status: 200, body: '[]' } : undefined));
		const run = await download(medium.id);
		harness.server.onRequest(undefined);
		expect(run.error?.message).toBe(`The link of the image ${medium.id} is not known, so the image was not fetched`);
		expect(askedOutside()).toEqual([]);
	});

	test('reads no task that nobody has opened if there is another', async () => {
		const linked = linkedProject(links(1));
		const { dataset } = linked.tasks[0]!.medium;
		const second = harness.server.seed.project({
			name: 'Second',
			classes: [{ entryKey: 'w', type: 'select', options: { a: 'A' } }],
		});
		expect(dataset.projects.has(second.project)).toBe(false);
		outputOf(await download(linked.tasks[0]!.medium.id));
		expect(completed(linked)).toBe(1);
	});
});

describe('where links may lead', () => {
	const download = async (url: string) => {
		const [task] = linkedProject([url]).tasks;
		return await harness.run('image', 'download', {
			imageId: byId(task!.medium.id),
			options: { network: { settings: { retryFor: 0 } } },
		});
	};

	test.each(['file:///etc/passwd.jpg', 'ftp://127.0.0.1/a.jpg'])('%s is not read', async (url) => {
		expect((await download(url)).error?.message).toMatch(/is not an http:\/\/ or https:\/\/ address$/);
	});

	test.each([
		'http://169.254.169.254/latest/a.jpg',
		'http://[fe80::1]/a.jpg',
		'http://0.0.0.0/a.jpg',
		'http://[::ffff:169.254.1.1]/a.jpg',
	])('%s, where no pictures are, is not asked', async (url) => {
		expect((await download(url)).error?.message).toMatch(/leads to an internal address, which was not asked$/);
	});

	test.each([
		['another scheme', 'file:///etc/passwd'],
		["a cloud's secrets", 'http://169.254.169.254/latest/meta-data/'],
	])('a redirect to %s is not followed', async (_, location) => {
		host.answer = (_request, response) => response.writeHead(302, { Location: location }).end();
		expect((await download(`${host.url}/moved.jpg`)).error?.message).toMatch(
			/(internal address|http:\/\/ or https:\/\/)/,
		);
		expect(askedOutside()).toEqual(['/moved.jpg']);
	});

	test('a redirect on the same host is followed', async () => {
		host.answer = ({ url }, response) =>
			url === '/new.jpg'
				? response.writeHead(200).end(host.photo)
				: response.writeHead(301, { Location: '/new.jpg' }).end();
		outputOf(await download(`${host.url}/old.jpg`));
		expect(askedOutside()).toEqual(['/old.jpg', '/new.jpg']);
	});
});
