import { readFileSync } from 'node:fs';
import { collectMessages, messagesOf } from '@datagym/tools/release/messages';
import { MESSAGES_PAGE, withMessages } from '@datagym/tools/release/messagesTable';

const page = readFileSync(MESSAGES_PAGE, 'utf8');
const messages = collectMessages();

describe('Troubleshooting', () => {
	test('lists every message of the sources (if not: npm run release -- messages)', () => {
		expect(page).toBe(withMessages(page, messages));
	});

	test('explains messages that there are', () => {
		const explained = [...page.slice(0, page.indexOf('<!-- messages')).matchAll(/^### (.+)$/gm)].map(
			([, heading = '']) => heading,
		);
		const known = messages.map(({ message }) => message);
		expect(explained.length).toBeGreaterThan(8);
		expect(explained.filter((heading) => !known.includes(heading))).toEqual([]);
	});
});

describe('The collection of messages', () => {
	test('has those of the server, the connection, the credential, the nodes and the trigger', () => {
		const known = messages.map(({ message }) => message);
		for (const message of [
			'The limit of your DataGym plan has been reached',
			"The server's TLS certificate has expired",
			'DataGym rejected a value: … must not be empty',
			'The URL is not on the DataGym server of this credential, so nothing of the credential was sent',
			'The item has no binary field "…"',
			'"…" is empty',
			'No project selected',
		]) {
			expect(known).toContain(message);
		}
	});

	test('reads templates, alternatives and constants', () => {
		const source = `
			const REMEDY = 'Do this.';
			throw new InputError(\`The \${thing} is \${isOld ? 'old' : 'new'}\`, REMEDY);
			const told = { message: many ? 'There are many' : \`There is only \${one}\`, remedy: 'Look.' };`;
		expect(messagesOf('nodes/x.ts', source)).toEqual([
			{ file: 'nodes/x.ts', message: 'The … is old', remedy: 'Do this.' },
			{ file: 'nodes/x.ts', message: 'The … is new', remedy: 'Do this.' },
			{ file: 'nodes/x.ts', message: 'There are many', remedy: 'Look.' },
			{ file: 'nodes/x.ts', message: 'There is only …', remedy: 'Look.' },
		]);
	});

	test('finds the message of a kind of error that is a class of its own', () => {
		const source =
			'class TooOld extends InputError { constructor(name: string) { super(`"${name}" is too old`, \'Renew it.\'); } }';
		expect(messagesOf('nodes/x.ts', source)).toEqual([
			{ file: 'nodes/x.ts', message: '"…" is too old', remedy: 'Renew it.' },
		]);
	});
});
