import type { LabeledImage, LabelObject } from '../model';
import { readingError, type LabelProblem } from '../parsing/problem';
import { isPositive, shown } from '../parsing/record';
import { headerOf, recordsOf } from '../parsing/table';
import { fourNumbers, prediction, rectangleBetween } from './shared/predictions';

const BOX = ['xmin', 'ymin', 'xmax', 'ymax'] as const;
const NEEDED = ['filename', 'class', ...BOX];

/**
 * Reads a table with the columns of TensorFlow's Object Detection API in any order, `filename,width,height,class,xmin,ymin,xmax,ymax`,
 * a box per row; an apostrophe in front of what a spreadsheet would run as a formula is taken off. Images are in the order of their
 * first rows. Takes any text, never throws; paths are like `line 3`. Source: RFC 4180.
 */
export function readCsv(text: string): { readonly images: LabeledImage[]; readonly problems: LabelProblem[] } {
	const problems: LabelProblem[] = [];
	const [header = [], ...rows] = recordsOf(text);
	const columns = header.map((name) => name.trim().toLowerCase());
	const missing = NEEDED.filter((name) => !columns.includes(name));
	if (missing.length > 0) {
		const message = `The table has no column "${missing.join('", "')}". Provide filename, class, xmin, ymin, xmax and ymax.`;
		return { images: [], problems: [readingError('unreadable', '', message)] };
	}
	const found = new Map<string, { size: { width: number; height: number } | undefined; objects: LabelObject[] }>();
	rows.forEach((cells, index) => {
		const row = Object.fromEntries(columns.map((name, column) => [name, cells[column] ?? '']));
		const { filename = '', class: className = '', width, height } = row;
		const corners = fourNumbers(row, BOX);
		if (filename === '' || className === '' || corners === undefined) {
			const message = `The row of ${shown(filename)} has no class or no four numbers. Correct it.`;
			problems.push(readingError('unreadable', `line ${index + 2}`, message));
			return;
		}
		const name = plainText(filename);
		const [w, h] = [Number(width), Number(height)];
		const size = isPositive(w) && isPositive(h) ? { width: w, height: h } : undefined;
		const image = found.get(name) ?? { size, objects: [] };
		found.set(name, image);
		image.objects.push(prediction(plainText(className), rectangleBetween(...corners)));
	});
	const images = [...found].map(([imageName, { size, objects }]) => ({
		imageId: '',
		imageName,
		...size,
		objects,
		classifications: {},
	}));
	return { images, problems };
}

/** Whether the first line has the columns of boxes. */
export function isBoxTable(text: string): boolean {
	const columns = headerOf(text);
	return NEEDED.every((name) => columns.includes(name));
}

function plainText(cell: string): string {
	return /^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell;
}
