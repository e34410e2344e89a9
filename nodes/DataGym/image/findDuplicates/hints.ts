import { counted } from '../../deletion';
import type { ReadImages } from './readImages';
import type { Group } from './records';

/** What was found, and what could not be compared. */
export function summary(groups: readonly Group[], { hashed, unread }: ReadImages): string {
	const total = counted(hashed.length + unread.length, 'image');
	const duplicates = groups.flatMap((group) => group.duplicates);
	const exact = duplicates.filter(({ isExact }) => isExact).length;
	const found =
		duplicates.length === 0
			? `No duplicates were found in ${total}.`
			: `${counted(duplicates.length, 'duplicate')} of ${counted(groups.length, 'image')} ${duplicates.length === 1 ? 'was' : 'were'} found in ${total}: ${exact} with equal bytes, ${duplicates.length - exact} similar.`;
	const byBytes = hashed.filter(({ problem }) => problem !== undefined);
	return [
		found,
		...(byBytes.length > 0
			? [`Compared by their bytes only: ${counted(byBytes.length, 'image')}. ${example(byBytes)}`]
			: []),
		...(unread.length > 0
			? [`Not compared, because the file could not be read: ${counted(unread.length, 'image')}. ${example(unread)}`]
			: []),
	].join('\n');
}

function example([first]: ReadonlyArray<{ readonly imageName: string; readonly problem?: string }>): string {
	return first?.problem === undefined ? '' : `The reason for "${first.imageName}": ${first.problem}`;
}
