import { safeName } from '../../dataset/fileNames';
import { shortHash } from '../../dataset/stableHash';

/** Safe on every system, and a different one for each value. */
export function foldersOf(values: ReadonlySet<string>): (value: string) => string {
	const counts = new Map<string, number>();
	for (const value of values) counts.set(folderKey(value), (counts.get(folderKey(value)) ?? 0) + 1);
	return (value) => (counts.get(folderKey(value)) === 1 ? safeFolder(value) : hashedFolder(value));
}

function safeFolder(value: string): string {
	const { stem, extension } = safeName(value);
	return stem + extension;
}

const folderKey = (value: string) => safeFolder(value).toLowerCase();

function hashedFolder(value: string): string {
	return `${safeFolder(value)}_${shortHash(value)}`;
}

/** Whether a value can have the folder, whatever the other values are. */
export function isValueOfFolder(value: string, folder: string): boolean {
	return folder === safeFolder(value) || folder === hashedFolder(value);
}
