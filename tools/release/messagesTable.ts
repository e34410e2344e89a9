import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { collectMessages, type Message } from './messages';
import { ROOT } from '../paths';

export const MESSAGES_PAGE = join(ROOT, 'docs', 'troubleshooting.md');

const BEGIN = '<!-- messages: written by npm run release -- messages -->';
const END = '<!-- end of messages -->';

/** Where a message comes from, as a reader would look for it; the first that fits. */
const GROUPS: ReadonlyArray<readonly [title: string, files: RegExp]> = [
	['What DataGym answers', /^client\/errorCatalog/],
	['When no proper answer comes', /^client\//],
	['Credential', /^(credentials\/|shared\/authentication)/],
	['Trigger', /^nodes\/DataGymTrigger\//],
	['AI Segmentation', /^nodes\/DataGym\/aiSegmentation\//],
	['Dataset', /^nodes\/DataGym\/dataset\//],
	['Export', /^nodes\/DataGym\/export\//],
	['Image', /^nodes\/DataGym\/image\//],
	['Label', /^nodes\/DataGym\/label\//],
	['Label Configuration', /^nodes\/DataGym\/labelConfig\//],
	['Prediction', /^nodes\/DataGym\/prediction\//],
	['Project', /^nodes\/DataGym\/project\//],
	['Task', /^nodes\/DataGym\/task\//],
	['Any operation', /^(nodes|shared)\//],
];

/** All messages as tables, a heading for each place that they come from. */
export function messagesSection(messages: readonly Message[]): string {
	const tables = GROUPS.map(([title]) => {
		const rows = messages
			.filter((message) => groupOf(message) === title)
			.map(({ message, remedy }) => `| ${cell(message)} | ${cell(remedy)} |`);
		return [
			`### ${title}`,
			'',
			'| message | what to do |',
			'| --- | --- |',
			...[...new Set(rows)].sort((one, other) => one.localeCompare(other, 'en')),
		].join('\n');
	});
	return [BEGIN, '', tables.join('\n\n'), '', END].join('\n');
}

/** The page with its section of messages made anew. */
export function withMessages(page: string, messages: readonly Message[]): string {
	const begin = page.indexOf(BEGIN);
	const end = page.indexOf(END);
	if (begin < 0 || end < begin) throw new Error(`The page has no place for the messages between ${BEGIN} and ${END}`);
	return page.slice(0, begin) + messagesSection(messages) + page.slice(end + END.length);
}

function groupOf({ file }: Message): string {
	const group = GROUPS.find(([, files]) => files.test(file));
	if (group === undefined) throw new Error(`The messages of ${file} have no group`);
	return group[0];
}

const cell = (text: string) => text.replace(/\|/g, '\\|').replace(/</g, '&lt;').replace(/\s+/g, ' ').trim();

async function main(): Promise<void> {
	const messages = collectMessages();
	await writeFile(MESSAGES_PAGE, withMessages(await readFile(MESSAGES_PAGE, 'utf8'), messages));
	console.log(`${messages.length} messages written into docs/troubleshooting.md`);
}

if (require.main === module) void main();
