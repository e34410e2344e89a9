import { readFile } from 'node:fs/promises';
import { startEmulator } from '@datagym/test/emulator/start';
import sharp from 'sharp';
import { LABEL_CLASSES } from './data';

/** An organization with long lists, which are made once and sent as they are, in a process of its own. */

export interface ListsOrder {
	/** Images of all datasets together; a dataset has a tenth of them. */
	readonly images: number;
	/** Images in the dataset of its own that has most of them. */
	readonly imagesOfOne: number;
	readonly tasks: number;
	/** The file of the project's export. */
	readonly exportFile: string;
}

export interface ListsReady {
	readonly url: string;
	readonly token: string;
	readonly projectId: string;
	readonly datasetId: string;
}

async function main({ images, imagesOfOne, tasks, exportFile }: ListsOrder): Promise<void> {
	const server = await startEmulator({ dummyProject: false });
	const { project, dataset } = server.seed.project({
		name: 'Fleet',
		classes: LABEL_CLASSES,
		datasetName: 'Fleet images',
	});
	if (dataset === null) throw new Error('The dataset was not made');
	// The only task whose details are read, for the label configuration.
	const [real] = server.seed.tasks(project, dataset, { count: 1, state: 'COMPLETED' });
	const lists = new Map([
		['/api/v1/dataset', datasetList(images)],
		[`/api/v1/dataset/${dataset.id}`, Buffer.from(datasetText(dataset.id, 'Fleet images', 0, imagesOfOne))],
		[`/api/v1/task/${project.id}/list`, taskList(project.id, real?.id ?? '', tasks)],
		[`/api/v1/export/${project.id}`, await readFile(exportFile)],
	]);
	const pixels = sharp({ create: { width: 64, height: 48, channels: 3, background: 'gray' } });
	const photo = await pixels.jpeg().toBuffer();
	server.onRequest(({ method, path, query }) => {
		if (method !== 'GET') return undefined;
		if (path.startsWith('/api/v1/media/'))
			return { status: 200, body: photo, headers: { 'Content-Type': 'image/jpeg' } };
		const body = lists.get(path);
		if (body === undefined) return undefined;
		return { status: 200, body: (query.get('state') ?? 'COMPLETED') === 'COMPLETED' ? body : '[]' };
	});
	process.on('disconnect', () => process.exit());
	process.send?.({
		url: server.url,
		token: server.token,
		projectId: project.id,
		datasetId: dataset.id,
	} satisfies ListsReady);
}

const DATASETS = 10;

function datasetList(images: number): Buffer {
	const each = images / DATASETS;
	const parts = Array.from({ length: DATASETS }, (_, index) =>
		Buffer.from(`${index === 0 ? '[' : ','}${datasetText(idOf(index, 'd'), `Camera ${index}`, index * each, each)}`),
	);
	return Buffer.concat([...parts, Buffer.from(']')]);
}

function datasetText(id: string, name: string, from: number, count: number): string {
	const outer = JSON.stringify({
		id,
		name,
		shortDescription: '',
		timestamp: 1_790_000_000_000,
		deleted: false,
		projectCount: 1,
		mediaType: 'IMAGE',
		owner: 'ORG',
	});
	// In no order, as the server gives them.
	const order = (index: number) => (index * 7919) % count;
	const images = Array.from({ length: count }, (_, index) => imageText(from + order(index)));
	return `${outer.slice(0, -1)},"media":[${images.join(',')}]}`;
}

const imageText = (number: number) =>
	`{"id":"${imageId(number)}","timestamp":1790000000000,"mediaName":"camera_${String(number % 20).padStart(2, '0')}_frame_${String(number).padStart(7, '0')}.jpg","mediaSourceType":"LOCAL"}`;

/** As the export has them (`data.ts`). */
const imageId = (number: number) => `${number.toString(16).padStart(8, '0')}-5d2e-4f0b-9a51-6f1c2d3e4a5b`;
const idOf = (number: number, kind: string) =>
	`${number.toString(16).padStart(8, '0')}-${kind}000-4f0b-9a51-6f1c2d3e4a5b`;

function taskList(projectId: string, firstId: string, count: number): Buffer {
	const rows = Array.from({ length: count }, (_, number) =>
		JSON.stringify({
			taskId: number === 0 ? firstId : idOf(number, 'a'),
			projectId,
			projectName: 'Fleet',
			labelTaskState: 'COMPLETED',
			labelTaskType: 'DEFAULT',
			preLabelState: null,
			mediaId: imageId(number),
			mediaName: `camera_${String(number % 20).padStart(2, '0')}_frame_${String(number).padStart(7, '0')}.jpg`,
			labeler: `Labeler ${number % 12}`,
			iterationId: idOf(1, 'b'),
			reviewComment: null,
			hasJsonUpload: false,
			iterationRun: 1,
			benchmark: false,
		}),
	);
	return Buffer.from(`[${rows.join(',')}]`);
}

void main(JSON.parse(process.argv[2] ?? '{}') as ListsOrder);
