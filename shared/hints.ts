import type { IExecuteFunctions } from 'n8n-workflow';

/** Shows sentences above the output, each in a line of its own; nothing if there are none. n8n shows a hint as HTML. */
export function showHint(n8n: Pick<IExecuteFunctions, 'addExecutionHints'>, lines: readonly string[]): void {
	if (lines.length === 0) return;
	const message = lines.map((line) => line.replaceAll('&', '&amp;').replaceAll('<', '&lt;')).join('<br>');
	n8n.addExecutionHints({ message, location: 'outputPane' });
}
