import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { mapped } from '@datagym/shared/turns';
import { Ancestry, type Origins } from './ancestry';
import { isObject, Parameters } from './parameters';
import { follow, followToJson } from './plainReference';
import { keep, SavedParameters } from './savedParameters';

export type { ChoiceOf } from './parameters';

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
