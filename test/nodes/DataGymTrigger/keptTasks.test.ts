import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { atOnce } from '@datagym/labels/steps/steps';
import { taskRecordsOf } from '@datagym/nodes/DataGymTrigger/memory/taskRecords';
import { exportSource } from '@datagym/nodes/DataGymTrigger/sources/exportSource';
import { Sighting } from '@datagym/nodes/DataGymTrigger/sighting';
import type { RowReader } from '@datagym/nodes/DataGymTrigger/sources/listedTask';
import { TaskLister } from '@datagym/nodes/DataGymTrigger/taskLister';
import { TaskRules } from '@datagym/nodes/DataGymTrigger/taskRules';
import { startEmulator } from '../../emulator/start';
import { clientOf } from '../../support/clientOf';
import { box } from './scene';

interface Row {
	readonly id: string;
}

const READER: RowReader<Row> = {
	id: ({ id }) => id,
	state: () => 'COMPLETED',
	imageId: ({ id }) => id,
	imageName: ({ id }) => id,
	sortId: ({ id }) => id,
	summary,
	describe: summary,
};

function summary({ id }: Row) {
	return { imageId: id, imageName: id, status: 'completed' };
}

/** Everything is new. */
const plan = { rules: new TaskRules(['completed'], ['completed'], false), mostPending: 20 };
const nothingKnown = () => new Sighting(atOnce(taskRecordsOf([])), false);

/** Asks for a garbage collection. */
function collect(): void {
	setFlagsFromString('--expose-gc');
	(runInNewContext('gc') as () => void)();
}

// A row that is held, if only of the tasks that are kept, makes V8 hold the texts of all others for long (docs/trigger.md).
test('no row of a list is held once it is read, and what is kept of some says the same', async () => {
	const lister = new TaskLister(nothingKnown(), { ...plan, checks: { after: 0, most: 20 } });
	const fold = lister.begin(READER);
	const names = Array.from({ length: 500 }, (_, index) => `${String((index * 7919) % 500).padStart(3, '0')}.jpg`);
	const rows = names.map((id) => {
		const row: Row = { id };
		fold.add(row);
		return new WeakRef(row);
	});
	const { kept } = fold.end();
	// References that were followed in a turn hold until its end.
	await new Promise((resolve) => setImmediate(resolve));
	collect();
	expect(rows.filter((row) => row.deref() !== undefined)).toEqual([]);
	const described = kept.pending.sorted.map(({ describe }) => describe().imageName);
	expect(described).toEqual(names.toSorted().slice(0, plan.mostPending));
	expect(kept.finished?.describe().imageName).toBe(names[0]);
});

test('of an export, the labels of images that pass no filter are not held', async () => {
	const server = await startEmulator({ generation: '2020', dummyProject: false });
	try {
		const { project, dataset } = server.seed.project({
			name: 'Kept',
			classes: [{ entryKey: 'car', type: 'rectangle' }],
			datasetName: 'Kept',
		});
		const names = ['a.jpg', 'b.jpg', 'c.jpg'];
		const tasks = server.seed.tasks(project, dataset!, {
			count: names.length,
			name: (index) => names[index]!,
			state: 'COMPLETED',
			labels: () => box(1),
		});
		const source = exportSource(clientOf(server, 'image'), project.id);
		const lister = new TaskLister(nothingKnown(), { ...plan, passes: ({ imageName }) => imageName === 'b.jpg' });
		await source.listFinished(['COMPLETED'], lister);
		expect(lister.kept.pending.sorted.map(({ describe }) => describe().imageName)).toEqual(['b.jpg']);
		const held = tasks.map(async ({ medium: { id: imageId, name: imageName } }) => {
			const labels = await source.readLabels({ imageId, imageName, status: 'completed' });
			return labels?.image.objects.length;
		});
		expect(await Promise.all(held)).toEqual([undefined, 1, undefined]);
	} finally {
		await server.close();
	}
});
