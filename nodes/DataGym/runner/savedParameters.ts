import { isResourceLocatorValue, type INodeParameters } from 'n8n-workflow';
import { hasExpression, isWholeItem, pathOf, type Path } from './plainReference';

/** The node's parameters as the workflow has them. */
export class SavedParameters {
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

/** Evaluates once what is asked for several times: n8n takes up to two milliseconds for an expression. */
export function keep<Value>(values: Map<string, Value>, name: string, evaluate: () => Value): Value {
	const known = values.get(name);
	if (known !== undefined || values.has(name)) return known as Value;
	const value = evaluate();
	values.set(name, value);
	return value;
}
