import type { IDataObject } from 'n8n-workflow';
import type { Steps } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { TRIGGER_EVENTS, type EmittedState } from '../events';
import { Digest, HASH_BITS } from './hashes';
import { STEP } from './hashOrder';
import { emittedOf, isFinishedCode, kindOf, missedPollsOf, placeOf } from './kinds';
import { FINGERPRINT_BITS } from './labelFingerprint';
import type { ProjectMemory, TriggerMemory } from './memory';
import { HashPacker, isPossible, unpackHashes, type PackedHashes, type Widths } from './packing';
import { loadMilestones, saveMilestones } from './savedMilestones';
import { TaskRecordsBuilder, type TaskRecords } from './taskRecords';

/**
 * Raised when the form below changes; older versions stay readable.
 *
 * ```json
 * {"version":1,"projects":{"<projectId>":{"events":["completed"],"bits":50,"digest":"…","checkedUpTo":0,
 *   "milestones":{"reached":100,"project":[<images>,<times>],"datasets":{"<datasetId>":[<images>,<times>]}},
 *   "tasks":{"C":[<count>,<rice>,"<base64>"],"N1":[…],"C-2":[…]}}}}
 * ```
 *
 * The keys of `tasks` are a letter for what was emitted, the place in the queue, if any, and behind a dash the number of
 * polls in which the tasks were in no list, if any.
 */
const VERSION = 1;

/**
 * Bits of a hash beyond log2 of the number of tasks. A new task is taken for a known one, and its event lost, in less than
 * 2 of 2^34 cases: once in 85,000 projects that grow to 100,000 tasks. With fingerprints it is 2 of 2^30, since both must
 * fit into 8 bytes a task: 32 bits and the fingerprint's 15 are 7.8 characters of base64.
 */
const SPARE_BITS = 34;
const SPARE_BITS_WITH_FINGERPRINTS = 30;

const LETTERS: Readonly<Record<EmittedState, string>> = {
	NOTHING: 'N',
	SENT_BACK: 'B',
	REVIEW_PENDING: 'P',
	OUTDATED: 'O',
	COMPLETED: 'C',
	REVIEWED: 'R',
	SKIPPED: 'S',
	REVIEWED_SKIP: 'K',
};

/** @returns the memory as JSON, small enough for the workflow's row in n8n's database. */
export function* saveMemory(memory: TriggerMemory): Steps<IDataObject> {
	const projects: IDataObject = {};
	for (const [projectId, project] of memory) projects[projectId] = yield* saveProject(project);
	return { version: VERSION, projects };
}

/**
 * Nothing is overwritten that this version cannot read.
 *
 * @throws InputError if a newer version wrote it, or if it is damaged; the latter sometimes only once its records are asked for.
 */
export function loadMemory(saved: IDataObject): TriggerMemory {
	if (saved.version === undefined) return new Map();
	if (typeof saved.version === 'number' && saved.version > VERSION) {
		throw new InputError(
			'The memory of this trigger was written by a newer version of the DataGym nodes',
			'Install that version again. To start over instead, replace the trigger with a new one under another name.',
		);
	}
	const projects = isObject(saved.projects) ? saved.projects : {};
	return new Map(
		Object.entries(projects).map(([projectId, project]) => [projectId, loadProject(isObject(project) ? project : {})]),
	);
}

function* saveProject(project: ProjectMemory): Steps<IDataObject> {
	const { events, identity, checkedUpTo, hasNewFingerprints, milestones } = project;
	const records = yield* project.unpack();
	const widths = widthsFor(records);
	const { tasks, digest } = yield* packRecords(records, widths);
	return {
		events: [...events],
		...(identity === 'task' ? {} : { identity }),
		bits: widths.hash,
		...(records.hasFingerprints ? { fingerprintBits: widths.note } : {}),
		...(digest === undefined ? {} : { digest }),
		...(checkedUpTo === 0 ? {} : { checkedUpTo }),
		...(hasNewFingerprints ? { hasNewFingerprints } : {}),
		...(milestones === undefined ? {} : { milestones: saveMilestones(milestones) }),
		tasks,
	};
}

interface PackedRecords {
	readonly tasks: IDataObject;
	/** Undefined if something is pending. */
	readonly digest: string | undefined;
}

function* packRecords(records: TaskRecords, widths: Widths): Steps<PackedRecords> {
	const { kinds, hashes, bits } = records;
	const counts = yield* countKinds(kinds);
	const packers = new Map([...counts].map(([kind, count]) => [kind, new HashPacker(count, widths)]));
	const digest = new Digest();
	const width = 2 ** (bits - widths.hash);
	for (let index = 0; index < kinds.length; index++) {
		const kind = kinds[index] ?? 0;
		const hash = Math.floor((hashes[index] ?? 0) / width);
		packers.get(kind)?.add(hash, records.fingerprintAt(index));
		digest.add(hash, emittedOf(kind));
		if (index % STEP === 0) yield;
	}
	const isSettled = [...counts.keys()].every(isFinishedCode);
	const tasks = Object.fromEntries([...packers].map(([kind, packer]) => [groupName(kind), [...packer.end()]]));
	return { tasks, digest: isSettled ? digest.text : undefined };
}

