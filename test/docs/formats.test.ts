import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FORMATS, WRITABLE_FORMATS } from '@datagym/labels/formats/catalog';
import { ROOT } from '@datagym/tools/paths';
import { FORMATS_PAGE, withFormats } from '@datagym/tools/release/formatsTable';

const page = readFileSync(FORMATS_PAGE, 'utf8');

describe('The page of formats', () => {
	test('has tables of all formats as they are (if not: npm run release -- formats)', () => {
		expect(page).toBe(withFormats(page));
	});

	test('is not the only one that knows how many there are', () => {
		const [, count] = /training datasets in\s+(\d+) formats/.exec(readFileSync(join(ROOT, 'README.md'), 'utf8')) ?? [];
		expect(Number(count)).toBe(WRITABLE_FORMATS.length);
	});

	test.each(FORMATS.filter(({ writes }) => writes !== undefined))('has a section about $name', ({ name }) => {
		const [first = ''] = name.replace(/ \(.*/, '').split(/ (?=Detect|OBB|Pose|Segment|Classify)/);
		const headings = [...page.matchAll(/^## (.+)$/gm)].map(([, heading = '']) => heading.toLowerCase());
		expect(headings.filter((heading) => heading.includes(first.toLowerCase()))).not.toEqual([]);
	});
});
