import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { atOnce } from '@datagym/labels/steps/steps';
import { taskRecordsOf } from '@datagym/nodes/DataGymTrigger/memory/taskRecords';
import { Sighting } from '@datagym/nodes/DataGymTrigger/sighting';
import type { RowReader } from '@datagym/nodes/DataGymTrigger/sources/listedTask';
import { TaskLister } from '@datagym/nodes/DataGymTrigger/taskLister';
import { TaskRules } from '@datagym/nodes/DataGymTrigger/taskRules';

interface Row {
	readonly id: string;
}

const READER: RowReader<Row> = {
	id: ({ id }) => id,
	state: () => 'COMPLETED',
	imageId: ({ id }) => id,
	imageName: ({ id }) => id,
	sortId: ({ id }) => id,
	describe: ({ id }) => ({ imageId: id, imageName: id, status: 'completed' }),
};

/** Asks for a garbage collection. */
function collect(): void {
	setFlagsFromString('--expose-gc');
	(runInNewContext('gc') as () => void)();
}

// A row that is held, if only of the tasks that are kept, makes V8 hold the texts of all others for long (docs/trigger.md).
test('no row of a list is held once it is read, and what is kept of some says the same', async () => {
	const MOST = 20;
	const sighting = new Sighting(atOnce(taskRecordsOf([])), false);
	const rules = new TaskRules(['completed'], ['completed'], false);
	const lister = new TaskLister(sighting, { rules, mostPending: MOST, checks: { after: 0, most: MOST } });
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
	expect(described).toEqual(names.toSorted().slice(0, MOST));
	expect(kept.finished?.describe().imageName).toBe(names[0]);
});
