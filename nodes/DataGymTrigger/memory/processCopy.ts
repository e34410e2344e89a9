import type { IDataObject } from 'n8n-workflow';
import { taskHash } from './hashes';

/**
 * Any execution of a workflow that writes static data, such as one with a Code node and `$getWorkflowStaticData`, saves all of
 * it when it ends, as it was when the execution began: what a trigger has remembered since is gone from n8n's database. A
 * workflow that is published again in the same process reads it from there. So each state has a stamp, and this process knows
 * the newest state of each trigger and which stamps are older.
 */
interface Copy {
	readonly data: IDataObject;
	readonly stamp: string;
	/** Stamps that others made, and which a state of this process has followed. */
	readonly older: ReadonlySet<string>;
	/** The number in the last stamp of this process that was saved. */
	readonly newest: number;
}

const PROCESS = Math.floor(Math.random() * 2 ** 52).toString(36);
const copies = new Map<string, Copy>();
let count = 0;

/** For a state that differs from the last one. */
export function newStamp(): string {
	return `${PROCESS}-${++count}`;
}

/** To be called when a poll begins: then it is certain that n8n took over what the last one has left. */
export function keepCopy(key: string, data: IDataObject): void {
	const stamp = stampOf(data);
	const last = copies.get(key);
	if (last?.stamp === stamp) return;
	const older = new Set(last?.older);
	if (last !== undefined && numberIn(last.stamp) === undefined) older.add(last.stamp);
	older.delete(stamp);
	copies.set(key, { data: { ...data }, stamp, older, newest: Math.max(last?.newest ?? 0, numberIn(stamp) ?? 0) });
}

/** @returns whether the data held an older state than this process knows, which is now replaced. */
export function restoreNewest(key: string, data: IDataObject): boolean {
	const copy = copies.get(key);
	const stamp = stampOf(data);
	if (copy === undefined || copy.stamp === stamp) return false;
	const isOlder = copy.older.has(stamp) || (numberIn(stamp) ?? Infinity) <= copy.newest;
	if (isOlder) Object.assign(data, JSON.parse(JSON.stringify(copy.data)));
	return isOlder;
}

/** What has none was written by an earlier version of this node. */
function stampOf(data: IDataObject): string {
	return typeof data.stamp === 'string' ? data.stamp : `${taskHash(JSON.stringify(data))}`;
}

/** @returns undefined if another process made the stamp. */
function numberIn(stamp: string): number | undefined {
	const [process, number] = stamp.split('-');
	return process === PROCESS ? Number(number) : undefined;
}
