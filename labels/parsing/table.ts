import { setOwn } from './record';

/** Characters of a first line that are looked at. */
export const LONGEST_HEADER = 1000;

/** The names of the columns in the first line of a table, in lower case. */
export function headerOf(text: string): readonly string[] {
	const end = text.indexOf('\n');
	const [header = []] = recordsOf(text.slice(0, end < 0 ? LONGEST_HEADER : Math.min(end, LONGEST_HEADER)));
	return header.map((name) => name.trim().toLowerCase());
}

/** The rows of a table as objects by the names of the columns in its first line, in lower case; empty cells are left out. */
export function rowsOf(text: string): Record<string, string>[] {
	const [header = [], ...records] = recordsOf(text);
	const columns = header.map((name) => name.trim().toLowerCase());
	return records.map((cells) => {
		const row: Record<string, string> = {};
		columns.forEach((name, index) => {
			const cell = cells[index] ?? '';
			if (cell !== '') setOwn(row, name, cell);
		});
		return row;
	});
}

/** The records of a table, whose quoted cells can hold commas, quotes and line ends; empty lines are none. Source: RFC 4180. */
export function recordsOf(text: string): string[][] {
	const records: string[][] = [];
	let record: string[] = [];
	let cell = '';
	let isQuoted = false;
	const endRecord = () => {
		record.push(cell);
		if (record.length > 1 || cell !== '') records.push(record);
		record = [];
		cell = '';
	};
	const start = text.startsWith('\uFEFF') ? 1 : 0;
	for (let index = start; index < text.length; index++) {
		const character = text[index] ?? '';
		if (isQuoted) {
			if (character !== '"') cell += character;
			else if (text[index + 1] === '"') cell += text[++index] ?? '';
			else isQuoted = false;
		} else if (character === '"' && cell === '') isQuoted = true;
		else if (character === ',') {
			record.push(cell);
			cell = '';
		} else if (character === '\n') endRecord();
		else if (character !== '\r') cell += character;
	}
	endRecord();
	return records;
}
