import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Chance } from '@datagym/test/emulator/store/chance';
import type { Dataset, Project, Task } from '@datagym/test/emulator/store/model';
import { startEmulator, type Emulator } from '@datagym/test/emulator/start';
import { valuesOf } from '@datagym/test/emulator/store/values';
import { CLASS, MODEL_PATH, PICTURE_PATH } from './workflows';
import { createHash } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { serve } from '@datagym/test/support/httpServer';
import { PHOTOS } from '../paths';
import { pause } from '../processes';

const FILES = [
	'astronaut.jpg',
	'bowl.jpg',
	'cat.jpg',
	'coffee.jpg',
	'dandelions.jpg',
	'dogs.jpg',
	'flower.jpg',
	'pavilion.jpg',
	'rocket.jpg',
];
const LABELLING_PAUSE = 1_500;
/** As of a server across a network, so that executions take a while, and some are under way when a worker dies. */
const LATENCY = 120;

export interface Photograph {
	name: string;
	bytes: Buffer;
	digest: string;
}

/** What surrounds n8n: a DataGym with two projects, people who label in one of them, and a receiver of results. */
export class Fixture {
	/** Names of the images that people have finished. */
	readonly finished: string[] = [];
	private labeling = true;

	private constructor(
		readonly emulator: Emulator,
		readonly receiver: Receiver,
		readonly project: Project,
		readonly dataset: Dataset,
		readonly watchedProject: Project,
		private readonly tasks: Task[],
		private readonly chance: Chance,
		private readonly files: Buffer[],
	) {}

	/** @param watchedImages How many images people can finish. */
	static async create(seed: number, watchedImages: number): Promise<Fixture> {
		const emulator = await startEmulator({ dummyProject: false, latencyMs: LATENCY, seed });
		const classes = [{ entryKey: CLASS, type: 'rectangle' }];
		const { project, dataset } = emulator.seed.project({ name: 'Photographs', classes, datasetName: 'Photographs' });
		const watched = emulator.seed.project({ name: 'Watched', classes, datasetName: 'Watched' });
		const tasks = emulator.seed.tasks(watched.project, watched.dataset!, {
			count: watchedImages,
			state: 'WAITING',
			name: (index) => numbered('w', index),
		});
		const files = await Promise.all(FILES.map(async (file) => await readFile(join(PHOTOS, file))));
		return new Fixture(
			emulator,
			await startReceiver(LATENCY),
			project,
			dataset!,
			watched.project,
			tasks,
			new Chance(seed),
			files,
		);
	}

	/** A real photograph that no other one equals: what follows the end of a JPEG is no part of the picture. */
	photograph(letter: string, index: number): Photograph {
		const name = numbered(letter, index);
		const bytes = Buffer.concat([this.files[Math.floor(this.chance.next() * this.files.length)]!, Buffer.from(name)]);
		this.receiver.offer(name, bytes);
		return { name, bytes, digest: digest(bytes) };
	}

	/** People finish one watched image after the other, until they are told to stop or nothing is left. */
	async label(): Promise<void> {
		for (const task of this.tasks) {
			if (!this.labeling) return;
			this.emulator.seed.move(task, 'COMPLETED');
			this.finished.push(task.medium.name);
			await pause(LABELLING_PAUSE);
		}
	}

	stopLabeling(): void {
		this.labeling = false;
	}

	/** People finish these photographs. */
	finish(names: ReadonlySet<string>): void {
		for (const task of this.photographTasks())
			if (names.has(task.medium.name)) this.emulator.seed.move(task, 'COMPLETED');
	}

	/** For each image that arrived in the dataset: its name and how many labels it has. */
	arrived(): Array<{ name: string; labels: number }> {
		return this.photographTasks().map((task) => ({ name: task.medium.name, labels: valuesOf(task).length }));
	}

	private photographTasks(): Task[] {
		return [...this.emulator.store.tasks.values()].filter(({ project }) => project === this.project);
	}

	async close(): Promise<void> {
		await this.emulator.close();
		await this.receiver.close();
	}
}

const numbered = (letter: string, index: number) => `${letter}${String(index).padStart(4, '0')}.jpg`;

/** A server at the end of the workflows that writes down what reaches it, and a model in their middle. */
export interface Receiver {
	url: string;
	/** By path, such as `/photograph/p0001.jpg`: a digest of each body that came. */
	readonly received: ReadonlyMap<string, readonly string[]>;
	/** The body that came last. */
	readonly last: Buffer;
	/** From now on, it can be asked for this photograph. */
	offer(name: string, bytes: Buffer): void;
	close(): Promise<void>;
}

/** What the model finds on each photograph, in the form of Hugging Face's object detection. */
const DETECTIONS = [{ label: CLASS, score: 0.9, box: { xmin: 10, ymin: 20, xmax: 40, ymax: 60 } }];

/** @param latency Of each answer, in milliseconds. */
async function startReceiver(latency: number): Promise<Receiver> {
	const received = new Map<string, string[]>();
	const offered = new Map<string, Buffer>();
	let last = Buffer.alloc(0);
	const server = await serve((request, response) => {
		void buffer(request).then(async (body) => {
			const path = request.url ?? '';
			const picture = offered.get(path);
			if (picture) return response.writeHead(200, { 'Content-Type': 'image/jpeg' }).end(picture);
			last = body;
			received.set(path, [...(received.get(path) ?? []), digest(body)]);
			await pause(latency);
			const answer = path === MODEL_PATH ? DETECTIONS : {};
			response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(answer));
		});
	});
	return {
		url: server.url,
		received,
		get last() {
			return last;
		},
		offer: (name, bytes) => void offered.set(`${PICTURE_PATH}/${name}`, bytes),
		close: server.close,
	};
}

export const digest = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
