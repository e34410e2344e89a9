import type { DataGymApi } from '@datagym/client';
import { Budget } from '@datagym/nodes/DataGymTrigger/emit';
import { NEW, type Due } from '@datagym/nodes/DataGymTrigger/compare';
import { TaskFilter } from '@datagym/nodes/DataGymTrigger/filter';
import type { ProjectSource, TaskSighting } from '@datagym/nodes/DataGymTrigger/sources/projectSource';
import type { SeenTask, TaskLabels } from '@datagym/nodes/DataGymTrigger/sources/projectSource';
import { readSettings } from '@datagym/nodes/DataGymTrigger/parameters';
import { queueUp, tellInTurn, type PollRun } from '@datagym/nodes/DataGymTrigger/emit';

const noServer = {} as DataGymApi;
const LABELS: TaskLabels = {
	image: { imageId: '', imageName: '', objects: [], classifications: {} },
	classes: [],
	problems: [],
};

/** A project whose labels take as long to read as the test says. */
function source(readLabels: (task: SeenTask) => Promise<TaskLabels | undefined>): ProjectSource {
	const unused = () => Promise.reject(new Error('Not to be asked'));
	return { projectId: 'p', identity: 'task', listFinished: unused, locate: unused, examples: unused, readLabels };
}

function due(name: string, waiting = 0): Due<TaskSighting> {
	const seen: TaskSighting = {
		hash: Number(name),
		standing: 'COMPLETED',
		describe: () => ({ imageId: name, imageName: name, status: 'completed' }),
	};
	return { seen, steps: [{ event: 'completed', told: 'COMPLETED' }], before: { ...NEW, waiting } };
}

function run(parameters: Record<string, unknown>, budget: Budget): PollRun {
	const settings = readSettings(
		(name, whenMissing) => ({ projectIds: ['p'], events: ['completed'], ...parameters })[name] ?? whenMissing,
	);
	return {
		api: noServer,
		settings,
		filter: new TaskFilter(noServer, settings.filters),
		budget,
		storeFile: () => Promise.reject(new Error('No image')),
	};
}

const tell = async (one: PollRun, project: ProjectSource, names: readonly string[]) =>
	await tellInTurn(
		one,
		names.map((name) => ({ source: project, due: due(name), watchesLabels: false })),
	);

describe('what one poll tells', () => {
	test('ends in time, and the rest waits for its turn', async () => {
		let now = 0;
		const slow = source(async () => {
			now += 10;
			return LABELS;
		});
		const outcomes = queueUp(
			await tell(run({ options: { concurrency: 2 } }, new Budget(100, 35, () => now)), slow, [
				'1',
				'2',
				'3',
				'4',
				'5',
				'6',
			]),
		);
		expect(outcomes.map(({ items, trace }) => [items.length, trace?.waiting])).toEqual([
			[1, 0],
			[1, 0],
			[1, 0],
			[1, 0],
			[0, 1],
			[0, 1],
		]);
	});

	test('is something even if listing has taken all the time, so that the trigger gets on', async () => {
		const outcomes = await tell(
			run({ options: { concurrency: 2 } }, new Budget(100, -1)),
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
		await tell(run({ options: { concurrency: 3 } }, new Budget(100, 1000)), counting, [
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

	test('leaves out what is gone or was sent back since it was listed, and looks again the next time', async () => {
		const outcomes = await tell(
			run({}, new Budget(100, 1000)),
			source(({ imageName }) => Promise.resolve(imageName === '2' ? undefined : LABELS)),
			['1', '2'],
		);
		expect(outcomes.map(({ items, trace, isLeft }) => [items.length, trace?.told, isLeft])).toEqual([
			[1, 'COMPLETED', false],
			[0, undefined, false],
		]);
	});
});

test('the queue numbers its places anew, and ends at twenty', () => {
	const left = [3, 7, 0, 0].map((waiting, index) => ({
		source: source(() => Promise.resolve(LABELS)),
		due: due(String(index), waiting),
		watchesLabels: false,
		items: [],
		trace: { ...NEW, waiting },
		isLeft: true,
	}));
	expect(queueUp(left).map(({ trace }) => trace?.waiting)).toEqual([1, 2, 3, 3]);
	const many = Array.from({ length: 30 }, (_, index) => ({ ...left[0]!, due: due(String(index), index + 1) }));
	expect(
		queueUp(many)
			.map(({ trace }) => trace?.waiting)
			.slice(-12),
	).toEqual([19, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20, 20]);
});
