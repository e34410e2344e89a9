import {
	isResourceLocatorValue,
	type IDataObject,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeParameters,
	type INodeProperties,
	type INodePropertyMode,
	type NodePropertyTypes,
} from 'n8n-workflow';
import { InputError } from '@datagym/shared/errors';
import { mapped } from '@datagym/shared/turns';
import { Ancestry, type Origins } from './ancestry';
import { follow, followToJson, hasExpression, isWholeItem, pathOf, type Path } from './plainReference';

type FieldOf<Type extends NodePropertyTypes> = INodeProperties & { readonly type: Type };
type FlagField = FieldOf<'boolean'> & { readonly default: boolean };
type NumberField = FieldOf<'number'> & { readonly default: number };

/** What a drop-down can be: the values of its choices. */
export type ChoiceOf<Field extends INodeProperties> =
	Extract<NonNullable<Field['options']>[number], { readonly value: unknown }> extends { readonly value: infer Value }
		? Value
		: never;

/**
 * The values of fields for one item. A reader takes the field itself, since it is read by its name and default, and named in errors by
 * its label; a field of another type does not compile.
 */
export class Parameters {
	/** @param raw the value of a field as n8n gives it; undefined or null if the field has none. */
	constructor(readonly raw: (field: INodeProperties) => unknown) {}

	/** Whether the user has added the field, of options, to the node. */
	isSet(field: INodeProperties): boolean {
		return this.raw(field) !== undefined;
	}

	/** Of a resource locator, a name as well as an ID. */
	text(field: FieldOf<'resourceLocator' | 'string'>): string {
		const value = this.raw(field);
		return textOf(isObject(value) ? value.value : value);
	}

	/** How a resource locator names its thing; undefined for a plain text, as expressions and language models give it. */
	mode(field: FieldOf<'resourceLocator'>): string | undefined {
		const value = this.raw(field);
		return isObject(value) ? textOf(value.mode) : undefined;
	}

	/** @throws InputError if the text is empty. */
	requiredText(field: FieldOf<'resourceLocator' | 'string'>): string {
		const text = this.text(field);
		if (text !== '') return text;
		throw emptyField(field);
	}

	/**
	 * An ID, from a resource locator or a text; also that in the address of a page, where the field takes one.
	 *
	 * @throws InputError if it is empty, or no ID.
	 */
	id(field: FieldOf<'resourceLocator' | 'string'>): string {
		const id = this.optionalId(field);
		if (id !== undefined) return id;
		const label = field.displayName;
		throw new InputError(
			`"${label}" is empty`,
			field.type === 'resourceLocator'
				? `Choose ${withArticle(label.toLowerCase())} from the list, or enter its ID.`
				: `Enter the ${withoutCapital(label)}, or check its expression.`,
		);
	}

