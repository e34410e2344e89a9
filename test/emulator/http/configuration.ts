import { EmptyAnswer, systemFault, type ErrorDetail } from '../errors';
import { clearConfiguration, fillConfiguration, type EntryDraft } from '../store/configuration';
import { configurationView } from '../store/views';
import { type Call, type Route, json, plain, withJson } from './endpoint';
import {
	asArray,
	asObject,
	booleanOf,
	checkField,
	isObject,
	numberOrNull,
	refuse,
	textOrNull,
	type FieldRule,
} from './fields';

const KNOWN = [
	...['id', 'entryKey', 'entryValue', 'type', 'color', 'shortcut', 'options', 'required', 'maxLength', 'children'],
	...['parentEntry', 'lcEntryParentId'],
];
const KEY: FieldRule = { label: 'Entry Key', required: true, size: [1, 56], pattern: /^[a-zA-Z0-9_ -]*$/ };
const VALUE: FieldRule = {
	label: 'Entry Value',
	required: true,
	size: [1, 56],
	pattern: /^[a-zA-Z0-9_ !@#$%^&*()?\-àâçéèêëîïôûùüÿñæœäöüß]*$/,
};
const TYPE: FieldRule = { label: 'Type', required: true };
const SHORTCUT: FieldRule = { label: 'Shortcut', pattern: /^[0-9]{1}$/ };
const MAX_LENGTH: FieldRule = { label: 'Max Length', range: [1, 255] };

export const configurationRoutes: Route[] = [
	withJson('token', 'PUT', '/api/v1/config/:id', readEntries, (call, drafts) => {
		const configuration = ownConfiguration(call);
		if (drafts === null) throw systemFault();
		fillConfiguration(call.store, configuration, drafts);
		return json(configurationView(call.store, configuration));
	}),
	plain('token', 'DELETE', '/api/v1/config/:id', (call) => {
		const configuration = ownConfiguration(call);
		clearConfiguration(call.store, configuration);
		return json({ configId: configuration.id });
	}),
];

function ownConfiguration(call: Call) {
	call.requireToken();
	const configuration = call.store.configuration(call.param('id'));
	call.requireOwner(configuration.project.owner);
	return configuration;
}

/** Null for a list with a null in it, which passes the checks of its fields and is a fault later. */
export function readEntries(body: unknown): EntryDraft[] | null {
	const problems: ErrorDetail[] = [];
	const entries = asArray(body);
	const drafts = entries.filter((entry) => entry !== null).map((entry) => readEntry(entry, problems));
	refuse(problems);
	return drafts.length === entries.length ? drafts : null;
}

function readEntry(body: unknown, problems: ErrorDetail[]): EntryDraft {
	const fields = asObject(body, KNOWN);
	const entryKey = textOrNull(fields.entryKey);
	const entryValue = textOrNull(fields.entryValue);
	const type = textOrNull(fields.type);
	const shortcut = textOrNull(fields.shortcut);
	const maxLength = wholeNumberOrNull(fields.maxLength);
	problems.push(...checkField(entryKey, KEY), ...checkField(entryValue, VALUE), ...checkField(type, TYPE));
	problems.push(...checkField(shortcut, SHORTCUT), ...checkField(maxLength, MAX_LENGTH));
	return {
		id: textOrNull(fields.id),
		entryKey: entryKey ?? '',
		entryValue: entryValue ?? '',
		type: type ?? '',
		color: textOrNull(fields.color),
		shortcut,
		maxLength,
		required: booleanOf(fields.required),
		options: readOptions(fields.options),
		children:
			fields.children === null ? null : asArray(fields.children ?? []).map((child) => readEntry(child, problems)),
	};
}

/** Java cuts the decimals off. */
function wholeNumberOrNull(value: unknown): number | null {
	const number = numberOrNull(value);
	return number === null ? null : Math.trunc(number);
}

function readOptions(options: unknown): Record<string, string> | null {
	if (options === null) return null;
	if (options === undefined) return {};
	if (!isObject(options)) throw new EmptyAnswer(400);
	return Object.fromEntries(Object.entries(options).map(([key, label]) => [key, textOrNull(label) ?? '']));
}
