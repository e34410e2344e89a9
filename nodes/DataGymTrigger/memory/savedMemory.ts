import type { IDataObject } from 'n8n-workflow';
import { InputError } from '@datagym/shared/errors';
import { digestOf, HASH_BITS } from './hashes';
import { isFinished, TRIGGER_EVENTS, type FinishedState, type EmittedState } from '../events';
import { packHashes, unpackHashes, type HashEntry, type PackedHashes, type Widths } from './packing';
import { FINGERPRINT_BITS, NO_FINGERPRINT } from './labelFingerprint';
import { loadMilestones, saveMilestones } from './savedMilestones';
import type { ProjectMemory, TaskRecord, TriggerMemory } from './memory';

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
export function saveMemory(memory: TriggerMemory): IDataObject {
	return {
		version: VERSION,
		projects: Object.fromEntries([...memory].map(([projectId, project]) => [projectId, saveProject(project)])),
	};
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

function saveProject(project: ProjectMemory): IDataObject {
	const { events, identity, bits, records, checkedUpTo, hasNewFingerprints, milestones } = project;
	const hasFingerprints = [...records.values()].some(({ fingerprint }) => fingerprint !== NO_FINGERPRINT);
	const widths = widthsFor(records.size, bits, hasFingerprints);
	const groups = new Map<string, HashEntry[]>();
	const settled: Array<{ hash: number; state: FinishedState }> = [];
	for (const [longHash, record] of records) {
		const { emitted, queuePosition, fingerprint, missedPolls } = record;
		const name = groupName(record);
		const hash = Math.floor(longHash / 2 ** (bits - widths.hash));
		const group = groups.get(name);
		if (group === undefined) groups.set(name, [{ hash, note: fingerprint }]);
		else group.push({ hash, note: fingerprint });
		if (queuePosition === 0 && missedPolls === 0 && isFinished(emitted))
			settled.push({ hash: longHash, state: emitted });
	}
	return {
		events: [...events],
		...(identity === 'task' ? {} : { identity }),
		bits: widths.hash,
		...(hasFingerprints ? { fingerprintBits: widths.note } : {}),
		...(settled.length === records.size ? { digest: digestOf(settled, HASH_BITS - (bits - widths.hash)) } : {}),
		...(checkedUpTo === 0 ? {} : { checkedUpTo }),
		...(hasNewFingerprints ? { hasNewFingerprints } : {}),
		...(milestones === undefined ? {} : { milestones: saveMilestones(milestones) }),
		tasks: Object.fromEntries([...groups].map(([name, entries]) => [name, [...packHashes(entries, widths)]])),
	};
}

function groupName({ emitted, queuePosition, missedPolls }: TaskRecord): string {
	return `${LETTERS[emitted]}${queuePosition === 0 ? '' : queuePosition}${missedPolls === 0 ? '' : `-${missedPolls}`}`;
}

function widthsFor(count: number, bits: number, hasFingerprints: boolean): Widths {
	const spare = hasFingerprints ? SPARE_BITS_WITH_FINGERPRINTS : SPARE_BITS;
	const wanted = Math.floor(Math.log2(Math.max(1, count))) + spare;
	return { hash: Math.min(wanted, bits, HASH_BITS), note: hasFingerprints ? FINGERPRINT_BITS : 0 };
}

function loadProject(saved: IDataObject): ProjectMemory {
	const { identity, bits, digest, checkedUpTo, hasNewFingerprints, fingerprintBits } = saved;
	if (typeof bits !== 'number' || !(bits >= 1 && bits <= HASH_BITS)) throw damaged();
	const widths = { hash: bits, note: typeof fingerprintBits === 'number' ? fingerprintBits : 0 };
	const groups = Object.entries(isObject(saved.tasks) ? saved.tasks : {});
	let records: ReadonlyMap<number, TaskRecord> | undefined;
	return {
		events: TRIGGER_EVENTS.filter(
			(event) => Array.isArray(saved.events) && saved.events.some((known) => known === event),
		),
		identity: identity === 'image' ? 'image' : 'task',
		bits,
		// Most polls find nothing new, and then this is not needed.
		get records() {
			records ??= loadRecords(groups, widths);
			return records;
		},
		...(typeof digest === 'string' ? { digest } : {}),
		checkedUpTo: typeof checkedUpTo === 'number' ? checkedUpTo : 0,
		hasNewFingerprints: hasNewFingerprints === true,
		...(isObject(saved.milestones) ? { milestones: loadMilestones(saved.milestones) } : {}),
	};
}

function loadRecords(
	groups: ReadonlyArray<readonly [string, unknown]>,
	widths: Widths,
): ReadonlyMap<number, TaskRecord> {
	const records = new Map<number, TaskRecord>();
	for (const [name, packed] of groups) {
		if (!isPacked(packed)) throw damaged();
		loadGroup(name, packed, widths, records);
	}
	return records;
}

function loadGroup(name: string, packed: PackedHashes, widths: Widths, into: Map<number, TaskRecord>): void {
	const [, letter, position = '', missed = ''] = /^([A-Z])(\d*)(?:-(\d+))?$/.exec(name) ?? [];
	const emitted = (Object.keys(LETTERS) as EmittedState[]).find((known) => LETTERS[known] === letter);
	if (emitted === undefined) throw damaged();
	// One object for all of a group, as there are many.
	const plain: TaskRecord = {
		emitted,
		queuePosition: Number(position),
		fingerprint: NO_FINGERPRINT,
		missedPolls: Number(missed),
	};
	try {
		for (const { hash, note } of unpackHashes(packed, widths)) {
			into.set(hash, note === NO_FINGERPRINT ? plain : { ...plain, fingerprint: note });
		}
	} catch (error) {
		throw error instanceof RangeError ? damaged() : error;
	}
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
