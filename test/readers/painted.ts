import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { INodeExecutionData, INodeParameters } from 'n8n-workflow';
import { WRITABLE_FORMATS } from '@datagym/labels/formats/catalog';
import { startEmulator, type Emulator } from '@datagym/test/emulator/start';
import { startEngine, type Engine, type SavedCredential } from '@datagym/test/support/n8n/engine';
import {
	ORIENTATIONS,
	paintedPhotograph,
	SAVED_BOXES,
	type Orientation,
} from '@datagym/test/support/paintedPhotographs';
import { byId, chain, manualTrigger, node } from '@datagym/test/support/workflow';

export const PAINTED_CLASSES = [
	{ entryKey: 'car', type: 'rectangle', children: [{ entryKey: 'lamp', type: 'point' }] },
	{ entryKey: 'scene', type: 'select', options: { street: 'Street' } },
];

/**
 * Uploads photographs with a red block in their pixels, in all EXIF orientations as JPEG and PNG, labels the block as DataGym's
 * editor does, and exports them through n8n's engine: `<folder>/<format>.zip` as the node does it unless something else is
 * chosen, and `<folder>/<format>.kept.zip`, `.tagRemoved.zip` and `.upright.zip`.
 */
export async function exportPainted(folder: string): Promise<void> {
	const server = await startEmulator({ dummyProject: false });
	const engine = await startEngine();
	try {
		const credential = await engine.saveCredential('dataGymApi', { baseUrl: server.url, token: server.token });
		await exportProject(engine, credential, await labeledProject(server, engine, credential), folder);
	} finally {
		await server.close();
		await engine.stop();
	}
}

/** Exports a project in every format and with each treatment of orientations into the folder. */
export async function exportProject(
	engine: Engine,
	credential: SavedCredential,
	projectId: string,
	folder: string,
): Promise<void> {
	await mkdir(folder, { recursive: true });
	for (const { key, writes } of WRITABLE_FORMATS) {
		// What is cut is upright.
		const orientations = writes.cutsImages === true ? ['automatic'] : ['automatic', 'kept', 'tagRemoved', 'upright'];
		for (const orientation of orientations) {
			const [dataset] = await runNode(engine, credential, 'export', 'createDataset', {
				projectId: byId(projectId),
				format: key,
				classificationKey: 'scene',
				keypoints: 'lamp',
				options: { orientation, trainShare: 1, valShare: 0 },
			});
			const ending = orientation === 'automatic' ? '' : `.${orientation}`;
			await writeFile(join(folder, `${key}${ending}.zip`), await engine.readBinary(dataset!));
		}
	}
}

async function labeledProject(server: Emulator, engine: Engine, credential: SavedCredential): Promise<string> {
	const { project, dataset } = server.seed.project({
		name: 'Painted',
		datasetName: 'Painted',
		classes: PAINTED_CLASSES,
	});
	for (const type of ['jpeg', 'png'] as const) {
		for (const orientation of ORIENTATIONS) {
			const imageId = await uploadPainted(engine, credential, dataset!.id, type, orientation);
			const task = [...server.store.tasks.values()].find(({ medium }) => medium.id === imageId)!;
			const [x, y, w, h] = SAVED_BOXES[orientation];
			const lamp = [{ point: [{ x: x + w / 2, y: y + h / 2 }], classifications: {} }];
			const car = { rectangle: [{ x, y, w, h }], classifications: {}, nested_geometries: { lamp } };
			server.seed.label(task, { labels: { car: [car] }, global_classifications: { scene: ['street'] } });
			server.seed.move(task, 'COMPLETED');
		}
	}
	return project.id;
}

/** Uploads a painted photograph under the name that its readers are told, and gives the image's ID. */
export async function uploadPainted(
	engine: Engine,
	credential: SavedCredential,
	datasetId: string,
	type: 'jpeg' | 'png',
	orientation: Orientation,
): Promise<unknown> {
	const bytes = await paintedPhotograph(type, orientation);
	const fileName = `painted ${orientation} ${type}.${type === 'png' ? 'png' : 'jpg'}`;
	const data = await engine.storeBinary({ bytes, fileName, mimeType: `image/${type}` });
	const input = [{ json: {}, binary: { data } }];
	const [item] = await runNode(engine, credential, 'image', 'upload', { datasetId: byId(datasetId) }, input);
	return item?.json.imageId;
}

/** Runs one operation of the node and gives its items. @throws Error with the node's message if it fails. */
export async function runNode(
	engine: Engine,
	credential: SavedCredential,
	resource: string,
	operation: string,
	parameters: INodeParameters,
	input: INodeExecutionData[] = [{ json: {} }],
) {
	const dataGym = node('DataGym', 'n8n-nodes-datagym.dataGym', { resource, operation, ...parameters });
	const run = await engine.runWorkflow(chain(manualTrigger, dataGym), { credentials: [credential], input });
	if (run.error) throw new Error(`${operation}: ${run.error.message} — ${run.error.description ?? ''}`);
	return run.itemsOf('DataGym');
}
