import type { Outcome, Verdict } from './verdict';

/** The summary: what ran, what the dead worker interrupted, and what n8n promises about that. */
export function report(
	{ interrupted, ranTwice }: Verdict,
	{ executions, watchId, photographsId, sent, stage, kill }: Outcome,
): string {
	const rows = [
		['', 'executions', 'ended well', 'interrupted', 'ran twice', 'handed on', 'of'],
		row(
			'Photographs',
			executions.filter(({ workflowId }) => workflowId === photographsId),
			'photograph',
			sent.size,
		),
		row(
			'Trigger',
			executions.filter(({ workflowId }) => workflowId === watchId),
			'event',
			stage.finished.length,
		),
	];
	const lines = interrupted.map(({ id, status, workflowId, images }) => {
		const kind = workflowId === watchId ? 'event' : 'photograph';
		const done = images.filter((name) => stage.receiver.received.has(`/${kind}/${name}`)).length;
		return `  ${id} of ${workflowId === watchId ? 'the trigger' : images.join()}: ${status}; ${done} of its ${images.length} handed on before ${kill.worker.name} died`;
	});
	return [table(rows), `Run again by n8n: ${ranTwice.join(', ') || 'none'}. Interrupted:`, ...lines, ...PROMISE].join(
		'\n',
	);

	function row(name: string, group: Outcome['executions'], kind: string, of: number): string[] {
		const well = group.filter(({ status }) => status === 'success').length;
		const handedOn = [...stage.receiver.received.keys()].filter((path) => path.startsWith(`/${kind}/`)).length;
		const twice = group.filter(({ id }) => ranTwice.includes(id)).length;
		return [name, ...[group.length, well, group.length - well, twice, handedOn, of].map(String)];
	}
}

const PROMISE = [
	'What n8n 2.40 promises: an execution begins at most once. One whose worker dies is not run again (n8n sets Bull’s maxStalledCount to 0):',
	'when its lock has run out (QUEUE_WORKER_LOCK_DURATION, a minute) it ends as an error, and the items that it began with are gone, so that',
	'“Retry” cannot repeat it either; its workflow’s error workflow is called. What waits in the queue is not touched.',
];

function table(rows: readonly string[][]): string {
	const widths = rows[0]!.map((_, column) => Math.max(...rows.map((cells) => cells[column]!.length)));
	return rows
		.map((cells) =>
			cells.map((cell, column) => (column === 0 ? cell.padEnd(widths[0]!) : cell.padStart(widths[column]!))).join('  '),
		)
		.join('\n');
}
