import { anchorsOf, faultOf, linksOf, listTexts, readText } from './markdown';

const OWN_ADDRESS =
	/https:\/\/(?:github|raw\.githubusercontent)\.com\/n8n-nodes-datagym\/n8n-nodes-datagym\/(?:blob\/)?main\/[^\s'"`)<>]*/g;

/** It holds wrong links on purpose. */
const OWN_FILE = 'test/docs/links.test.ts';

/** The lines of comments of a source. */
const commentsOf = (source: string): string[] => source.split('\n').filter((line) => /^\s*(\/\/|\/\*\*|\*)/.test(line));

describe('Links', () => {
	test.each(listTexts('*.md'))('of %s lead somewhere', (page) => {
		const faults = linksOf(readText(page)).flatMap((link) => {
			const fault = faultOf(link, page);
			return fault === undefined ? [] : [`${link} ${fault}`];
		});
		expect(faults).toEqual([]);
	});

	test('of the nodes and credentials to these pages lead somewhere', () => {
		const faults = ['nodes', 'shared', 'client', 'credentials'].flatMap(listTexts).flatMap((file) =>
			(readText(file).match(OWN_ADDRESS) ?? []).flatMap((link) => {
				const fault = faultOf(link, file);
				return fault === undefined ? [] : [`${file}: ${link} ${fault}`];
			}),
		);
		expect(faults).toEqual([]);
	});

	test('of comments and strings in the code to these pages lead somewhere', () => {
		const files = listTexts('*.ts').filter((file) => file !== OWN_FILE);
		const faults = files.flatMap((file) =>
			[...readText(file).matchAll(/(?<![\w/])docs\/[\w-]+\.md(?:#[\w-]+)?/g)].flatMap(([link]) => {
				const fault = faultOf(link, 'README.md');
				return fault === undefined ? [] : [`${file}: ${link} ${fault}`];
			}),
		);
		expect(faults).toEqual([]);
	});

	test('of comments name no page that is not in the repository', () => {
		const naming = listTexts('*.ts').filter(
			(file) => file !== OWN_FILE && /CONTRACT\.md|contract, section/.test(readText(file)),
		);
		expect(naming).toEqual([]);
	});

	test('of comments to recordings name recordings that are there', () => {
		const recorded = new Set(
			readText('test/fixtures/contract/recordings.jsonl')
				.trim()
				.split('\n')
				.map((line) => String((JSON.parse(line) as { n: number | string }).n).padStart(3, '0')),
		);
		const faults = listTexts('*.ts').flatMap((file) =>
			commentsOf(readText(file))
				.flatMap((comment) => [...comment.matchAll(/\[(\d{3}(?:(?:, |-)\d{3})*)\]/g)])
				.flatMap(([, numbers = '']) => numbers.split(/, |-/))
				.filter((number) => !recorded.has(number))
				.map((number) => `${file}: [${number}]`),
		);
		expect(faults).toEqual([]);
	});

	test('in every page of docs/ are to be found from the README', () => {
		const reachable = new Set<string>();
		const visit = (page: string) => {
			if (reachable.has(page)) return;
			reachable.add(page);
			for (const link of linksOf(readText(page))) {
				const path = link.split('#')[0] ?? '';
				if (path.endsWith('.md') && !/^[a-z]+:/i.test(path)) visit(new URL(path, `file:///${page}`).pathname.slice(1));
			}
		};
		visit('README.md');
		expect(listTexts('docs/*.md').filter((page) => !reachable.has(page))).toEqual([]);
	});
});

describe('The check of links', () => {
	test('finds links and pictures, and leaves code alone', () => {
		const page =
			'A [link](one.md "Title"), ![picture](two.png), `[no](three.md)`\n\n```\n[no](four.md)\n```\n<img src="five.png">\n[ref]: six.md';
		expect(linksOf(page)).toEqual(['one.md', 'two.png', 'six.md', 'five.png']);
	});

	test('makes anchors as GitHub does', () => {
		expect(anchorsOf('# “Class Mapping” & `names`\n## Twice\n```\n# no\n```\n## Twice\n### A: b, c/d (e)')).toEqual([
			'class-mapping--names',
			'twice',
			'twice-1',
			'a-b-cd-e',
		]);
	});

	test.each([
		['no-such-page.md', 'leads to no file'],
		['../../outside.md', 'leads to no file'],
		['../README.md#no-such-heading', 'names a heading that is not there'],
		['http://example.com', 'is no https address'],
		['https://', 'is no https address'],
		['https://github.com/n8n-nodes-datagym/n8n-nodes-datagym/blob/main/docs/none.md', 'leads to no file'],
	])('finds %s at fault', (link, fault) => {
		expect(faultOf(link, 'docs/page.md')).toBe(fault);
	});

	test.each(['formats.md', '../README.md#install', 'https://docs.n8n.io/', '#here'])('lets %s pass', (link) => {
		expect(link === '#here' ? faultOf('#coco', 'docs/formats.md') : faultOf(link, 'docs/page.md')).toBeUndefined();
	});
});
