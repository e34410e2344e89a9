import type { Pairing } from './pairing';

const TIMES = new Set([
	...['timestamp', 'createdAt', 'deleteTime', 'lastUsed', 'lastChangedConfig', 'lastReset', 'timeStamp'],
]);

/**
 * Where two JSON values differ, or null. Ids must be partners, times only be times; lists of objects may come in any order, except
 * tasks, which are sorted by name, and points.
 */
export function difference(recorded: unknown, actual: unknown, pairing: Pairing, place = '$'): string | null {
	const differs = `${place}: ${short(recorded)} was recorded, ${short(actual)} came`;
	if (typeof recorded === 'string')
		return typeof actual === 'string' && pairing.sameText(recorded, actual) ? null : differs;
	if (Array.isArray(recorded))
		return Array.isArray(actual) ? listDifference(recorded, actual, pairing, place) : differs;
	if (isObject(recorded)) return isObject(actual) ? objectDifference(recorded, actual, pairing, place) : differs;
	return recorded === actual ? null : differs;
}

function objectDifference(recorded: JsonObject, actual: JsonObject, pairing: Pairing, place: string): string | null {
	const names = Object.keys(recorded);
	const unexpected = Object.keys(actual).filter((name) => !names.some((known) => pairing.translate(known) === name));
	if (unexpected.length > 0) return `${place}: unexpected ${unexpected.join(', ')}`;
	for (const name of names) {
		const ours = pairing.translate(name);
		if (!(ours in actual)) return `${place}: ${name} is missing`;
		const problem = TIMES.has(name)
			? timeDifference(name, recorded[name], actual[ours], pairing, place)
			: difference(recorded[name], actual[ours], pairing, `${place}.${name}`);
		if (problem) return problem;
	}
	return null;
}

function timeDifference(
	name: string,
	recorded: unknown,
	actual: unknown,
	pairing: Pairing,
	place: string,
): string | null {
	if (typeof recorded !== typeof actual)
		return `${place}.${name}: ${short(recorded)} was recorded, ${short(actual)} came`;
	if (name === 'lastChangedConfig' && typeof recorded === 'number') pairing.learnTime(recorded, actual as number);
	return null;
}

function listDifference(recorded: unknown[], actual: unknown[], pairing: Pairing, place: string): string | null {
	if (recorded.length !== actual.length)
		return `${place}: ${recorded.length} elements were recorded, ${actual.length} came`;
	if (recorded.every((item) => isObject(item) && 'mediaName' in item && 'taskId' in item)) {
		const names = (list: unknown[]) => list.map((item) => pairing.translate(String((item as JsonObject).mediaName)));
		if (names(recorded).join('\n') !== names(actual).join('\n')) return `${place}: the order of the tasks differs`;
	}
	if (recorded.every((item) => isObject(item) && !('x' in item)))
		return subsetDifference(recorded, actual, pairing, place);
	for (const [at, item] of recorded.entries()) {
		const problem = difference(item, actual[at], pairing, `${place}[${at}]`);
		if (problem) return problem;
	}
	return null;
}

/** Each recorded element must have its own partner. */
export function subsetDifference(recorded: unknown[], actual: unknown[], pairing: Pairing, place = '$'): string | null {
	const free = new Set(actual);
	for (const item of recorded) {
		let problem: string | null = null;
		const partner = [...free].find((candidate) =>
			pairing.attempt(() => {
				const found = difference(item, candidate, pairing, place);
				problem = free.size === 1 || !problem ? found : problem;
				return found === null;
			}),
		);
		if (partner === undefined) return `${place}: no partner for ${short(item)} (${problem ?? 'none left'})`;
		free.delete(partner);
	}
	return null;
}

type JsonObject = Record<string, unknown>;

function isObject(value: unknown): value is JsonObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function short(value: unknown): string {
	return (JSON.stringify(value) ?? 'nothing').slice(0, 300);
}
