import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { ICredentialType, INodeProperties, INodeType } from 'n8n-workflow';
import { ROOT } from '../paths';

export const PROMISED = join(ROOT, 'test', 'nodes', 'savedNames.json');

/** What a workflow file holds of a field. n8n leaves a value out that is the default, so a default is saved by its absence. */
export interface SavedField {
	type: string;
	default: unknown;
	/** Values of a list. */
	choices?: unknown[];
}

/** Fields by where they are shown and what they are called, such as `image/upload/options.fileName`. */
export type SavedNames = Record<string, SavedField>;

/** What saved workflows rely on in the built package, by the type of node or credential and its version. */
export function savedNames(): Record<string, SavedNames> {
	const classes = createRequire(__filename)('../../index.js') as Record<string, new () => INodeType | ICredentialType>;
	const types = Object.values(classes)
		.map((Type) => new Type())
		.map((type) => ('description' in type ? type.description : type));
	return Object.fromEntries(
		types.flatMap((type) => {
			const versions = 'version' in type ? [type.version].flat() : [1];
			const names = sorted(namesOf(type.properties));
			return versions.map((version) => [`${type.name} ${version}`, names]);
		}),
	);
}

function namesOf(fields: readonly INodeProperties[], before = ''): SavedNames {
	return merge(
		fields.filter(({ type }) => type !== 'notice').map((field) => ofField(field, before + placeOf(field) + field.name)),
	);
}

function ofField({ type, default: initial, options = [] }: INodeProperties, path: string): SavedNames {
	const choices = options.flatMap((option) => ('value' in option ? [option.value] : []));
	const field = choices.length > 0 ? { type, default: initial, choices } : { type, default: initial };
	const inner = namesOf(
		options.filter((option): option is INodeProperties => 'type' in option),
		`${path}.`,
	);
	const groups = options.flatMap((option) =>
		'values' in option ? [namesOf(option.values, `${path}.${option.name}.`)] : [],
	);
	return merge([{ [path]: field }, inner, ...groups]);
}

const merge = (parts: readonly SavedNames[]): SavedNames => Object.assign({}, ...parts) as SavedNames;

/** Fields of one name can differ by the operation, and within it by the choice in another field. */
function placeOf({ displayOptions }: INodeProperties): string {
	const { resource, operation, ...others } = displayOptions?.show ?? {};
	const place = [resource, operation].flatMap((values) => (values === undefined ? [] : [values.join('|')]));
	const conditions = Object.entries(others).map(([name, values]) => `${name}=${(values ?? []).join('|')}`);
	return [...place, ...conditions].map((part) => `${part}/`).join('');
}

function sorted(names: SavedNames): SavedNames {
	return Object.fromEntries(Object.entries(names).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** What a workflow that was saved with the promised names does not find any more. */
export function brokenPromises(promised: Record<string, SavedNames>, present: Record<string, SavedNames>): string[] {
	return Object.entries(promised).flatMap(([type, fields]) => {
		const now = present[type];
		if (now === undefined) return [`${type} is gone`];
		return Object.entries(fields).flatMap(([path, field]) =>
			faultsOf(field, fieldAt(path, now)).map((fault) => `${type}: ${path} ${fault}`),
		);
	});
}

/** The field of a path, also where it is shown for more choices of another field than were promised. */
function fieldAt(path: string, now: SavedNames): SavedField | undefined {
	const promised = path.split('/');
	const isWider = (other: string) => {
		const parts = other.split('/');
		return parts.length === promised.length && parts.every((part, index) => holds(part, promised[index] ?? ''));
	};
	return now[path] ?? Object.entries(now).find(([other]) => isWider(other))?.[1];
}

/** Whether `format=a|b|c` holds all that `format=a|b` promises. */
function holds(part: string, promised: string): boolean {
	const [name, values = ''] = promised.split('=');
	const [present, choices = ''] = part.split('=');
	return name === present && values.split('|').every((value) => choices.split('|').includes(value));
}

function faultsOf(field: SavedField, now: SavedField | undefined): string[] {
	if (now === undefined) return ['is gone'];
	const gone = (field.choices ?? []).filter((choice) => !(now.choices ?? []).includes(choice));
	return [
		...(now.type === field.type ? [] : [`was ${field.type} and is ${now.type}`]),
		...(JSON.stringify(now.default) === JSON.stringify(field.default)
			? []
			: [`began with ${JSON.stringify(field.default)} and begins with ${JSON.stringify(now.default)}`]),
		...gone.map((choice) => `has no choice "${String(choice)}" any more`),
	];
}

/** Records the names, or, with `--check`, fails if some are not recorded yet, as before a release. */
async function main(): Promise<void> {
	const text = written(savedNames());
	if (!process.argv.includes('--check')) return await writeFile(PROMISED, text);
	if ((await readFile(PROMISED, 'utf8')) === text) return console.log('All names that workflows save are recorded.');
	console.log(
		'Names that workflows save are not recorded: run “npm run release -- names”, and read what changes in test/nodes/savedNames.json.',
	);
	process.exitCode = 1;
}

/** JSON with a line for each field, so that its changes read well. */
function written(names: Record<string, SavedNames>): string {
	const types = Object.entries(names).map(([type, fields]) => {
		const lines = Object.entries(fields).map(
			([path, field]) => `\t\t${JSON.stringify(path)}: ${JSON.stringify(field)}`,
		);
		return `\t${JSON.stringify(type)}: {\n${lines.join(',\n')}\n\t}`;
	});
	return `{\n${types.join(',\n')}\n}\n`;
}

if (require.main === module) void main();
