import { type Issue, ISSUE_KINDS } from '@datagym/labels';
import { counted } from '../../deletion';
import type { Parameters } from './fields';
import type { SearchedProject } from './readProject';

/** What was found, by kind, and what could not be looked at. */
export function summary(
	issues: readonly Issue[],
	{ images, unread, source }: SearchedProject,
	wanted: Parameters,
): string {
	const affected = new Set<string>();
	const counts = new Map<string, number>();
	for (const { issue, image } of issues) {
		if (image !== undefined) affected.add(image.imageId);
		counts.set(issue, (counts.get(issue) ?? 0) + 1);
	}
	const kinds = ISSUE_KINDS.map(({ key, name }) => ({ name, count: counts.get(key) ?? 0 }))
		.filter(({ count }) => count > 0)
		.sort((a, b) => b.count - a.count)
		.map(({ name, count }) => `${name}: ${count}`);
	const found =
		issues.length === 0
			? `No issues were found in ${counted(images.length, 'image')}.`
			: `${counted(issues.length, 'issue')} ${issues.length === 1 ? 'was' : 'were'} found in ${affected.size} of ${counted(images.length, 'image')}. ${kinds.join(', ')}.`;
	const unreadable =
		unread === 0
			? []
			: [
					`Labels that could not be read and were not checked: ${unread}.${source === 'export' ? ' Try setting "Label Source" to "Task Details".' : ''}`,
				];
	const instead =
		source === wanted.source
			? []
			: ['This server has no task details, so the export was read: items have no label IDs, and images no size.'];
	return [found, ...instead, ...unreadable].join('\n');
}
