import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeParameters,
	NodeParameterValueType,
} from 'n8n-workflow';
import { InputError } from '@datagym/shared/errors';
import { follow, isWholeItem, pathOf, type Path } from './plainReference';

/** The input items with the node's fields as they are for each. */
export function itemInputs(n8n: IExecuteFunctions): readonly ItemInput[] {
	const saved = new SavedParameters(n8n.getNode().parameters);
	return n8n.getInputData().map((data, index) => new ItemInput(n8n, index, data, saved));
}

/** The node's parameters as the workflow has them. */
class SavedParameters {
	private readonly paths = new Map<string, Path | undefined>();

	constructor(private readonly parameters: INodeParameters) {}

	/** Of a parameter that only names a field of the item. */
	pathOf(field: string): Path | undefined {
		if (!this.paths.has(field)) this.paths.set(field, pathOf(this.parameters[field]));
		return this.paths.get(field);
	}

	isWholeItem(field: string): boolean {
		return isWholeItem(this.parameters[field]);
	}
}

/** One input item and the node's fields as they are for it. Each reader says the field's name when the value is wrong. */
export class ItemInput {
	constructor(
		private readonly n8n: IExecuteFunctions,
		readonly index: number,
		readonly data: INodeExecutionData,
		private readonly saved: SavedParameters,
	) {}

	text(field: string): string {
		const value = this.referenced(field) ?? this.n8n.getNodeParameter(field, this.index, '');
		return typeof value === 'string' ? value.trim() : String(value ?? '');
	}

	requiredText(field: string, label: string): string {
		const text = this.text(field);
		if (text === '')
			throw new InputError(`“${label}” is empty`, `Enter a value for “${label}”, or check the expression in it.`);
		return text;
	}

	/** The ID in a resource locator, chosen from the list or typed in. */
	id(field: string, label: string): string {
		const value = this.referenced(field) ?? this.n8n.getNodeParameter(field, this.index, '', { extractValue: true });
		const id = typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '';
		if (id === '')
			throw new InputError(`“${label}” is empty`, `Choose a ${label.toLowerCase()} from the list, or enter its ID.`);
		if (/[\s/\\?#%]/.test(id)) {
			throw new InputError(
				`“${label}” is no ID: ${id.slice(0, 80)}`,
				`A DataGym ID looks like 7444ab91-0c3f-4c0e-9d3a-2f1f6a1b2c3d. Choose the ${label.toLowerCase()} from the list to be sure.`,
			);
		}
		return id;
	}

	flag(field: string): boolean {
		return this.n8n.getNodeParameter(field, this.index, false) === true;
	}

	number(field: string, whenMissing: number): number {
		const value = Number(this.n8n.getNodeParameter(field, this.index, whenMissing));
		return Number.isFinite(value) ? value : whenMissing;
	}

	list(field: string): readonly string[] {
		return listOf(this.n8n.getNodeParameter(field, this.index, []));
	}

	/** A JSON field, typed in or from an expression that gives an object. */
	json(field: string, label: string): unknown {
		const value = this.saved.isWholeItem(field)
			? this.data.json
			: parsedJson(this.n8n.getNodeParameter(field, this.index, ''), label);
		if (value === undefined)
			throw new InputError(`“${label}” is empty`, `Enter JSON into “${label}”, or check the expression in it.`);
		return value;
	}

	/** A JSON field among the options; undefined if it is empty. */
	jsonOption(name: string, label: string): unknown {
		return parsedJson(this.option(name), label);
	}

	/** A fixed collection of several values, such as the rows of a form. */
	rows(field: string): readonly IDataObject[] {
		const value = this.n8n.getNodeParameter(field, this.index, []);
		return Array.isArray(value) ? value.filter(isObject) : [];
	}

	private referenced(field: string): NodeParameterValueType | undefined {
		const path = this.saved.pathOf(field);
		return path === undefined ? undefined : follow(this.data.json, path);
	}

	option(name: string): unknown {
		const options = this.n8n.getNodeParameter('options', this.index, {});
		return isObject(options) ? options[name] : undefined;
	}

	optionList(name: string): readonly string[] {
		return listOf(this.option(name));
	}
}

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

function parsedJson(value: unknown, label: string): unknown {
	if (typeof value !== 'string') return value ?? undefined;
	if (value.trim() === '') return undefined;
	const parsed = parseJson(value);
	if ('problem' in parsed) throw new InputError(`“${label}” is not valid JSON`, parsed.problem);
	return parsed.value;
}

function parseJson(text: string): { value: unknown } | { problem: string } {
	try {
		return { value: JSON.parse(text) };
	} catch (error) {
		const reason = error instanceof Error ? error.message : 'It cannot be parsed';
		return { problem: `${reason}. Keys and texts need double quotes, and the last entry takes no comma.` };
	}
}
