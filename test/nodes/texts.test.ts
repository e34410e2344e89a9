import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ICredentialType, INodeProperties, INodeType } from 'n8n-workflow';
import { ROOT } from '@datagym/tools/paths';
import { collectMessages } from '@datagym/tools/release/messages';

/** What n8n cuts in its lists, in characters. */
const LONGEST_DESCRIPTION = 95;

/** n8n's own words for a list that is loaded, which its lint asks for. */
const OF_N8N = [
	'Choose from the list, or specify IDs using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
	'Choose from the list, or specify an ID using an <a href="https://docs.n8n.io/code/expressions/">expression</a>',
];

/** Words that the field does not use, or not so (words.md). */
const FOREIGN =
	/\b(leav(e|es|ing) (it |them |images )?out|left out|tells?|told|wish(es)?|lorry|labell\w+|centre|organisation|number plate|outline|turned box|shall|answers?|questions?|stands?|in any case|(?<!there )is no|treat as done|activat\w+)\b/i;

const classes = createRequire(__filename)(join(ROOT, 'index.js')) as Record<
	string,
	new () => INodeType | ICredentialType
>;

interface Text {
	/** Where it is, such as “dataGym/image/upload/Options/File Name”. */
	readonly place: string;
	readonly text: string;
}

interface Field extends Text {
	readonly field: INodeProperties;
}

const types = Object.values(classes).map((Type) => new Type());
const fields = types.flatMap((type) =>
	'description' in type
		? type.description.properties.flatMap((field) => fieldsIn(field, type.description.name))
		: type.properties.flatMap((field) => fieldsIn(field, type.name)),
);

/** The field and those inside it. */
function fieldsIn(field: INodeProperties, parent: string): Field[] {
	const { operation, resource } = field.displayOptions?.show ?? {};
	const place = [parent, resource, operation, field.displayName].filter((part) => part !== undefined).join('/');
	const inside = (field.options ?? []).flatMap((option) =>
		'values' in option ? option.values : 'type' in option ? [option] : [],
	);
	return [{ place, text: field.displayName, field }, ...inside.flatMap((each) => fieldsIn(each, place))];
}

const options = fields.flatMap(({ place, field }) =>
	(field.options ?? []).flatMap((option) => ('value' in option ? [{ place: `${place}/${option.name}`, option }] : [])),
);

const names: Text[] = [
	...fields.filter(({ field }) => field.type !== 'notice'),
	...options.map(({ place, option }) => ({ place, text: option.name })),
];

const descriptions: Text[] = [
	...fields.flatMap(({ place, field: { description } }) =>
		description === undefined ? [] : [{ place, text: description }],
	),
	...options.flatMap(({ place, option: { description } }) =>
		description === undefined ? [] : [{ place, text: description }],
	),
].filter(({ text }) => !OF_N8N.includes(text));

const actions: Text[] = options.flatMap(({ place, option: { action } }) =>
	action === undefined ? [] : [{ place, text: action }],
);

const others: Text[] = [
	...types.flatMap((type) =>
		'description' in type ? [{ place: type.description.name, text: type.description.description }] : [],
	),
	...fields.flatMap(({ place, field: { hint = '', placeholder = '', type, displayName } }) =>
		[hint, placeholder, type === 'notice' ? displayName : ''].map((text) => ({ place, text })),
	),
];

const messages: Text[] = collectMessages().flatMap(({ file, message, remedy }) =>
	[message, remedy].map((text) => ({ place: file, text })),
);

/** The texts that break a rule, with their places. */
const breaking = (texts: readonly Text[], isRight: (text: string) => boolean) =>
	texts.filter(({ text }) => !isRight(text)).map(({ place, text }) => `${place}: ${text}`);

const sentencesOf = (text: string) => text.split(/(?<=[.!?]) (?=[A-Z{])/);

describe('The texts of the editor', () => {
	test('are there', () => {
		expect([names.length > 300, descriptions.length > 300, actions.length > 35, messages.length > 300]).toEqual(
			Array(4).fill(true),
		);
	});

	test('have names in Title Case', () => {
		const isSmall = /^(a|an|and|as|at|by|for|from|if|in|is|its?|nor|of|on|or|per|than|the|to|with)$/;
		const isTitleCase = (text: string) =>
			text.split(/[\s/]+/).every((word, index) => /^[^a-z]/.test(word) || (index > 0 && isSmall.test(word)));
		expect(breaking(names, isTitleCase)).toEqual([]);
	});

	test('have descriptions that n8n does not cut', () => {
		expect(breaking(descriptions, (text) => text.length <= LONGEST_DESCRIPTION)).toEqual([]);
	});

	test('have descriptions in sentence case, with a period only where there are several sentences', () => {
		expect(
			breaking(descriptions, (text) => /^[A-Z{0-9]/.test(text) && sentencesOf(text).length > 1 === text.endsWith('.')),
		).toEqual([]);
	});

	test('say of a switch “Whether to …”', () => {
		const switches = fields
			.filter(({ field: { type } }) => type === 'boolean')
			.map(({ place, field: { description = '' } }) => ({ place, text: description }));
		expect(switches.length).toBeGreaterThan(20);
		expect(breaking(switches, (text) => text.startsWith('Whether '))).toEqual([]);
		const rest = fields
			.filter(({ field: { type } }) => type !== 'boolean')
			.map(({ place, field: { description = '' } }) => ({ place, text: description }));
		expect(breaking(rest, (text) => !text.startsWith('Whether '))).toEqual([]);
	});

	test('have actions without articles and periods', () => {
		expect(breaking(actions, (text) => /^[A-Z]/.test(text) && !/\b(a|an|the)\b|\.$/i.test(text))).toEqual([]);
	});
});

describe.each([
	['the editor', [...names, ...descriptions, ...actions, ...others]],
	['errors', messages],
])('All texts of %s', (_, texts) => {
	test('have straight quotes', () => {
		expect(breaking(texts, (text) => !/[“”‘’«»]/.test(text))).toEqual([]);
	});

	test('have the words of the field', () => {
		expect(breaking(texts, (text) => !FOREIGN.test(text))).toEqual([]);
	});
});

test('A remedy ends its sentences with a period', () => {
	const remedies = collectMessages()
		.map(({ file, remedy }) => ({ place: file, text: remedy }))
		.filter(({ text }) => text !== '' && !text.endsWith('…'));
	expect(remedies.length).toBeGreaterThan(100);
	expect(breaking(remedies, (text) => /[.]$|https:\S+$/.test(text))).toEqual([]);
});