	/**
	 * The same; undefined if it is empty.
	 *
	 * @throws InputError if it is no ID.
	 */
	optionalId(field: FieldOf<'resourceLocator' | 'string'>): string | undefined {
		const id = this.text(field);
		if (id === '') return undefined;
		if (!/[\s/\\?#%]/.test(id)) return id;
		const what = withoutCapital(field.displayName).replace(/ ID$/, '');
		const page = field.modes?.find(({ name }) => name === 'url');
		if (page !== undefined && id.includes('://')) return idInUrl(id, what, page);
		throw new InputError(
			`"${id.slice(0, 80)}" is not a valid ${what} ID`,
			field.type === 'resourceLocator'
				? `Choose the ${what} from the list, or enter an ID such as 7444ab91-0c3f-4c0e-9d3a-2f1f6a1b2c3d.`
				: 'Enter an ID such as 7444ab91-0c3f-4c0e-9d3a-2f1f6a1b2c3d, or check the expression of the field.',
		);
	}

	flag(field: FlagField): boolean {
		const value = this.raw(field);
		return typeof value === 'boolean' ? value : field.default;
	}

	/** Within the bounds of the field. */
	number(field: NumberField): number {
		const value = this.raw(field);
		const number = isMissing(value) || !Number.isFinite(Number(value)) ? field.default : Number(value);
		const { minValue = -Infinity, maxValue = Infinity } = field.typeOptions ?? {};
		return Math.min(maxValue, Math.max(minValue, number));
	}

	/**
	 * What is chosen in a drop-down, or named by an expression or a language model, which may write the displayed name.
	 *
	 * @throws InputError if there is no such choice.
	 */
	choice<Field extends FieldOf<'options'>>(field: Field): ChoiceOf<Field> {
		const raw = this.raw(field);
		const value = isMissing(raw) ? field.default : raw;
		const choices = choicesOf(field);
		const text = textOf(value);
		const chosen = choices.find(
			(choice) =>
				choice.value === value ||
				[String(choice.value), choice.name].some((name) => name.toLowerCase() === text.toLowerCase()),
		);
		if (chosen !== undefined) return chosen.value;
		throw new InputError(
			`"${text.slice(0, 80)}" is not a valid value for "${field.displayName}"`,
			`Use one of: ${choices.map(({ name }) => name).join(', ')}.`,
		);
	}

	/** What is chosen in a list, or the texts of an expression, a language model or an earlier version of the field. */
	list(field: FieldOf<'multiOptions' | 'string' | 'json'>): readonly string[] {
		return listOf(this.raw(field));
	}

	/** @throws InputError if there is no entry, as in `,`. */
	requiredList(field: FieldOf<'multiOptions' | 'string'>): readonly string[] {
		const list = this.list(field);
		if (list.length > 0) return list;
		throw emptyField(field);
	}

	/**
	 * JSON, typed in or from an expression that gives an object.
	 *
	 * @throws InputError if there is none, or it cannot be parsed.
	 */
	json(field: FieldOf<'json' | 'string'>): unknown {
		const value = this.optionalJson(field);
		if (value !== undefined && !isUntouched(this.raw(field), field)) return value;
		throw new InputError(
			`"${field.displayName}" is empty`,
			`Enter JSON in "${field.displayName}", or check its expression.`,
		);
	}

	/**
	 * The same; undefined if it is empty.
	 *
	 * @throws InputError if it cannot be parsed.
	 */
	optionalJson(field: FieldOf<'json' | 'string'>): unknown {
		const value = this.raw(field);
		if (typeof value !== 'string') return value ?? undefined;
		if (value.trim() === '') return undefined;
		const parsed = parseJson(value);
		if ('problem' in parsed) throw new InputError(`"${field.displayName}" is not valid JSON`, parsed.problem);
		return parsed.value;
	}

	/**
	 * The same; undefined also if nobody has touched the field: its default is JSON without content, since the editor marks an empty text
	 * as a mistake. What an expression gives is never untouched.
	 *
	 * @throws InputError if it cannot be parsed.
	 */
	enteredJson(field: FieldOf<'json'>): unknown {
		return isUntouched(this.raw(field), field) ? undefined : this.optionalJson(field);
	}

	/** Those that the user has added to a collection. */
	fields(collection: FieldOf<'collection'>): Parameters {
		const value = this.raw(collection);
		return new Parameters(({ name }) => (isObject(value) ? value[name] : undefined));
	}

	/** The rows of a form with one kind of them. */
	rows(field: FieldOf<'fixedCollection'>): readonly IDataObject[] {
		const groups = this.raw(field);
		const rows: unknown[] = isObject(groups) ? Object.values(groups).flat() : [];
		return rows.filter(isObject);
	}
}

/** One input item and the node's fields as they are for it. */
export class ItemInput extends Parameters {
	private known: Origins | undefined;

	/** @param findOrigins looks for the items that this one was made from. */
	constructor(
		readonly index: number,
		readonly data: INodeExecutionData,
		raw: (field: INodeProperties) => unknown,
		/** Those that are added below "Options". */
		readonly options: Parameters,
		private readonly findOrigins: () => Origins,
	) {
		super(raw);
	}

	/** The items of earlier nodes that this one was made from, the nearest first, as far as n8n knows them. */
	get ancestors(): readonly INodeExecutionData[] {
		return this.origins.items;
	}

	get origins(): Origins {
		return (this.known ??= this.findOrigins());
	}

	/** The same item with another value of one field; by default, without what its JSON says. */
	withValue(field: INodeProperties, value: unknown, data: INodeExecutionData = { ...this.data, json: {} }): ItemInput {
		const raw = (asked: INodeProperties) => (asked.name === field.name ? value : this.raw(asked));
		return new ItemInput(this.index, data, raw, this.options, () => this.origins);
	}
}

/** The input items with the node's fields as they are for each. */
export async function itemInputs(n8n: IExecuteFunctions): Promise<readonly ItemInput[]> {
	const saved = new SavedParameters(n8n.getNode().parameters);
	const ancestry = new Ancestry(n8n);
	const constants = new Map<string, unknown>();
	let index = 0;
	return await mapped(n8n.getInputData(), (data) => inputOf(data, index++));

	function inputOf(data: INodeExecutionData, index: number): ItemInput {
		// Only if something is asked for: of 100,000 items, none may need it.
		let evaluated: Map<string, unknown> | undefined;
		const valuesOf = (name: string) =>
			saved.isConstant(name) ? constants : (evaluated ??= new Map<string, unknown>());
		const raw = ({ name, type }: INodeProperties) => {
			if (saved.isWholeItem(name)) return data.json;
			const path = saved.pathOf(name);
			const referenced =
				path === undefined ? undefined : type === 'json' ? followToJson(data.json, path) : follow(data.json, path);
			return (
				saved.located(name, referenced) ?? keep(valuesOf(name), name, () => n8n.getNodeParameter(name, index, null))
			);
		};
		const added = new Parameters(({ name }) => {
			const options = keep(valuesOf(OPTIONS), OPTIONS, () => n8n.getNodeParameter(OPTIONS, index, {}));
			return isObject(options) ? options[name] : undefined;
		});
		return new ItemInput(index, data, raw, added, () => ancestry.of(index));
	}
}

const OPTIONS = 'options';

/** Evaluates once what is asked for several times: n8n takes up to two milliseconds for an expression. */
function keep<Value>(values: Map<string, Value>, name: string, evaluate: () => Value): Value {
	const known = values.get(name);
	if (known !== undefined || values.has(name)) return known as Value;
	const value = evaluate();
	values.set(name, value);
	return value;
}

/** The node's parameters as the workflow has them. */
class SavedParameters {
	private readonly paths = new Map<string, Path | undefined>();
	private readonly constant = new Map<string, boolean>();

	constructor(private readonly parameters: INodeParameters) {}

	/** Of a parameter that only names a field of the item. */
	pathOf(name: string): Path | undefined {
		return keep(this.paths, name, () => pathOf(this.parameters[name]));
	}

	/** What a parameter names in the item, with the mode of a resource locator: a name is no ID. */
	located(name: string, referenced: unknown): unknown {
		const parameter = this.parameters[name];
		return referenced !== undefined && isResourceLocatorValue(parameter)
			? { ...parameter, value: referenced }
			: referenced;
	}

	isWholeItem(name: string): boolean {
		return isWholeItem(this.parameters[name]);
	}

	/** Whether the parameter is the same for all items. */
	isConstant(name: string): boolean {
		return keep(this.constant, name, () => !hasExpression(this.parameters[name]));
	}
}

/** @throws InputError if it is the address of something else. */
function idInUrl(url: string, what: string, { extractValue, placeholder = '' }: INodePropertyMode): string {
	const id = new RegExp(`^${String(extractValue?.regex)}$`).exec(url)?.[1];
	if (id !== undefined) return id;
	throw new InputError(
		`"${url.slice(0, 80)}" is not a valid ${what} URL`,
		`Copy the URL from DataGym, such as ${placeholder.replace(/^e\.g\. /, '')}.`,
	);
}

/** Whether the text of a field of JSON is its default, and that has no content. */
function isUntouched(value: unknown, field: INodeProperties): boolean {
	return value === field.default && (value === '[]' || value === '{}');
}

const isMissing = (value: unknown) => value === undefined || value === null || value === '';

/** An object has no text that a user would recognize. */
function textOf(value: unknown): string {
	return isMissing(value) || isObject(value) ? '' : String(value).trim();
}

function choicesOf<Field extends INodeProperties>({ options = [] }: Field) {
	return options.flatMap((option) =>
		'value' in option ? [{ name: option.name, value: option.value as ChoiceOf<Field> }] : [],
	);
}

const withArticle = (noun: string) => `${/^[aeiou]/.test(noun) ? 'an' : 'a'} ${noun}`;

const withoutCapital = (label: string) => label.charAt(0).toLowerCase() + label.slice(1);

/** An array, JSON of one, or texts separated by commas: expressions and language models give any of these. */
function listOf(value: unknown): readonly string[] {
	const list = Array.isArray(value)
		? value
		: String(value ?? '')
				.replace(/^\s*\[|\]\s*$/g, '')
				.split(',');
	return list
		.map((text) =>
			String(text)
				.trim()
				.replace(/^"(.*)"$/, '$1'),
		)
		.filter((text) => text !== '');
}

function isObject(value: unknown): value is IDataObject {
	return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parseJson(text: string): { value: unknown } | { problem: string } {
	try {
		return { value: JSON.parse(text) };
	} catch (error) {
		const reason = error instanceof Error ? error.message : 'The text cannot be parsed';
		return { problem: `${reason}. Use double quotes around keys and texts, and no comma after the last entry.` };
	}
}

function emptyField({ displayName }: INodeProperties): InputError {
	return new InputError(`"${displayName}" is empty`, `Enter a value for "${displayName}", or check its expression.`);
}
