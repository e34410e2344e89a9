import type { Dialect } from '@datagym/client/dialects/dialect';
import { externalApi } from '@datagym/client/dialects/externalApi';
import { openCore } from '@datagym/client/dialects/openCore';
import { API_FOR_TOKENS, type ApiRequest } from '@datagym/client/http';
import { readRecordings, type HeaderValue, type Recording } from '../emulator/replay/recording';
import { readUiRecordings } from '../emulator/replay/uiRecording';

/**
 * Each endpoint of a dialect is one that the real server was asked for, as the recordings show: without a server, a typo in a path,
 * a key, a query or a header is seen here.
 */

type Endpoint = Exclude<keyof Dialect, 'keepsUnicode' | 'listsAllStates'>;

const [ONE, TWO, THREE] = ['1', '2', '3'].map((digit) => `${digit.repeat(8)}-1111-4111-8111-111111111111`) as [
	string,
	string,
	string,
];
const TEXTS = { name: 'Cars', shortDescription: 'Cars', description: 'All cars' };
const FILE = { name: 'größe.jpg', size: 3, open: async () => await Promise.resolve('abc') };
const POINT = { x: 1, y: 1 };
const RECTANGLE = { x: 1, y: 2, width: 3, height: 4 };

/** A call of each endpoint; undefined where the dialect has none. */
const CALLS: Readonly<Record<Endpoint, (dialect: Dialect) => ApiRequest | Promise<ApiRequest> | undefined>> = {
	listProjects: (to) => to.listProjects(),
	getProject: (to) => to.getProject?.(ONE),
	createProject: (to) => to.createProject?.('open-core-dummy-org-sub', TEXTS, 'IMAGE'),
	updateProject: (to) => to.updateProject?.(ONE, TEXTS),
	deleteProject: (to) => to.deleteProject?.(ONE),
	projectCounts: (to) => to.projectCounts?.(ONE),
	connectDataset: (to) => to.connectDataset(ONE, TWO),
	disconnectDataset: (to) => to.disconnectDataset(ONE, TWO),
	getAccount: (to) => to.getAccount?.(),
	listDatasets: (to) => to.listDatasets(),
	getDataset: (to) => to.getDataset(ONE),
	createDataset: (to) => to.createDataset('Cars', 'All cars', 'open-core-dummy-org-sub'),
	deleteDataset: (to) => to.deleteDataset?.(ONE),
	listImages: (to) => to.listImages?.(ONE),
	searchImages: (to) => to.searchImages?.(ONE, 'car', 0, 100),
	uploadImage: async (to) => await to.uploadImage(ONE, FILE),
	addImageUrls: async (to) => await to.addImageUrls(ONE, ['https://example.com/car.jpg']),
	downloadImage: async (to) => await to.downloadImage(ONE),
	deleteImage: async (to) => await to.deleteImage(ONE),
	deleteImages: (to) => to.deleteImages?.([ONE, TWO]),
	getLabelConfig: (to) => to.getLabelConfig?.(ONE),
	uploadLabelConfig: (to) => to.uploadLabelConfig(ONE, [{ entryKey: 'car', entryValue: 'Car', type: 'RECTANGLE' }]),
	updateLabelConfig: (to) =>
		to.updateLabelConfig?.(ONE, [{ id: TWO, entryKey: 'car', entryValue: 'Car', type: 'RECTANGLE' }], false),
	clearLabelConfig: (to) => to.clearLabelConfig(ONE),
	listTasks: (to) => to.listTasks(ONE, 'COMPLETED', 10),
	getTask: (to) => to.getTask(ONE),
	completeTask: (to) => to.completeTask(ONE, 1_795_428_111_958),
	skipTask: (to) => to.skipTask(ONE),
	releaseTask: (to) => to.releaseTask?.(ONE),
	recallTask: (to) => to.recallTask?.(ONE),
	moveTasks: (to) => to.moveTasks?.(ONE, undefined, 'WAITING'),
	reviewTask: (to) => to.reviewTask?.({ taskId: ONE, isAccepted: true, comment: 'good' }),
	reopenTask: (to) => to.reopenTask?.(ONE),
	listLabels: (to) => to.listLabels?.({ iterationId: ONE, imageId: TWO, taskId: THREE }),
	createLabel: (to) => to.createLabel(ONE, { iterationId: TWO, mediaId: THREE, labelTaskId: ONE, lcEntryId: ONE }),
	updateLabel: (to) => to.updateLabel(ONE, { ...RECTANGLE, id: ONE, lcEntryId: TWO, labelTaskId: THREE }),
	deleteLabel: (to) => to.deleteLabel(ONE),
	changeClass: (to) => to.changeClass(ONE, TWO),
	importLabels: (to) => to.importLabels(ONE, [{ internal_media_ID: TWO, keepData: true, labels: {} }]),
	exportLabels: (to) => to.exportLabels(ONE),
	exportBitmap: (to) => to.exportBitmap(ONE, 'sky'),
	exportVideoTask: (to) => to.exportVideoTask(ONE),
	prepareSegmentation: (to) => to.prepareSegmentation(ONE),
	calculateSegmentation: (to) =>
		to.calculateSegmentation({ imageId: ONE, positivePoints: [POINT], negativePoints: [], numPoints: 4 }),
	finishSegmentation: (to) => to.finishSegmentation(ONE),
};

