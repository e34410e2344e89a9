import type {
	ICredentialDataDecryptedObject,
	IDataObject,
	INode,
	INodeExecutionData,
	INodeParameters,
} from 'n8n-workflow';
import { byId, openHarness, requestsTo, type Harness } from '../../support/datagym';
import type { EmulatorOptions } from '../../emulator/start';
import type { WorkflowRun } from '../../support/n8n/lentEngine';

export type Item = Pick<INodeExecutionData, 'json' | 'binary'>;

interface StoredValue {
	readonly entryKeyLcEntry: string;
	readonly point?: { readonly x: number; readonly y: number };
	readonly points?: ReadonlyArray<{ readonly x: number; readonly y: number }>;
	readonly width?: number;
	readonly height?: number;
}

const CLASSES = [
	{
		entryKey: 'car',
		type: 'rectangle',
		children: [{ entryKey: 'damage', type: 'checklist', options: { dent: 'Dent', scratch: 'Scratch' } }],
	},
	{ entryKey: 'person', type: 'rectangle' },
	{ entryKey: 'road', type: 'polygon' },
	{ entryKey: 'lane', type: 'line' },
];

/** Projects to import into, and what the server has afterward. */
export class PredictionHarness {
	private projects = 0;

	private constructor(readonly datagym: Harness) {}

	static async open(
		options: EmulatorOptions = {},
		credential: ICredentialDataDecryptedObject = {},
	): Promise<PredictionHarness> {
		return new PredictionHarness(await openHarness({ dummyProject: false, ...options }, credential));
	}

	/** Images of 640 × 480 pixels. Classes by number: car 0, lane 1, person 2, road 3. */
	newProject(...names: string[]) {
		const name = `Predictions ${++this.projects}`;
		const { seed } = this.datagym.server;
		const { project, dataset } = seed.project({ name, datasetName: name, classes: CLASSES });
		const tasks = seed.tasks(project, dataset!, { count: names.length, name: (index) => names[index]! });
		return {
			project,
			dataset: dataset!,
			projectId: project.id,
			images: tasks.map((task) => ({ imageId: task.medium.id, imageName: task.medium.name, taskId: task.id })),
		};
	}

	/** Prediction: Import through the engine. */
	async import(
		projectId: string,
		format: string,
		parameters: IDataObject,
		items: Item[] = [{ json: {} }],
		settings: Partial<INode> = {},
	): Promise<WorkflowRun> {
		return await this.datagym.run(
			'prediction',
			'import',
			{ projectId: byId(projectId), format, ...parameters } as INodeParameters,
			{ items, settings },
		);
	}

	/** What the server has of an image: `car 10 20 30 40`, `road 0,0 5,0 5,5`. */
	async storedLabels(taskId: string): Promise<string[]> {
		const { url, token } = this.datagym.server;
		const response = await fetch(`${url}/api/v1/task/${taskId}`, { headers: { Authorization: `Token ${token}` } });
		const task = (await response.json()) as { labelIteration: { entryValues: StoredValue[] } };
		const round = (number = 0) => Math.round(number * 1000) / 1000;
		return task.labelIteration.entryValues
			.map(({ entryKeyLcEntry: key, point, points, width, height }) => {
				if (points !== undefined) return `${key} ${points.map(({ x, y }) => `${round(x)},${round(y)}`).join(' ')}`;
				return `${key} ${[point?.x, point?.y, width, height].map(round).join(' ')}`;
			})
			.sort();
	}

	/** An item's binary data, as n8n keeps it. */
	async file(content: string | Buffer, fileName: string): Promise<NonNullable<Item['binary']>> {
		return {
			data: await this.datagym.engine.storeBinary({
				bytes: Buffer.from(content),
				fileName,
				mimeType: 'application/octet-stream',
			}),
		};
	}

	/** How many imports the server was asked for. */
	get importCount(): number {
		return requestsTo(this.datagym, 'POST', '/prediction');
	}

	async close(): Promise<void> {
		await this.datagym.close();
	}
}
