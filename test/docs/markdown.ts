import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

export const ROOT = resolve(__dirname, '..', '..');

const REPOSITORY =
	/^https:\/\/(?:github\.com\/n8n-nodes-datagym\/n8n-nodes-datagym\/blob|raw\.githubusercontent\.com\/n8n-nodes-datagym\/n8n-nodes-datagym)\/main\/(.*)$/;

export function listTexts(pattern: string): string[] {
	const listed = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', pattern], {
		cwd: ROOT,
		encoding: 'utf8',
	});
	return listed.split('\n').filter((path) => path !== '' && existsSync(join(ROOT, path)));
}

export const readText = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

/** Addresses of a page's links and pictures, in Markdown and HTML, outside of code. */
export function linksOf(markdown: string): string[] {
	const text = withoutCode(markdown);
	const inline = text.matchAll(/\]\(\s*<?([^)\s>]+)>?(?:\s+"[^"]*")?\s*\)/g);
	const definitions = text.matchAll(/^\s*\[[^\]]+\]:\s*(\S+)/gm);
	const html = text.matchAll(/<(?:a|img|source)\b[^>]*?\s(?:href|src|srcset)="([^"]+)"/g);
	return [...inline, ...definitions, ...html].map(([, address = '']) => address);
}

/** The anchors of a page, as GitHub makes them from its headings. */
export function anchorsOf(markdown: string): string[] {
	const seen = new Map<string, number>();
	const headings = [...withoutFences(markdown).matchAll(/^#{1,6}\s+(.+?)\s*#*$/gm)].map(([, heading = '']) => {
		const anchor = slugOf(heading);
		const before = seen.get(anchor) ?? 0;
		seen.set(anchor, before + 1);
		return before === 0 ? anchor : `${anchor}-${before}`;
	});
	const named = [...markdown.matchAll(/<a\s+(?:id|name)="([^"]+)"/g)].map(([, name = '']) => name);
	return [...headings, ...named];
}

/** The fault of a link, or undefined. Links to this repository on GitHub are looked up here; others must only be well-formed https. */
export function faultOf(link: string, page: string): string | undefined {
	const own = REPOSITORY.exec(link)?.[1];
	if (own !== undefined) return faultOfPath(own);
	if (/^[a-z][a-z0-9+.-]*:/i.test(link)) return isHttps(link) ? undefined : 'is no https address';
	return faultOfPath(link.startsWith('#') ? `${page}${link}` : join(page, '..', link));
}

function faultOfPath(link: string): string | undefined {
	const [path = '', anchor] = link.split('#');
	const file = decodeURI(path);
	if (file.startsWith('..') || !existsSync(join(ROOT, file))) return 'leads to no file';
	if (anchor === undefined || !file.endsWith('.md')) return undefined;
	return anchorsOf(readText(file)).includes(decodeURIComponent(anchor))
		? undefined
		: 'names a heading that is not there';
}

function isHttps(link: string): boolean {
	return URL.canParse(link) && new URL(link).protocol === 'https:' && new URL(link).hostname.includes('.');
}

/** GitHub's rule: lower case, no punctuation, blanks become dashes. */
function slugOf(heading: string): string {
	const text = heading.replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/[`*]/g, '');
	return text
		.toLowerCase()
		.replace(/[^\p{L}\p{M}\p{N}\p{Pc}\- ]/gu, '')
		.replace(/ /g, '-');
}

function withoutFences(markdown: string): string {
	return markdown.replace(/^( *)(```|~~~)[\s\S]*?^\1\2/gm, '');
}

function withoutCode(markdown: string): string {
	return withoutFences(markdown).replace(/(`+)(?:(?!\1)[\s\S])+\1/g, '');
}
