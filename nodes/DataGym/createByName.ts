import { hasKey, nameKey, sameName } from '@datagym/client';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import type { ChoiceOf, ItemInput } from './runner/itemInput';
import type { Run } from './runner/runContext';

const NAME = /^[a-zA-Z0-9_ ]{1,128}$/;

/** The name of a new project or dataset. */
export const newName = (example: string) =>
	field({
		displayName: 'Name',
		name: 'name',
		type: 'string',
		default: '',
		required: true,
		placeholder: `e.g. ${example}`,
		description: 'Up to 128 unaccented letters, digits, spaces and underscores',
	});

/** @throws InputError if the server would refuse the name. */
export function checkName(name: string, field = 'Name'): void {
	if (NAME.test(name)) return;
	throw new InputError(
		`"${field}" must not be "${name.slice(0, 140)}"`,
		'Use 1 to 128 unaccented letters, digits, spaces and underscores. Dashes, dots and slashes are not allowed.',
	);
}

/** A field for what happens when the name is taken. */
export const ifNameExists = <const Noun extends 'Project' | 'Dataset'>(noun: Noun) =>
	field({
		displayName: `If ${noun} Exists`,
		name: 'ifExists',
		type: 'options',
		default: 'return',
		options: [
			{ name: 'Fail', value: 'fail', description: 'Stop with an error' },
			{
				name: 'Return It',
				value: 'return',
				description: `Return the existing ${noun.toLowerCase()}`,
			},
		],
		description: 'What to do if the name is taken',
	});

type IfExists = ReturnType<typeof ifNameExists>;

interface Kind<Thing> {
	readonly noun: 'project' | 'dataset';
	/** @throws DataGymError `ex_alreadyexists` */
	readonly create: () => Promise<Thing>;
	readonly list: () => Promise<readonly Thing[]>;
}

/**
 * Makes a thing with a name that nobody else has, or finds the one that has it. Items of one run that give the same name share
 * it: the server's check is not atomic, and once two things share a name it fails on it for good (docs/contract.md#create-a-dataset).
 *
 * @returns also whether it is new, and `isFirst` for the item that has asked first.
 */
export async function findOrCreate<Thing extends { readonly name: string }>(
	run: Run,
	name: string,
	kind: Kind<Thing>,
): Promise<{ readonly thing: Thing; readonly created: boolean; readonly isFirst: boolean }> {
	let isFirst = false;
	const found = await run.once(`create ${kind.noun} ${nameKey(name)}`, async () => {
		isFirst = true;
		return await createOrFind(name, kind);
	});
	return { ...found, isFirst };
}

/**
 * The same, by what the user wants if the name is taken; for all items but the first it is.
 *
 * @throws InputError if the name is taken and the user wants that to fail.
 */
export async function createByName<Thing extends { readonly name: string }>(
	item: ItemInput,
	run: Run,
	name: string,
	ifExists: IfExists,
	kind: Kind<Thing>,
): Promise<{ readonly thing: Thing; readonly created: boolean }> {
	const { thing, created, isFirst } = await findOrCreate(run, name, kind);
	const choice: ChoiceOf<IfExists> = item.choice(ifExists);
	if ((created && isFirst) || choice !== 'fail') return { thing, created: created && isFirst };
	throw new InputError(
		`A ${kind.noun} named "${thing.name}" already exists`,
		`Use another name, or set "${ifExists.displayName}" to "Return It".`,
	);
}

/** The same outside a run. */
export async function createOrFind<Thing extends { readonly name: string }>(
	name: string,
	{ noun, create, list }: Kind<Thing>,
): Promise<{ readonly thing: Thing; readonly created: boolean }> {
	const outcome = await create().then(
		(thing) => ({ thing }),
		(error: unknown) => ({ error }),
	);
	if ('thing' in outcome) return { thing: outcome.thing, created: true };
	// The server also fails so, without a reason, once several have the name (docs/contract.md#create-a-dataset).
	const isBroken = hasKey(outcome.error, 'ex_system');
	if (!isBroken && !hasKey(outcome.error, 'ex_alreadyexists')) throw outcome.error;
	const [existing, ...others] = (await list()).filter((thing) => sameName(thing.name, name));
	if (existing === undefined || (isBroken && others.length === 0)) throw outcome.error;
	if (isBroken)
		throw new InputError(
			`There are ${1 + others.length} ${noun}s named "${existing.name}"`,
			'Rename or delete all but one of them in DataGym, or use another name.',
		);
	return { thing: existing, created: false };
}
