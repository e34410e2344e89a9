import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { FORMATS } from '@datagym/labels/formats/catalog';
import type { Format } from '@datagym/labels/formats/format';
import { ROOT } from '../paths';

export const FORMATS_PAGE = join(ROOT, 'docs', 'formats.md');

const BEGIN = '<!-- formats: written by npm run release -- formats -->';
const END = '<!-- end of formats -->';

/** Reasons that any format can have, since they are not about the format. */
const COMMON_REASONS: readonly string[] = ['excluded', 'unknown-class', 'broken'];

/** Tables of what is written and of what is read, made of the index of formats. */
function formatsSection(): string {
	const written = FORMATS.flatMap(({ key, name, reads: own, writes }) => {
		if (writes === undefined) return [];
		const back = own === undefined ? FORMATS.find((format) => format.key === writes.readAs)?.name : 'the same';
		const reasons = writes.conversions.filter((reason) => !COMMON_REASONS.includes(reason));
		const limit = writes.maxClasses === undefined ? '' : `, at most ${writes.maxClasses} classes`;
		const { orientation } = writes;
		const readers = orientation === 'none' ? '–' : orientation === 'mixed' ? 'readers differ' : 'applied';
		return [
			`| ${name} | \`${key}\` | ${writes.description}${limit} | ${readers} | ${back ?? '–'} | ${reasons.join(', ') || '–'} |`,
		];
	});
	const read = FORMATS.flatMap(({ key, name, reads }: Format) => {
		if (reads === undefined) return [];
		const about = reads.parameters.includes('image') ? 'one image' : 'a file that names its images';
		return [
			`| ${name} | \`${key}\` | ${reads.description} | ${reads.input === 'bytes' ? 'file' : reads.input}, ${about} |`,
		];
	});
	return [
		BEGIN,
		'',
		'| Written by Create Training Dataset | Value | Content | EXIF orientation | Read back as | Skipped or converted |',
		'| --- | --- | --- | --- | --- | --- |',
		...written,
		'',
		'| Read by Prediction: Import | Value | Content | Input |',
		'| --- | --- | --- | --- |',
		...read,
		'',
		END,
	].join('\n');
}

/** The page with its tables made anew. */
export function withFormats(page: string): string {
	const begin = page.indexOf(BEGIN);
	const end = page.indexOf(END);
	if (begin < 0 || end < begin) throw new Error(`The page has no place for the formats between ${BEGIN} and ${END}`);
	return page.slice(0, begin) + formatsSection() + page.slice(end + END.length);
}

async function main(): Promise<void> {
	await writeFile(FORMATS_PAGE, withFormats(await readFile(FORMATS_PAGE, 'utf8')));
	console.log(`${FORMATS.length} formats written into docs/formats.md`);
}

if (require.main === module) void main();
