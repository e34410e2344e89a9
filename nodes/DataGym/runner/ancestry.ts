import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

/** The items that input items were made from, which n8n links to each other, through loops and branches, too. */
export class Ancestry {
	private nodes: readonly string[] | undefined;

	constructor(private readonly n8n: IExecuteFunctions) {}

	/** Of the nearest node first; those that n8n knows no single item of are left out. */
	of(itemIndex: number): readonly INodeExecutionData[] {
		this.nodes ??= nodesBefore(this.n8n);
		if (this.nodes.length === 0) return [];
		const { $ } = this.n8n.getWorkflowDataProxy(itemIndex) as { readonly $: NodeData };
		return this.nodes.flatMap((name) => itemOf($, name) ?? []);
	}
}

/** n8n's `$('Node')`: with `true`, its item is whole, with its files, in every binary mode. */
type NodeData = (name: string, isWhole: true) => { readonly item: INodeExecutionData };

/** Nodes by their distance, the nearest first. */
function nodesBefore(n8n: IExecuteFunctions): readonly string[] {
	const own = n8n.getNode().name;
	const names = new Set([own]);
	for (const name of names) for (const parent of n8n.getParentNodes(name, { depth: 1 })) names.add(parent.name);
	names.delete(own);
	return [...names];
}

/** n8n throws where an item has no single ancestor in a node: one behind Aggregate, or a node that has not run. */
function itemOf($: NodeData, name: string): INodeExecutionData | undefined {
	try {
		return $(name, true).item;
	} catch {
		return undefined;
	}
}