/** Endpoints whose work the recorded servers did not do, but answered for themselves. */
const ANSWERED_ONLY: Readonly<Record<string, string>> = {
	// "The AI is not there" is an answer of the endpoint: an unknown address would be a 404.
	prepareSegmentation: '503 ex_service_unavailable',
	finishSegmentation: '503 ex_service_unavailable',
	calculateSegmentation: '503 ex_service_unavailable',
};
/** No open core has a video: its answer is about the task that was asked for. */
const NO_VIDEO = '500 ex_gen_invalid_project_mediatype';
/** Not recorded; the address is of the table in the contract's section about this API. */
const NOT_RECORDED = ['calculateSegmentation'];

const names = Object.keys(CALLS) as Endpoint[];

describe('the API for tokens', () => {
	const recordings = readRecordings();
	const dialect = externalApi(async () => await Promise.resolve('media'));

	test.each(names.filter((name) => dialect[name] !== undefined))('%s is as recorded', async (name) => {
		const request = await CALLS[name](dialect);
		expect(problemOf(request!, recordings, ANSWERED_ONLY[name])).toBeUndefined();
	});

	test('of 2020 has another word in the paths of images, and nothing else', async () => {
		const old = externalApi(async () => await Promise.resolve('image'));
		for (const name of names) {
			const [request, older] = [await CALLS[name](dialect), await CALLS[name](old)];
			expect(older?.path).toBe(request?.path.replace(/^media\//, 'image/'));
		}
	});

	test('writes the name of an upload as the recorded ones are written', async () => {
		const pairs = await namesOfUploads(dialect, recordings, /^\/api\/v1\/media\/[^/]+\/file$/);
		expect(pairs.length).toBeGreaterThan(5);
		for (const [ours, recorded] of pairs) expect(ours).toBe(recorded);
	});
});

describe('the API of the open core', () => {
	const recordings = readUiRecordings();

	test.each(names.filter((name) => !NOT_RECORDED.includes(name)))('%s is as recorded', async (name) => {
		const request = await CALLS[name](openCore);
		const answer = name === 'exportVideoTask' ? NO_VIDEO : ANSWERED_ONLY[name];
		expect(problemOf(request!, recordings, answer)).toBeUndefined();
	});

	test('writes the name of an upload as the recorded ones are written, in any script', async () => {
		const pairs = await namesOfUploads(openCore, recordings, /^\/api\/dataset\/[^/]+\/file$/);
		expect(pairs.length).toBeGreaterThan(5);
		// The recordings have one without the padding, too.
		for (const [ours, recorded] of pairs) expect(ours?.replace(/=+$/, '')).toBe(recorded?.replace(/=+$/, ''));
	});

	test('says the fixed words of a request as they were recorded', async () => {
		const bodies = (end: string) =>
			recordings
				.filter(({ request, response }) => request.path?.endsWith(end) === true && response.status === 200)
				.map(({ request }) => request.body?.json as Record<string, unknown>);
		const moves = bodies('/task/moveAll').map(({ datasetId, direction }) => [
			datasetId === 'ALL' ? 'ALL' : 'ID',
			String(direction).toUpperCase(),
		]);
		for (const [datasetId, direction] of [
			[undefined, 'BACKLOG'],
			[ONE, 'WAITING'],
		] as const) {
			const { json } = openCore.moveTasks!(TWO, datasetId, direction);
			const move = json as Record<string, unknown>;
			expect(moves).toContainEqual([move.datasetId === 'ALL' ? 'ALL' : 'ID', move.direction]);
		}
		expect(openCore.reviewTask!({ taskId: ONE, isAccepted: false, comment: 'again' }).path).toBe('task/reviewedFailed');
		expect(bodies('/task/reviewedFailed')).not.toEqual([]);
	});
});

/** How the dialect writes the name of each file that was taken, and how it was written then. */
async function namesOfUploads(dialect: Dialect, recordings: readonly Recording[], path: RegExp) {
	const pairs = recordings.map(async ({ request, response }) => {
		const { mediaName } = (response.body?.json ?? {}) as { mediaName?: string };
		if (response.status !== 200 || mediaName === undefined || !path.test(request.path ?? '')) return [];
		const { headers } = await dialect.uploadImage(ONE, { ...FILE, name: mediaName });
		return [[headers?.['X-filename'], headerOf(request.headers, 'X-filename')]] as const;
	});
	return (await Promise.all(pairs)).flat();
}

/** What no recorded exchange bears out, or undefined. @param answered status and key where no recorded request was done. */
function problemOf(request: ApiRequest, recordings: readonly Recording[], answered?: string): string | undefined {
	const { method, root = API_FOR_TOKENS, query = {}, headers = {}, json } = request;
	const path = shapeOf(`/${root}/${request.path}`);
	const asked = recordings.filter(
		(each) => each.request.method === method && shapeOf(each.request.path ?? '') === path,
	);
	if (asked.length === 0) return `${method} ${path} was never asked for`;
	const wanted = answered ?? '200';
	const answers = asked.filter((each) => answerOf(each).startsWith(wanted));
	if (answers.length === 0)
		return `${method} ${path} was answered with ${asked.map(answerOf).join(', ')}, never ${wanted}`;
	const names = [
		...keysOf(json).map((key) => `key ${key}`),
		...Object.keys(query).map((key) => `query ${key}`),
		...Object.keys(headers).flatMap((key) => (STANDARD.includes(key) ? [] : [`header ${key}`])),
	];
	const known = new Set(answers.flatMap(namesOf));
	const unknown = names.filter((name) => !known.has(name));
	const hasBody = json !== undefined || request.body !== undefined;
	if (!answers.some((each) => hadBody(each) === hasBody)) return `${method} ${path} was never asked with such a body`;
	return unknown.length === 0 ? undefined : `${method} ${path} has no ${unknown.join(', ')}`;
}

/** Of HTTP itself. */
const STANDARD = ['Content-Type', 'Content-Length'];

const ID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}|<ds>/g;
const shapeOf = (path: string) => path.replace(ID, ':id');

function answerOf({ response: { status, body } }: Recording): string {
	const { key } = (body?.json ?? {}) as { key?: string };
	return `${status}${key === undefined ? '' : ` ${key}`}`;
}

function namesOf({ request: { body, query = '', headers = [] } }: Recording): readonly string[] {
	return [
		...keysOf(body?.json).map((key) => `key ${key}`),
		...[...new URLSearchParams(query).keys()].map((key) => `query ${key}`),
		...headers.map(([name]) => `header ${name}`),
	];
}

/** Of an object, or of the objects in a list. */
function keysOf(json: unknown): readonly string[] {
	if (Array.isArray(json)) return json.flatMap(keysOf);
	return typeof json === 'object' && json !== null ? Object.keys(json) : [];
}

function hadBody({ request: { body, bodyLength } }: Recording): boolean {
	return bodyLength !== undefined || (body !== null && body !== undefined);
}

function headerOf(headers: Recording['request']['headers'] = [], name: string): string | undefined {
	const value: HeaderValue | undefined = headers.find(([each]) => each === name)?.[1];
	return typeof value === 'object' ? value.latin1 : value;
}
