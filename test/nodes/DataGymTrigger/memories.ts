import type { IDataObject } from 'n8n-workflow';
import { atOnce } from '@datagym/labels/steps/steps';
import { emptyMemory, withRecords, type ProjectMemory } from '@datagym/nodes/DataGymTrigger/memory/memory';
import type { TaskRecord } from '@datagym/nodes/DataGymTrigger/memory/taskRecord';
import { loadMemory, saveMemory } from '@datagym/nodes/DataGymTrigger/memory/savedMemory';
import { HASH_BITS, taskHash } from '@datagym/nodes/DataGymTrigger/memory/hashes';
import { taskRecordsOf, type TaskRecords } from '@datagym/nodes/DataGymTrigger/memory/taskRecords';
import type { TriggerEvent } from '@datagym/nodes/DataGymTrigger/events';

export const record = (
	emitted: TaskRecord['emitted'],
	queuePosition = 0,
	fingerprint = 0,
	missedPolls = 0,
): TaskRecord => ({
	emitted,
	queuePosition,
	fingerprint,
	missedPolls,
});

export function remembering(
	count: number,
	of: (index: number) => TaskRecord = () => record('COMPLETED'),
): ProjectMemory {
	return memoryOf(
		['completed', 'reopened'],
		Array.from({ length: count }, (_, index) => [taskHash(`task-${index}`), of(index)] as const),
	);
}

export function memoryOf(
	events: readonly TriggerEvent[],
	records: Iterable<readonly [number, TaskRecord]>,
): ProjectMemory {
	return withRecords(emptyMemory(events, 'task'), atOnce(taskRecordsOf(records)));
}

export const recordsIn = (memory: ProjectMemory): TaskRecords => atOnce(memory.unpack());
export const recordOf = (memory: ProjectMemory, hash: number) => recordsIn(memory).find(hash);

/** As n8n keeps it: through JSON. */
export const saved = (project: ProjectMemory) => JSON.stringify(atOnce(saveMemory(new Map([['project', project]]))));
export const loaded = (json: string) => loadMemory(JSON.parse(json) as IDataObject).get('project')!;

/** How many of the first bits of a hash are looked at, at least: a task whose hash differs in one of them only is a new one. */
export const bitsCompared = (count: number, fingerprint: number) => {
	const memory = loaded(saved(remembering(count, () => record('COMPLETED', 0, fingerprint))));
	const hash = taskHash('task-0');
	const isKnown = (bit: number) => {
		const value = 2 ** (HASH_BITS - bit);
		return recordOf(memory, Math.floor(hash / value) % 2 === 0 ? hash + value : hash - value) !== undefined;
	};
	expect(recordOf(memory, hash)).toBeDefined();
	let bits = 0;
	while (bits < HASH_BITS && !isKnown(bits + 1)) bits++;
	return bits;
};