/** How many records there are of each kind. */
function* countKinds(kinds: Uint16Array): Steps<ReadonlyMap<number, number>> {
	const counts = new Map<number, number>();
	// Nearly all are of one kind.
	let [kind, run] = [kinds[0] ?? 0, 0];
	for (let index = 0; index < kinds.length; index++) {
		if (index % STEP === 0) yield;
		if (kinds[index] !== kind) {
			counts.set(kind, (counts.get(kind) ?? 0) + run);
			[kind, run] = [kinds[index] ?? 0, 0];
		}
		run++;
	}
	if (run > 0) counts.set(kind, (counts.get(kind) ?? 0) + run);
	return counts;
}

function groupName(kind: number): string {
	const [place, missedPolls] = [placeOf(kind), missedPollsOf(kind)];
	return `${LETTERS[emittedOf(kind)]}${place === 0 ? '' : place}${missedPolls === 0 ? '' : `-${missedPolls}`}`;
}

function widthsFor({ size, bits, hasFingerprints }: TaskRecords): Widths {
	const spare = hasFingerprints ? SPARE_BITS_WITH_FINGERPRINTS : SPARE_BITS;
	const wanted = Math.floor(Math.log2(Math.max(1, size))) + spare;
	return { hash: Math.min(wanted, bits, HASH_BITS), note: hasFingerprints ? FINGERPRINT_BITS : 0 };
}

function loadProject(saved: IDataObject): ProjectMemory {
	const { identity, bits, digest, checkedUpTo, hasNewFingerprints, fingerprintBits } = saved;
	if (typeof bits !== 'number' || !(bits >= 1 && bits <= HASH_BITS)) throw damaged();
	const widths = { hash: bits, note: typeof fingerprintBits === 'number' ? fingerprintBits : 0 };
	const groups = Object.entries(isObject(saved.tasks) ? saved.tasks : {});
	let records: TaskRecords | undefined;
	return {
		events: TRIGGER_EVENTS.filter(
			(event) => Array.isArray(saved.events) && saved.events.some((known) => known === event),
		),
		identity: identity === 'image' ? 'image' : 'task',
		// Polls that are content with the counts do not need it.
		*unpack() {
			records ??= yield* loadRecords(groups, widths);
			return records;
		},
		...(typeof digest === 'string' ? { digest } : {}),
		checkedUpTo: typeof checkedUpTo === 'number' ? checkedUpTo : 0,
		hasNewFingerprints: hasNewFingerprints === true,
		...(isObject(saved.milestones) ? { milestones: loadMilestones(saved.milestones) } : {}),
	};
}

function* loadRecords(groups: ReadonlyArray<readonly [string, unknown]>, widths: Widths): Steps<TaskRecords> {
	const kinds = groups.map(([name, packed]): readonly [number, PackedHashes] => {
		if (!isPacked(packed) || !isPossible(packed)) throw damaged();
		return [kindNamed(name), packed];
	});
	const size = kinds.reduce((sum, [, [count]]) => sum + count, 0);
	const builder = new TaskRecordsBuilder(size, widths.hash);
	const most = 2 ** widths.hash;
	try {
		for (const [kind, packed] of kinds)
			yield* unpackHashes(packed, widths, (hash, fingerprint) => {
				if (hash >= most) throw damaged();
				builder.add(hash, kind, fingerprint);
			});
	} catch (error) {
		throw error instanceof RangeError ? damaged() : error;
	}
	return yield* builder.build();
}

function kindNamed(name: string): number {
	const [, letter, place = '', missed = ''] = /^([A-Z])(\d*)(?:-(\d+))?$/.exec(name) ?? [];
	const emitted = (Object.keys(LETTERS) as EmittedState[]).find((known) => LETTERS[known] === letter);
	if (emitted === undefined) throw damaged();
	return kindOf({ emitted, queuePosition: Number(place), missedPolls: Number(missed) });
}

function damaged(): InputError {
	return new InputError(
		'The memory of this trigger is damaged, so it cannot determine what is new',
		"Restore the workflow's static data from a backup. To start over instead, replace the trigger with a new one under another name.",
	);
}

function isPacked(value: unknown): value is PackedHashes {
	return (
		Array.isArray(value) && typeof value[0] === 'number' && typeof value[1] === 'number' && typeof value[2] === 'string'
	);
}

function isObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}
