import type { IDataObject } from 'n8n-workflow';
import {
	emptyMemory,
	recordOf,
	type ProjectMemory,
	type TaskRecord,
} from '@datagym/nodes/DataGymTrigger/memory/memory';
import { loadMemory, saveMemory } from '@datagym/nodes/DataGymTrigger/memory/savedMemory';
import { HASH_BITS, taskHash } from '@datagym/nodes/DataGymTrigger/memory/hashes';

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
	const records = new Map(Array.from({ length: count }, (_, index) => [taskHash(`task-${index}`), of(index)]));
	return { ...emptyMemory(['completed', 'reopened'], 'task'), records };
}

/** As n8n keeps it: through JSON. */
export const saved = (project: ProjectMemory) => JSON.stringify(saveMemory(new Map([['project', project]])));
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
