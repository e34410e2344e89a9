import {
	CLASSIFICATION_ENTRY_TYPES,
	GEOMETRY_ENTRY_TYPES,
	LONGEST_FREETEXT,
	type EntryType,
	type LabelConfigEntry,
	type LabelConfigProblem,
} from './labelClass';
import { isRecord, setOwn, shown, type JsonRecord } from '../parsing/record';

const LONGEST_NAME = 56;
/** Characters of the database's columns; the server checks nothing and fails. */
const LONGEST_TEXT = 255;
const KEY_PATTERN = /^[a-zA-Z0-9_ -]*$/;
const VALUE_PATTERN = /^[a-zA-Z0-9_ !@#$%^&*()?\-à"çéèêëîïôûùüÿñæœäöüß]*$/;
const SHORTCUT_PATTERN = /^[0-9]$/;

/** Keys that the server keeps for itself, compared exactly. Two of them hold a comma, so no key can equal them. */
const RESERVED_KEYS: ReadonlySet<string> = new Set([
	'geometry',
	'geometry_type',
	'class_name',
	'classification',
	'classifications',
	'global_classifications',
	'classification_type',
	'tag',
	'status',
	'label',
	'labeler',
	'label_classes',
	'reviewer',
	'image',
	'imageId',
	'external_image_ID',
	'internal_image_ID',
	'media',
	'mediaId',
	'external_media_ID',
	'internal_media_ID',
	'lcentrypoint',
	'lcentryline',
	'lcentrypolygon',
	'lcentryrectangle',
	'point',
	'line',
	'polygon',
	'rectangle',
	'lcentrychecklist',
	'lcentryfreetext,',
	'lcentryradio',
	'lcentryselect',
	'checklist',
	'freetext,',
	'radio',
	'select',
	'lcentrypointvalue',
	'lcentrylinevalue',
	'lcentrypolygonvalue',
	'lcentryrectanglevalue',
	'lcentrychecklistvalue',
	'lcentrytextvalue,',
	'lcentryradiovalue',
	'lcentryselectvalue',
	'Dummy_Project',
	'Dummy_Dataset_One',
	'Dummy_Dataset_Two',
	'Intersections',
]);

const UPLOAD_FIELDS: ReadonlySet<string> = new Set([
	'entryKey',
	'entryValue',
	'type',
	'color',
	'shortcut',
	'options',
	'required',
	'maxLength',
	'children',
]);

/** Fields that only the server writes; an upload does not have them. */
const ANSWER_FIELDS: ReadonlySet<string> = new Set(['id', 'parentEntry', 'lcEntryParentId', 'timestamp']);

const ENTRY_TYPES: readonly EntryType[] = [...GEOMETRY_ENTRY_TYPES, ...CLASSIFICATION_ENTRY_TYPES];

/** The fields of one entry apart from its children; a field that is wrong is missing here and reported as a problem. */
export type CheckedFields = Partial<Omit<LabelConfigEntry, 'children'>>;

export function checkEntryFields(
	entry: JsonRecord,
	path: string,
	problems: LabelConfigProblem[],
	optionKeyOf: (key: string) => string,
): CheckedFields {
	const report = (field: string, message: string) => {
		problems.push({ path: `${path}.${field}`, message });
		return undefined;
	};
	for (const field of Object.keys(entry)) {
		if (!UPLOAD_FIELDS.has(field) && !ANSWER_FIELDS.has(field)) {
			report(field, `Unknown field "${field}". Remove it.`);
		}
	}
	const type = readType(entry.type, report);
	return present({
		entryKey: readKey(entry.entryKey, report),
		entryValue: readName(entry.entryValue, report),
		type,
		color: readColor(entry.color, report),
		shortcut: readShortcut(entry.shortcut, report),
		options: readOptions(entry.options, type, optionKeyOf, report),
		required: readRequired(entry.required, report),
		maxLength: readMaxLength(entry.maxLength, type, report),
	});
}

type Report = (field: string, message: string) => undefined;

function readKey(key: unknown, report: Report): string | undefined {
	const text = readText(key, 'entryKey', KEY_PATTERN, 'letters a-z and A-Z, digits, spaces, _ and -', report);
	if (text !== undefined && RESERVED_KEYS.has(text)) {
		return report('entryKey', `"${text}" is a reserved word in DataGym. Choose another key, such as "${text}_1".`);
	}
	return text;
}

function readName(name: unknown, report: Report): string | undefined {
	return readText(
		name,
		'entryValue',
		VALUE_PATTERN,
		'letters (also à " ç é è ê ë î ï ô û ù ü ÿ ñ æ œ ä ö ß), digits, spaces and _ ! @ # $ % ^ & * ( ) ? -',
		report,
	);
}

function readText(value: unknown, field: string, pattern: RegExp, allowed: string, report: Report): string | undefined {
	if (value === undefined || value === null || value === '') {
		return report(field, `"${field}" is missing. Provide 1 to ${LONGEST_NAME} characters.`);
	}
	if (typeof value !== 'string')
		return report(field, `"${field}" must be text, but got ${shown(value)}. Put it in quotes.`);
	if (value.length > LONGEST_NAME) {
		return report(field, `"${field}" has ${value.length} characters. Shorten it to at most ${LONGEST_NAME}.`);
	}
	if (!pattern.test(value))
		return report(field, `${shown(value)} contains characters that are not allowed. Use only ${allowed}.`);
	return value;
}

function readType(value: unknown, report: Report): EntryType | undefined {
	const choice = `Use one of: ${ENTRY_TYPES.join(', ')}.`;
	if (value === undefined || value === null || value === '') return report('type', `"type" is missing. ${choice}`);
	const lowerCase = typeof value === 'string' ? value.toLowerCase() : undefined;
	return ENTRY_TYPES.find((type) => type === lowerCase) ?? report('type', `Unknown type ${shown(value)}. ${choice}`);
}

function readColor(value: unknown, report: Report): string | undefined {
	if (value === undefined || value === null) return undefined;
	if (typeof value === 'string') return isTooLong(value) ? report('color', tooLong('The color', value)) : value;
	return report('color', `"color" must be text, but got ${shown(value)}. Use a name or a value such as "#ff0000".`);
}

function isTooLong(text: string): boolean {
	return Array.from(text).length > LONGEST_TEXT;
}

function tooLong(what: string, text: string): string {
	return `${what} has ${Array.from(text).length} characters. Shorten it to at most ${LONGEST_TEXT}.`;
}

function readShortcut(value: unknown, report: Report): string | undefined {
	if (value === undefined || value === null) return undefined;
	const text = typeof value === 'number' ? String(value) : value;
	if (typeof text === 'string' && SHORTCUT_PATTERN.test(text)) return text;
	return report(
		'shortcut',
		`"shortcut" must be a single digit, but got ${shown(value)}. Use "0" to "9", or remove it.`,
	);
}

function readOptions(
	value: unknown,
	type: EntryType | undefined,
	optionKeyOf: (key: string) => string,
	report: Report,
): Record<string, string> | undefined {
	if (value === undefined || value === null) return undefined;
	if (!isRecord(value)) {
		return report(
			'options',
			`"options" must be an object, but got ${shown(value)}. Provide keys with display names, such as {"red": "Red"}.`,
		);
	}
	const options: Record<string, string> = {};
	const seen = new Map<string, string>();
	for (const [key, name] of Object.entries(value)) {
		const path = `options.${key.slice(0, LONGEST_NAME)}`;
		if (typeof name !== 'string')
			report(path, `The display name of an option must be text, but got ${shown(name)}. Put it in quotes.`);
		else if (isTooLong(key)) report(path, tooLong('The key of an option', key));
		else if (isTooLong(name)) report(path, tooLong('The display name of an option', name));
		else if (seen.has(optionKeyOf(key)))
			report(
				path,
				`DataGym takes the options "${seen.get(optionKeyOf(key)) ?? ''}" and "${key}" for one, since it ignores case and accents. Change one.`,
			);
		else setOwn(options, key, name);
		seen.set(optionKeyOf(key), key);
	}
	const empty = Object.keys(options).length === 0;
	return empty && type !== 'select' && type !== 'checklist' ? undefined : options;
}

function readRequired(value: unknown, report: Report): boolean | undefined {
	if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined;
	return report('required', `"required" must be true or false, but got ${shown(value)}. Write it without quotes.`);
}

function readMaxLength(value: unknown, type: EntryType | undefined, report: Report): number | undefined {
	if (value === undefined || value === null) {
		if (type !== 'freetext') return undefined;
		return report(
			'maxLength',
			`A freetext entry needs a maximum length. Set "maxLength" to a number from 1 to ${LONGEST_FREETEXT}.`,
		);
	}
	if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= LONGEST_FREETEXT) return value;
	return report(
		'maxLength',
		`"maxLength" must be a whole number from 1 to ${LONGEST_FREETEXT}, but got ${shown(value)}. Change it.`,
	);
}

/** The same fields without those that are undefined, so that they do not become part of the upload. */
function present(fields: { readonly [Name in keyof CheckedFields]: CheckedFields[Name] | undefined }): CheckedFields {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/**
 * The key in a form that the server takes again: it refuses a reserved word in its own spelling only, and stores `Point` as
 * `point`.
 */
export function acceptableKey(key: string): string {
	return RESERVED_KEYS.has(key) ? key.toUpperCase() : key;
}
