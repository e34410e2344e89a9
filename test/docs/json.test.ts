import { readImportElement } from '@datagym/labels/datagym/import';
import { checkLabelConfig } from '@datagym/labels/classes/labelConfig';
import { listTexts, readText } from './markdown';

const blocks = listTexts('*.md').flatMap((page) =>
	[...readText(page).matchAll(/^ *```json\n([\s\S]*?)^ *```/gm)].map(([, json = ''], index) => ({ page, index, json })),
);

test('There is JSON in the pages', () => expect(blocks.length).toBeGreaterThan(2));

test.each(blocks)('JSON $index of $page can be pasted', ({ json }) => {
	expect(() => JSON.parse(json) as unknown).not.toThrow();
});

const holding = (page: string, word: string) =>
	JSON.parse(blocks.find((block) => block.page === page && block.json.includes(word))?.json ?? 'null') as unknown;

test('The label configuration in “Getting started” would be taken', () => {
	expect(checkLabelConfig(holding('docs/getting-started.md', 'entryKey'))).toMatchObject({ ok: true });
});

test('The prediction in “Importing predictions” would be read', () => {
	expect(readImportElement(holding('docs/predictions.md', 'external_media_ID'))).toMatchObject({
		image: { imageName: 'car_001.jpg', objects: [{ className: 'car' }] },
		problems: [],
	});
});
