import type { Task } from '@datagym/test/emulator/store/model';
import { startEmulator } from '@datagym/test/emulator/start';

/** What the server tells when it is ready. */
export interface ServerReady {
	readonly url: string;
	readonly token: string;
	readonly projectId: string;
	/** A project without images. */
	readonly emptyProjectId: string;
}

/** Asks for so many tasks to be finished, or for the number of requests so far. */
export type ServerCommand = { readonly finish: number } | 'requests';

const CLASSES = [
	{
		entryKey: 'car',
		type: 'rectangle',
		children: [{ entryKey: 'color', type: 'select', options: { red: 'Red', blue: 'Blue' } }],
	},
	{ entryKey: 'road', type: 'polygon' },
	{ entryKey: 'weather', type: 'select', options: { sun: 'Sun', rain: 'Rain' } },
];

/** As in the contract's measurements: three boxes with an answer each, a polygon of eight points, an answer about the image. */
function labelsOf(index: number) {
	const boxes = [0, 1, 2].map((box) => ({
		rectangle: [{ x: 10.5 + box * 90, y: 20.25 + (index % 50), w: 80.5, h: 60.25 }],
		classifications: { color: ['red'] },
	}));
	const polygon = [0, 1, 2, 3, 4, 5, 6, 7].map((corner) => ({
		x: 300 + 100 * Math.cos(corner),
		y: 200 + 100 * Math.sin(corner),
	}));
	return { labels: { car: boxes, road: [{ polygon }] }, global_classifications: { weather: ['sun'] } };
}

/** A server of its own process, so that its memory and time are not counted as the trigger's. */
async function main(finished: number): Promise<void> {
	const server = await startEmulator({ dummyProject: false });
	const { project, dataset } = server.seed.project({ name: 'Bench', classes: CLASSES, datasetName: 'Bench images' });
	server.seed.tasks(project, dataset!, { count: finished, state: 'COMPLETED', labels: labelsOf });
	const empty = server.seed.project({ name: 'Empty', datasetName: 'No images' }).project;
	const open: Task[] = server.seed.tasks(project, dataset!, {
		count: 2000,
		state: 'WAITING',
		labels: labelsOf,
		name: (index) => `later_${index}.jpg`,
	});
	process.on('message', (command: ServerCommand) => {
		if (command === 'requests') return void process.send?.(server.requests.length);
		for (const task of open.splice(0, command.finish)) server.seed.move(task, 'COMPLETED');
		process.send?.('finished');
	});
	process.send?.({
		url: server.url,
		token: server.token,
		projectId: project.id,
		emptyProjectId: empty.id,
	} satisfies ServerReady);
}

void main(Number(process.argv[2]));
