import {
	CLASSIFICATION_ENTRY_TYPES,
	GEOMETRY_ENTRY_TYPES,
	type EntryType,
	type LabelConfigEntry,
	type LabelConfigProblem,
} from './labelClass';
import { isRecord, setOwn, shown, type JsonRecord } from '../parsing/record';

const LONGEST_NAME = 56;
const LONGEST_FREETEXT = 255;
const KEY_PATTERN = /^[a-zA-Z0-9_ -]*$/;
const VALUE_PATTERN = /^[a-zA-Z0-9_ !@#$%^&*()?\-àâçéèêëîïôûùüÿñæœäöüß]*$/;
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

/** Fields that the server writes into its answers; they are left out of an upload. */
const ANSWER_FIELDS: ReadonlySet<string> = new Set(['id', 'parentEntry', 'lcEntryParentId', 'timestamp']);

const ENTRY_TYPES: readonly EntryType[] = [...GEOMETRY_ENTRY_TYPES, ...CLASSIFICATION_ENTRY_TYPES];

/** The fields of one entry apart from its children; what is wrong is missing here and told as a problem. */
export type CheckedFields = Partial<Omit<LabelConfigEntry, 'children'>>;

export function checkEntryFields(entry: JsonRecord, path: string, problems: LabelConfigProblem[]): CheckedFields {
	const tell = (field: string, message: string) => {
		problems.push({ path: `${path}.${field}`, message });
		return undefined;
	};
	for (const field of Object.keys(entry)) {
		if (!UPLOAD_FIELDS.has(field) && !ANSWER_FIELDS.has(field)) {
			tell(field, `The server does not know the field "${field}". Remove it.`);
		}
	}
	const type = readType(entry.type, tell);
	return present({
		entryKey: readKey(entry.entryKey, tell),
		entryValue: readName(entry.entryValue, tell),
		type,
		color: readColor(entry.color, tell),
		shortcut: readShortcut(entry.shortcut, tell),
		options: readOptions(entry.options, type, tell),
		required: readRequired(entry.required, tell),
		maxLength: readMaxLength(entry.maxLength, type, tell),
	});
}

type Tell = (field: string, message: string) => undefined;

function readKey(key: unknown, tell: Tell): string | undefined {
	const text = readText(key, 'entryKey', KEY_PATTERN, 'letters a-z and A-Z, digits, blanks, _ and -', tell);
	if (text !== undefined && RESERVED_KEYS.has(text)) {
		return tell(
			'entryKey',
			`"${text}" is a word that DataGym keeps for itself. Choose another key, such as "${text}_1".`,
		);
	}
	return text;
}

function readName(name: unknown, tell: Tell): string | undefined {
	return readText(
		name,
		'entryValue',
		VALUE_PATTERN,
		'letters (also à â ç é è ê ë î ï ô û ù ü ÿ ñ æ œ ä ö ß), digits, blanks and _ ! @ # $ % ^ & * ( ) ? -',
		tell,
	);
}

function readText(value: unknown, field: string, pattern: RegExp, allowed: string, tell: Tell): string | undefined {
	if (value === undefined || value === null || value === '') {
		return tell(field, `The field ${field} is missing. Give a text of 1 to ${LONGEST_NAME} characters.`);
	}
	if (typeof value !== 'string')
		return tell(field, `The field ${field} must be a text, but is ${shown(value)}. Put it in quotes.`);
	if (value.length > LONGEST_NAME) {
		return tell(field, `The field ${field} has ${value.length} characters. Shorten it to ${LONGEST_NAME}.`);
	}
	if (!pattern.test(value)) return tell(field, `${shown(value)} holds other characters than ${allowed}. Replace them.`);
	return value;
}

function readType(value: unknown, tell: Tell): EntryType | undefined {
	const choice = `Choose one of ${ENTRY_TYPES.join(', ')}.`;
	if (value === undefined || value === null || value === '') return tell('type', `The type is missing. ${choice}`);
	const lowerCase = typeof value === 'string' ? value.toLowerCase() : undefined;
	return (
		ENTRY_TYPES.find((type) => type === lowerCase) ?? tell('type', `DataGym has no type ${shown(value)}. ${choice}`)
	);
}

function readColor(value: unknown, tell: Tell): string | undefined {
	if (value === undefined || value === null || typeof value === 'string') return value ?? undefined;
	return tell('color', `The color must be a text, but is ${shown(value)}. Give a name or a value such as "#ff0000".`);
}

function readShortcut(value: unknown, tell: Tell): string | undefined {
	if (value === undefined || value === null) return undefined;
	const text = typeof value === 'number' ? String(value) : value;
	if (typeof text === 'string' && SHORTCUT_PATTERN.test(text)) return text;
	return tell('shortcut', `The shortcut must be one digit, but is ${shown(value)}. Give "0" to "9", or leave it out.`);
}

function readOptions(value: unknown, type: EntryType | undefined, tell: Tell): Record<string, string> | undefined {
	if (value === undefined || value === null) return undefined;
	if (!isRecord(value)) {
		return tell(
			'options',
			`The options must be an object, but are ${shown(value)}. Give keys with their displayed names, such as {"red": "Red"}.`,
		);
	}
	const options: Record<string, string> = {};
	for (const [key, name] of Object.entries(value)) {
		if (typeof name === 'string') setOwn(options, key, name);
		else
			tell(
				`options.${key}`,
				`The displayed name of an option must be a text, but is ${shown(name)}. Put it in quotes.`,
			);
	}
	const empty = Object.keys(options).length === 0;
	return empty && type !== 'select' && type !== 'checklist' ? undefined : options;
}

function readRequired(value: unknown, tell: Tell): boolean | undefined {
	if (value === undefined || value === null || typeof value === 'boolean') return value ?? undefined;
	return tell('required', `The field required must be true or false, but is ${shown(value)}. Write it without quotes.`);
}

function readMaxLength(value: unknown, type: EntryType | undefined, tell: Tell): number | undefined {
	if (value === undefined || value === null) {
		if (type !== 'freetext') return undefined;
		return tell('maxLength', `A freetext needs its longest length. Give maxLength from 1 to ${LONGEST_FREETEXT}.`);
	}
	if (typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= LONGEST_FREETEXT) return value;
	return tell(
		'maxLength',
		`The longest length must be a whole number from 1 to ${LONGEST_FREETEXT}, but is ${shown(value)}. Change it.`,
	);
}

/** The same fields without those that are undefined, so that they do not become part of the upload. */
function present(fields: CheckedFields): CheckedFields {
	return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
