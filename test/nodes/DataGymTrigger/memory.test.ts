import { loadMemory } from '@datagym/nodes/DataGymTrigger/memory/savedMemory';
import { taskHash } from '@datagym/nodes/DataGymTrigger/memory/hashes';
import { bitsCompared, loaded, record, recordOf, recordsIn, remembering, saved } from './memories';

test('comes back from JSON as it was', () => {
	const kinds = [
		record('COMPLETED'),
		record('REVIEWED'),
		record('SKIPPED'),
		record('REVIEWED_SKIP'),
		record('SENT_BACK', 2),
		record('NOTHING', 1),
		record('COMPLETED', 20),
		record('REVIEW_PENDING', 3),
		record('OUTDATED', 1, 5, 2),
		record('SKIPPED', 0, 0, 1),
		record('REVIEWED', 0, 32_767),
	];
	const project = remembering(1000, (index) => kinds[index % kinds.length]!);
	const back = loaded(saved({ ...project, checkedUpTo: 2 ** 51 + 1, hasNewFingerprints: true }));
	expect(back).toMatchObject({
		events: ['completed', 'reopened'],
		identity: 'task',
		checkedUpTo: 2 ** 51 + 1,
		hasNewFingerprints: true,
	});
	expect(recordsIn(back).size).toBe(1000);
	for (let index = 0; index < 1000; index++)
		expect(recordOf(back, taskHash(`task-${index}`))).toEqual(kinds[index % kinds.length]);
	expect(recordOf(back, taskHash('another task'))).toBeUndefined();
});

test('can be saved again as it was loaded, without another look at the server', () => {
	const once = saved(remembering(1000));
	expect(saved(loaded(once))).toBe(once);
});

test('takes less than 8 bytes a task while everything waits', () => {
	expect(saved(remembering(10_000, (index) => record('COMPLETED', 1 + (index % 20)))).length).toBeLessThan(80_000);
});

describe('takes a new task for a known one no more often than docs/trigger.md says', () => {
	// A new task's hash is one of 2^bits numbers, of which the known tasks have taken `count`.
	test.each([1, 100, 1000, 1023, 1024])('with %i known tasks in fewer than 2 of 2^34 cases', (count) => {
		expect(count / 2 ** bitsCompared(count, 0)).toBeLessThan(2 / 2 ** 34);
	});

	test.each([1, 2000])('with fingerprints of %i tasks in fewer than 2 of 2^30 cases', (count) => {
		expect(count / 2 ** bitsCompared(count, 7)).toBeLessThan(2 / 2 ** 30);
	});
});

test('is empty in a new node', () => {
	expect(loadMemory({}).size).toBe(0);
});

test('is still read as version 1 wrote it', () => {
	const version1 =
		'{"version":1,"projects":{"project":{"events":["completed"],"bits":36,"digest":"1fdkje5-1dfgvpw","tasks":{"C":[3,33,"3LoL5QtwXDGFtzjP4wA"],"R":[2,34,"oJM4EVx99Cr6AA"]}}}}';
	const project = loaded(version1);
	expect(project).toMatchObject({ events: ['completed'], identity: 'task' });
	for (let index = 0; index < 5; index++)
		expect(recordOf(project, taskHash(`task-${index}`))?.emitted).toBe(index < 3 ? 'COMPLETED' : 'REVIEWED');
});

test('is left alone if a newer version wrote it', () => {
	expect(() => loadMemory({ version: 2, projects: {} })).toThrow('was written by a newer version');
});

test.each([
	['without the width of its hashes', { version: 1, projects: { project: { tasks: {} } } }],
	['with an unknown group', { version: 1, projects: { project: { bits: 40, tasks: { X: [1, 3, 'AAAA'] } } } }],
	['with hashes that are cut off', { version: 1, projects: { project: { bits: 40, tasks: { C: [9, 30, 'AAAA'] } } } }],
	['with no hashes', { version: 1, projects: { project: { bits: 40, tasks: { C: 'AAAA' } } } }],
])('is not guessed at when it is damaged: %s', (_how, data) => {
	expect(() => recordsIn(loadMemory(data).get('project')!)).toThrow('is damaged');
});
