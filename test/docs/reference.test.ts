import { readFileSync } from 'node:fs';
import { resources } from '@datagym/nodes/DataGym/resources';
import { REFERENCE_PAGE, referencePage } from '@datagym/tools/release/referencePage';

const page = readFileSync(REFERENCE_PAGE, 'utf8');

/** From a heading to the next one of its level or above. */
function sectionOf(heading: string): string {
	const [, after = ''] = page.split(`\n### ${heading}\n`);
	return after.split(/\n##/)[0] ?? '';
}

describe('The reference', () => {
	test('is as the nodes are (if not: npm run release -- reference)', () => {
		expect(page).toBe(referencePage());
	});

	test.each(resources.flatMap(({ name, operations }) => operations.map((operation) => ({ name, operation }))))(
		'has each field, option and choice of $name: $operation.name',
		({ name, operation: { name: operation, fields, options = [] } }) => {
			const section = sectionOf(`${name}: ${operation}`);
			const shown = [...fields, ...options].filter(({ type }) => type !== 'notice');
			const choices = shown.flatMap(({ type, options: all = [] }) =>
				type === 'options' || type === 'multiOptions' ? all.map((choice) => choice.name) : [],
			);
			const expected = [...shown.map(({ displayName }) => displayName), ...choices];
			expect(expected.filter((each) => !section.includes(`*${each.replaceAll('<', '&lt;')}*`))).toEqual([]);
			expect(section).toContain('| Output | Type | Fields in it |');
		},
	);

	test('says what a kind of server lacks, as the table of versions does', () => {
		expect(sectionOf('Project: Create')).toContain('*Media (Since 2021)*: no');
		expect(sectionOf('Label: Delete')).toContain('*Image (2020)*: no');
		expect(sectionOf('Project: Get')).not.toContain('**Servers**');
	});
});
