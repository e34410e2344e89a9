import * as fc from 'fast-check';
import { DataGymApi } from '@datagym/client';
import { secretRemover } from '@datagym/client/secrets';
import { failure, fakeServer, type Reply } from './fakeServer';

afterEach(() => jest.restoreAllMocks());

const base64 = (text: string) => Buffer.from(text).toString('base64');

const asUnicode = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
/** `encoding/json`. */
const inGosJson = (text: string) => JSON.stringify(text).replace(/[<>&\u2028\u2029]/g, asUnicode);
/** `html.escape`. */
const PYTHON: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#x27;',
};
/** `html/template`. */
const GO: Readonly<Record<string, string>> = { ...PYTHON, '"': '&#34;', "'": '&#39;', '+': '&#43;' };

/** How a server or a proxy may write what it was asked into its answer. */
const ECHOES: Readonly<Record<string, (secret: string) => string>> = {
	'as it is': (secret) => secret,
	'in an address': (secret) => `GET /api/v1/project?token=${encodeURIComponent(secret)} failed`,
	'in a form': (secret) => new URLSearchParams({ t: secret }).toString(),
	'in small hexadecimal digits': (secret) => encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
	'in HTTP Basic': (secret) => `Authorization: Basic ${base64(secret)}`,
	'in an address as HTTP Basic': (secret) => encodeURIComponent(base64(secret)),
	'in base64 for addresses': (secret) => Buffer.from(secret).toString('base64url'),
	'as JSON': (secret) => JSON.stringify({ token: secret }),
	'as JSON of Go': (secret) => inGosJson(secret),
	'as JSON of PHP': (secret) =>
		JSON.stringify(secret)
			.replace(/\//g, '\\/')
			.replace(/[^\x20-\x7e]/g, asUnicode),
	'as HTML of Python': (secret) => secret.replace(/[&<>"']/g, (sign) => PYTHON[sign]!),
	'as HTML of Go': (secret) => secret.replace(/[&<>"'+]/g, (sign) => GO[sign]!),
	'in HTTP Basic, as HTML of Go': (secret) => base64(secret).replaceAll('+', '&#43;'),
	'in HTTP Basic, as HTML of Handlebars': (secret) => base64(secret).replaceAll('=', '&#x3D;'),
	'in HTTP Basic, as JSON of PHP': (secret) => base64(secret).replaceAll('/', '\\/'),
	'in capital letters': (secret) => (/^[\x20-\x7e]*$/.test(secret) ? secret.toUpperCase() : secret),
};

/** Where the text stands in DataGym's errors (docs/contract.md#error-shapes). */
const ERRORS: Readonly<Record<string, (text: string) => object>> = {
	'its text': (text) => ({ key: 'ex_new', msg: text }),
	'its key': (text) => ({ key: text, msg: text }),
	'a parameter': (text) => ({ key: 'ex_notfound', params: ['Project', 'id', text] }),
	'a detail': (text) => ({
		key: 'ex_validation',
		details: [{ name: text, key: text, params: [text] }],
	}),
	'a text without a key': (text) => ({ msg: text }),
};

const secret = fc.oneof(
	fc.uuid(),
	fc.string({ minLength: 4 }),
	fc.string({ unit: 'binary', minLength: 4, maxLength: 12 }),
);

describe('A secret', () => {
	test.each(Object.keys(ECHOES))('is in no text, written %s', (how) => {
		fc.assert(
			fc.property(secret, (value) => {
				const text = `before ${ECHOES[how]!(value)} after`;
				const shown = secretRemover([value])(text);
				// What is left may hold it by chance only, as "before" holds "efor".
				const given = ECHOES[how]!(value);
				if ('before  after'.toLowerCase().includes(given.toLowerCase())) return;
				expect(shown).not.toContain(given);
			}),
			{ numRuns: 300 },
		);
	});

	test.each(Object.keys(ERRORS))('is in no error that the server has written into %s', async (where) => {
		const values = ['5f2b9c1d-7444-4c0e-9d3a-2f1f6a1b2c3d', 'p$ss w+rd/Ünïcode&<"x">', 'proxy:p$ss w+rd/Ünïcode&<"x">'];
		for (const echo of Object.values(ECHOES))
			for (const value of values) {
				const body = JSON.stringify(ERRORS[where]!(`about ${echo(value)}.`));
				const { transport } = fakeServer([{ status: 500, body }], { secrets: values, retryFor: 0 });
				const error = await failure(DataGymApi.over(transport, 'media').projects.list());
				const shown = `${error.message} ${error.stack} ${JSON.stringify(error.failure)}`;
				for (const form of [
					value,
					echo(value),
					base64(value),
					encodeURIComponent(value),
					JSON.stringify(value).slice(1, -1),
				])
					expect(shown).not.toContain(form);
			}
	});

	const token = '5f2b9c1d-7444-4c0e-9d3a-2f1f6a1b2c3d';
	test.each<readonly [string, Reply]>([
		['an import that was refused with 200', { body: JSON.stringify({ errorMessages: `bad ${token}` }) }],
		['an answer that is no JSON', { body: `Token ${token}` }],
		['a list with a broken element', { body: `[{"a": ${token}}]` }],
		['an object of another form', { body: `{"${token}": "${token}"}` }],
		['a page of a proxy', { status: 502, body: `<h1>${token}</h1>` }],
		['a redirect', { status: 302, headers: { location: `https://a.test/?token=${token}` } }],
	])('is not in the error about %s', async (_what, reply) => {
		const { transport } = fakeServer([reply], { secrets: [token], retryFor: 0 });
		const api = DataGymApi.over(transport, 'media');
		for (const work of [
			() => api.imports.send('p', [{}]),
			() => api.tasks.list('p', 'COMPLETED'),
			() => api.datasets.list(),
			() => api.tasks.get('t'),
		]) {
			const error = await work().then(
				() => undefined,
				(reason: unknown) => reason as Error,
			);
			expect(`${error?.message} ${error?.stack} ${JSON.stringify(error)}`).not.toContain(token);
		}
	});

	test('of a few letters is not looked for, since it is in any text', () => {
		expect(secretRemover(['a', '', 'the'])('the banana')).toBe('the banana');
		expect(secretRemover(['a', 'a:the'])(`a:the ${base64('a:the')}`)).toBe('… …');
	});
});
