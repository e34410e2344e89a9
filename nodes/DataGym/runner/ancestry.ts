import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

/** The items that input items were made from, which n8n links to each other, through loops and branches, too. */
export class Ancestry {
	private path: Path | undefined;
	private readonly known = new Map<string, readonly INodeExecutionData[]>();

	constructor(private readonly n8n: IExecuteFunctions) {}

	/** Of the nearest node first; those that n8n knows no single item of are left out. */
	of(itemIndex: number): readonly INodeExecutionData[] {
		this.path ??= pathBefore(this.n8n);
		return this.from(this.path, 0, itemIndex, true);
	}

	/**
	 * Those of the nodes from a step on. What was made from the same item has the same further ones: behind Aggregate and Split Out, n8n
	 * goes through all items for each of them.
	 *
	 * @param isOneRun whether all items so far came from the same run of each node, which n8n says where a loop joins several.
	 */
	private from(path: Path, step: number, itemIndex: number, isOneRun: boolean): readonly INodeExecutionData[] {
		const find = path.finders[step];
		if (find === undefined) return [];
		const item = itemBy(find, itemIndex);
		const origin = step < path.lone ? originOf(item) : undefined;
		const isStillOneRun = isOneRun && origin?.isOverwritten === false;
		const findFurther = () => this.from(path, step + 1, itemIndex, isStillOneRun);
		const further =
			isStillOneRun && origin.place !== undefined ? this.once(`${step} ${origin.place}`, findFurther) : findFurther();
		return item === undefined ? further : [item, ...further];
	}

	private once(key: string, find: () => readonly INodeExecutionData[]): readonly INodeExecutionData[] {
		const known = this.known.get(key);
		if (known !== undefined) return known;
		const found = find();
		this.known.set(key, found);
		return found;
	}
}

/** The nodes before this one. */
interface Path {
	/** For each node, the nearest first. */
	readonly finders: readonly ItemFinder[];
	/** How many of them have one node alone before them, so that all that are further away are before it. */
	readonly lone: number;
}

/** The item of a node that an input item was made from. n8n throws if there is no single one, as behind Aggregate. */
type ItemFinder = (itemIndex: number) => INodeExecutionData | undefined;

/** n8n's `$('Node')`: with `true`, its item is whole, with its files, in every binary mode. */
type NodeData = (name: string, isWhole: true) => { readonly itemMatching: ItemFinder };

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
	const nodes = [...names];
	const isLone = (name: string) => parents.get(name)?.length === 1;
	const forked = isLone(own) ? nodes.findIndex((name) => !isLone(name)) : 0;
	if (nodes.length === 0) return { finders: [], lone: 0 };
	// One for all items: n8n takes longer to make it than to find an item by it.
	const { $ } = n8n.getWorkflowDataProxy(0) as { readonly $: NodeData };
	return { finders: nodes.map((name) => finderFor($, name)), lone: forked < 0 ? nodes.length : forked };
}

/** n8n throws for a node that has not run. */
function finderFor($: NodeData, name: string): ItemFinder {
	try {
		return $(name, true).itemMatching;
	} catch {
		return () => undefined;
	}
}

function itemBy(find: ItemFinder, itemIndex: number): INodeExecutionData | undefined {
	try {
		return find(itemIndex);
	} catch {
		return undefined;
	}
}

/** Where an item came from: `place` is that of the single item, as a text; undefined if there are several or none. */
interface Origin {
	readonly place: string | undefined;
	/** Whether n8n names another run than that of the item's own node. */
	readonly isOverwritten: boolean;
}

function originOf(item: INodeExecutionData | undefined): Origin | undefined {
	const paired = item?.pairedItem;
	if (paired === undefined) return undefined;
	const places = (Array.isArray(paired) ? paired : [paired]).map((each) =>
		typeof each === 'number' ? { item: each } : each,
	);
	const [only, ...others] = places;
	return {
		place: only === undefined || others.length > 0 ? undefined : `${only.input ?? 0} ${only.item}`,
		isOverwritten: places.some(({ sourceOverwrite }) => sourceOverwrite !== undefined),
	};
}
