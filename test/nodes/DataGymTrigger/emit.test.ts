import type { DataGymApi } from '@datagym/client';
import { NEW, type PendingTask } from '@datagym/nodes/DataGymTrigger/compare';
import { TaskFilter } from '@datagym/nodes/DataGymTrigger/filter';
import type { ListedTask, TaskSummary } from '@datagym/nodes/DataGymTrigger/sources/listedTask';
import type { ProjectSource, TaskLabels } from '@datagym/nodes/DataGymTrigger/sources/projectSource';
import { ImageStore } from '@datagym/nodes/DataGymTrigger/storedImage';
import { QuietLooks } from '@datagym/nodes/DataGymTrigger/quietLooks';
import { readParameters } from '@datagym/nodes/DataGymTrigger/parameters';
import { Budget } from '@datagym/nodes/DataGymTrigger/budget';
import { emitInTurn, numberQueue, type PollRun } from '@datagym/nodes/DataGymTrigger/emit';

const noServer = { atOnce: 6 } as DataGymApi;
const LABELS: TaskLabels = {
	image: { imageId: '', imageName: '', objects: [], classifications: {} },
	classes: [],
	problems: [],
};

/** A project whose labels take as long to read as the test says. */
function source(readLabels: (task: TaskSummary) => Promise<TaskLabels | undefined>): ProjectSource {
	const unused = () => Promise.reject(new Error('Not to be asked'));
	return {
		projectId: 'p',
		identity: 'task',
		listsAll: false,
		listsApart: true,
		listFinished: unused,
		locate: unused,
		examples: unused,
		size: unused,
		readLabels,
	};
}

function pending(name: string, queuePosition = 0): PendingTask {
	const task: ListedTask = {
		hash: Number(name),
		state: 'COMPLETED',
		describe: () => ({ imageId: name, imageName: name, status: 'completed' }),
	};
	return { task, steps: [{ event: 'completed', emitted: 'COMPLETED' }], record: { ...NEW, queuePosition } };
}

function run(fields: Record<string, unknown>, budget: Budget): PollRun {
	const parameters = readParameters(
		(name, whenMissing) => ({ projectIds: ['p'], events: ['completed'], ...fields })[name] ?? whenMissing,
	);
	return {
		api: noServer,
		parameters,
		filter: new TaskFilter(noServer, parameters.filters),
		budget,
		images: new ImageStore(noServer, () => Promise.reject(new Error('No image'))),
		looks: new QuietLooks(),
		warn: () => {},
	};
}

const emit = async (one: PollRun, project: ProjectSource, names: readonly string[]) =>
	await emitInTurn(
		one,
		names.map((name) => ({ source: project, pending: pending(name), watchesLabels: false })),
	);

describe('what one poll tells', () => {
	test('ends in time, and the rest waits for its turn', async () => {
		let now = 0;
		const slow = source(async () => {
			now += 10;
			return LABELS;
		});
		const outcomes = numberQueue(
			await emit(
				run({ options: { network: { settings: { concurrency: 2 } } } }, new Budget(100, 35, () => now)),
				slow,
				['1', '2', '3', '4', '5', '6'],
			),
		);
		expect(outcomes.map(({ items, record }) => [items.length, record?.queuePosition])).toEqual([
			[1, 0],
			[1, 0],
			[1, 0],
			[1, 0],
			[0, 1],
			[0, 1],
		]);
	});

	test('is something even if listing has taken all the time, so that the trigger gets on', async () => {
		const outcomes = await emit(
			run({ options: { network: { settings: { concurrency: 2 } } } }, new Budget(100, -1)),
			source(() => Promise.resolve(LABELS)),
			['1', '2', '3'],
		);
		expect(outcomes.map(({ items }) => items.length)).toEqual([1, 1, 0]);
	});

	test('is read by several requests at once, and no more than that', async () => {
		let underWay = 0;
		let most = 0;
		const counting = source(async () => {
			most = Math.max(most, ++underWay);
			await new Promise((resolve) => setTimeout(resolve, 1));
			underWay--;
			return LABELS;
		});
		await emit(run({ options: { network: { settings: { concurrency: 3 } } } }, new Budget(100, Infinity)), counting, [
			'1',
			'2',
			'3',
			'4',
			'5',
			'6',
			'7',
		]);
		expect(most).toBe(3);
	});

	test('leaves out what is gone or was sent back since it was listed, and compares it again the next time', async () => {
		const outcomes = await emit(
			run({}, new Budget(100, Infinity)),
			source(({ imageName }) => Promise.resolve(imageName === '2' ? undefined : LABELS)),
			['1', '2'],
		);
		expect(outcomes.map(({ items, record, isPostponed }) => [items.length, record?.emitted, isPostponed])).toEqual([
			[1, 'COMPLETED', false],
			[0, undefined, false],
		]);
	});
});

test('the queue numbers its places anew, and ends at twenty', () => {
	const left = [3, 7, 0, 0].map((queuePosition, index) => ({
		source: source(() => Promise.resolve(LABELS)),
		pending: pending(String(index), queuePosition),
		watchesLabels: false,
		items: [],
		record: { ...NEW, queuePosition },
		isPostponed: true,
	}));
	expect(numberQueue(left).map(({ record }) => record?.queuePosition)).toEqual([1, 2, 3, 3]);
	const many = Array.from({ length: 30 }, (_, index) => ({ ...left[0]!, pending: pending(String(index), index + 1) }));
	expect(
		numberQueue(many)
			.map(({ record }) => record?.queuePosition)
			.slice(-12),
	).toEqual([19, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20]);
});
