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
	private path: Path | undefined;
	private readonly known = new Map<string, readonly Found[]>();

	constructor(private readonly n8n: IExecuteFunctions) {}

	of(itemIndex: number): Origins {
		this.path ??= pathBefore(this.n8n);
		const found = this.from(this.path, 0, itemIndex, true);
		const single = found.flatMap(({ node, item }) => (item === SEVERAL ? [] : [{ node, item }]));
		const items = single.map(({ item }) => item);
		const mixed = new Map(found.flatMap(({ node, item }) => (item === SEVERAL ? [[node.name, node]] : [])));
		if (mixed.size === 0) return { items, ofParts: [] };
		const before = single.flatMap(({ node: { parents }, item }) => {
			const parent = parents.length === 1 ? mixed.get(parents[0] ?? '') : undefined;
			return parent === undefined ? [] : pairedItemOf(parent, item);
		});
		return { items, ofParts: [...items, ...before] };
	}

	/**
	 * Those of the nodes from a step on. What was made from the same item has the same further ones: behind Aggregate and Split Out, n8n
	 * goes through all items for each of them.
	 *
	 * @param isOneRun whether all items so far came from the same run of each node, which n8n says where a loop joins several.
	 */
	private from(path: Path, step: number, itemIndex: number, isOneRun: boolean): readonly Found[] {
		const node = path.nodes[step];
		if (node === undefined) return [];
		const item = itemBy(node, itemIndex);
		const origin = step < path.lone && item !== SEVERAL ? originOf(item) : undefined;
		const isStillOneRun = isOneRun && origin?.isOverwritten === false;
		const findFurther = () => this.from(path, step + 1, itemIndex, isStillOneRun);
		const further =
			isStillOneRun && origin.place !== undefined ? this.once(`${step} ${origin.place}`, findFurther) : findFurther();
		return item === undefined ? further : [{ node, item }, ...further];
	}

	private once(key: string, find: () => readonly Found[]): readonly Found[] {
		const known = this.known.get(key);
		if (known !== undefined) return known;
		const found = find();
		this.known.set(key, found);
		return found;
	}
}

const SEVERAL = 'several';

/** What n8n knows of an input item in an earlier node. */
interface Found {
	readonly node: NodeBefore;
	readonly item: INodeExecutionData | typeof SEVERAL;
}

/** The nodes before this one. */
interface Path {
	/** The nearest first. */
	readonly nodes: readonly NodeBefore[];
	/** How many of them have one node alone before them, so that all that are further away are before it. */
	readonly lone: number;
}

interface NodeBefore {
	readonly name: string;
	/** Names of the nodes right before it. */
	readonly parents: readonly string[];
	/** Undefined for a node that has not run. */
	readonly data: NodeData | undefined;
}

/** n8n's `$('Node')`. */
interface NodeData {
	/** The item that an input item was made from. n8n throws if there is no single one, as behind Aggregate. */
	readonly itemMatching: (itemIndex: number) => INodeExecutionData | undefined;
	readonly all: () => readonly INodeExecutionData[];
}

/** With `true`, its items are whole, with their files, in every binary mode. */
type NodeDataOf = (name: string, isWhole: true) => NodeData;

function pathBefore(n8n: IExecuteFunctions): Path {
	const own = n8n.getNode().name;
	const parents = new Map<string, readonly string[]>();
	const names = new Set([own]);
	for (const name of names) {
		const before = n8n.getParentNodes(name, { depth: 1 }).map((parent) => parent.name);
		parents.set(name, before);
		for (const parent of before) names.add(parent);
	}
	names.delete(own);
	const all = [...names];
	const isLone = (name: string) => parents.get(name)?.length === 1;
	const forked = isLone(own) ? all.findIndex((name) => !isLone(name)) : 0;
	if (all.length === 0) return { nodes: [], lone: 0 };
	// One for all items: n8n takes longer to make it than to find an item by it.
	const { $ } = n8n.getWorkflowDataProxy(0) as { readonly $: NodeDataOf };
	const nodes = all.map((name) => ({ name, parents: parents.get(name) ?? [], data: dataOf($, name) }));
	return { nodes, lone: forked < 0 ? nodes.length : forked };
}

/** n8n throws for a node that has not run. */
function dataOf($: NodeDataOf, name: string): NodeData | undefined {
	try {
		return $(name, true);
	} catch {
		return undefined;
	}
}

function itemBy({ data }: NodeBefore, itemIndex: number): Found['item'] | undefined {
	try {
		return data?.itemMatching(itemIndex);
	} catch (error) {
		return isAboutSeveral(error) ? SEVERAL : undefined;
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

/** Where an item came from: `place` is that of the single item, as a text; undefined if there are several or none. */
interface Origin {
	readonly place: string | undefined;
	/** Whether n8n names another run than that of the item's own node. */
	readonly isOverwritten: boolean;
}

function originOf(item: INodeExecutionData | undefined): Origin | undefined {
	if (item?.pairedItem === undefined) return undefined;
	const places = placesOf(item);
	const [only, ...others] = places;
	return {
		place: only === undefined || others.length > 0 ? undefined : `${only.input ?? 0} ${only.item}`,
		isOverwritten: places.some(({ sourceOverwrite }) => sourceOverwrite !== undefined),
	};
}

/** The one item of a node that an item of the next node was made from. */
function pairedItemOf({ data }: NodeBefore, made: INodeExecutionData): INodeExecutionData[] {
	const [place, ...others] = placesOf(made);
	const item = place === undefined || others.length > 0 ? undefined : data?.all()[place.item];
	return item === undefined ? [] : [item];
}

function placesOf({ pairedItem = [] }: INodeExecutionData) {
	return (Array.isArray(pairedItem) ? pairedItem : [pairedItem]).map((each) =>
		typeof each === 'number' ? { item: each, input: undefined, sourceOverwrite: undefined } : each,
	);
}
