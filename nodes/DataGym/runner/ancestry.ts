import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

/** The items that an input item was made from. */
export interface Origins {
	/** Of the nearest node first; those that n8n knows no single item of are left out. */
	readonly items: readonly INodeExecutionData[];
	/**
	 * Empty for most. Where n8n knows several items of a node, as behind a Merge that puts items of different origins together: all
	 * items that a part of the item was made from.
	 */
	readonly ofParts: readonly INodeExecutionData[];
}

/** The items that input items were made from, which n8n links to each other, through loops and branches, too. */
export class Ancestry {
	private nodes: readonly string[] | undefined;

	constructor(private readonly n8n: IExecuteFunctions) {}

	of(itemIndex: number): Origins {
		this.nodes ??= nodesBefore(this.n8n);
		if (this.nodes.length === 0) return { items: [], ofParts: [] };
		const { $ } = this.n8n.getWorkflowDataProxy(itemIndex) as { readonly $: NodeData };
		const found = new Map(this.nodes.map((name) => [name, itemOf($, name)] as const));
		const known = [...found].flatMap(([name, item]) => (typeof item === 'object' ? [{ name, item }] : []));
		const items = known.map(({ item }) => item);
		if (![...found.values()].includes('several')) return { items, ofParts: [] };
		const before = known.flatMap(({ name, item }) => {
			const [parent, ...others] = this.n8n.getParentNodes(name, { depth: 1 });
			const isMixed = parent !== undefined && others.length === 0 && found.get(parent.name) === 'several';
			return isMixed ? pairedItemOf($, parent.name, item) : [];
		});
		return { items, ofParts: [...items, ...before] };
	}
}

/** n8n's `$('Node')`: with `true`, its item is whole, with its files, in every binary mode. */
type NodeData = (
	name: string,
	isWhole: true,
) => { readonly item: INodeExecutionData; readonly all: () => readonly INodeExecutionData[] };

/** Nodes by their distance, the nearest first. */
function nodesBefore(n8n: IExecuteFunctions): readonly string[] {
	const own = n8n.getNode().name;
	const names = new Set([own]);
	for (const name of names) for (const parent of n8n.getParentNodes(name, { depth: 1 })) names.add(parent.name);
	names.delete(own);
	return [...names];
}

/** n8n throws where an item has no single ancestor in a node: one behind Aggregate, or a node that has not run. */
function itemOf($: NodeData, name: string): INodeExecutionData | 'several' | undefined {
	try {
		return $(name, true).item;
	} catch (error) {
		return isAboutSeveral(error) ? 'several' : undefined;
	}
}

function isAboutSeveral(error: unknown): boolean {
	if (!(error instanceof Error) || !('context' in error)) return false;
	const { context } = error;
	return (
		typeof context === 'object' &&
		context !== null &&
		'type' in context &&
		context.type === 'paired_item_multiple_matches'
	);
}

/** The one item of a node that an item of the next node was made from. */
function pairedItemOf($: NodeData, name: string, { pairedItem }: INodeExecutionData): INodeExecutionData[] {
	const [paired, ...others] = Array.isArray(pairedItem) ? pairedItem : [pairedItem];
	const index = typeof paired === 'object' ? paired.item : paired;
	const item = index === undefined || others.length > 0 ? undefined : $(name, true).all()[index];
	return item === undefined ? [] : [item];
}
