/** A text that Markdown and HTML show as it is, in one line. */
export function markdownText(text: string): string {
	return text.replace(/\s+/g, ' ').replace(/[\\`*_{}[\]<>#|~&$]/g, (character) => `\\${character}`);
}

/** A row of a table. */
export function markdownRow(cells: readonly (string | number)[]): string {
	return `| ${cells.map((cell) => (typeof cell === 'number' ? cell : markdownText(cell))).join(' | ')} |`;
}
