/** States of a task in the words of the editor. */
const NAMES = new Map([
	['backlog', 'Backlog'],
	['waiting', 'Waiting'],
	['waiting_changed', 'Waiting again'],
	['in_progress', 'In progress'],
	['completed', 'Completed'],
	['reviewed', 'Reviewed'],
	['skipped', 'Skipped'],
	['reviewed_skip', 'Reviewed and skipped'],
]);

export function statusName(status: string): string {
	return status === '' ? 'Unknown' : (NAMES.get(status) ?? status);
}

/** A class of the page's style sheet. */
export function statusCss(status: string): string {
	return NAMES.has(status) ? `status-${status}` : 'status-other';
}
