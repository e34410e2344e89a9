import { dirname } from 'node:path';
import {
	LazyPackageDirectoryLoader,
	PackageDirectoryLoader,
	UnrecognizedCredentialTypeError,
	UnrecognizedNodeTypeError,
} from 'n8n-core';
import { NodeHelpers } from 'n8n-workflow';
import type { ICredentialType, IDataObject, INodeType, INodeTypes, IVersionedNodeType } from 'n8n-workflow';

/** n8n's own 443 nodes, of which only those are loaded that a workflow names: their list is read from n8n's index of them. */
class NodesBaseLoader extends PackageDirectoryLoader {
	constructor() {
		super(dirname(require.resolve('n8n-nodes-base/package.json')));
	}

	override async loadAll(): Promise<void> {
		this.isLazyLoaded = true;
		this.known.nodes = await this.readJSON('dist/known/nodes.json');
		this.known.credentials = await this.readJSON('dist/known/credentials.json');
	}
}

/** The variant of a node for AI agents, as far as the node notices: n8n derives it, and calls it by the node's name and this ending. */
function asTool(type: INodeType | IVersionedNodeType): INodeType | IVersionedNodeType {
	const { description } = type;
	return Object.create(type, {
		description: { value: { ...description, name: `${description.name}Tool` } },
	}) as INodeType | IVersionedNodeType;
}

/** The node and credential types of n8n's own package and of community packages in folders, loaded as n8n loads them. */
export class InstalledPackages implements INodeTypes {
	private constructor(private readonly loaders: PackageDirectoryLoader[]) {}

	/** @param folders Each with a package.json whose `n8n` block names the built files. */
	static async load(folders: string[]): Promise<InstalledPackages> {
		const loaders = [new NodesBaseLoader(), ...folders.map((folder) => new LazyPackageDirectoryLoader(folder))];
		for (const loader of loaders) await loader.loadAll();
		return new InstalledPackages(loaders);
	}

	/** @param fullName `<package>.<node>`, as workflows write it. */
	getByName(fullName: string): INodeType | IVersionedNodeType {
		const [packageName = '', nodeName = ''] = fullName.split(/\.(.*)/);
		const loader = this.loaders.find((candidate) => candidate.packageName === packageName);
		if (!loader) throw new UnrecognizedNodeTypeError(packageName, nodeName);
		const base = nodeName.replace(/Tool$/, '');
		return base === nodeName || nodeName in loader.known.nodes
			? loader.getNode(nodeName).type
			: asTool(loader.getNode(base).type);
	}

	getByNameAndVersion(fullName: string, version?: number): INodeType {
		return NodeHelpers.getVersionedNodeType(this.getByName(fullName), version);
	}

	getKnownTypes(): IDataObject {
		return Object.assign(
			{},
			...this.loaders.map(({ packageName, known }) =>
				Object.fromEntries(Object.entries(known.nodes).map(([name, node]) => [`${packageName}.${name}`, node])),
			),
		);
	}

	getCredentialType(name: string): ICredentialType {
		return this.loaderOfCredential(name).getCredential(name).type;
	}

	/** All ancestors of a credential type, as n8n's `extends` names them. */
	getParentTypes(name: string): string[] {
		const parents = this.loaderOfCredential(name).known.credentials[name]?.extends ?? [];
		return parents.flatMap((parent) => [parent, ...this.getParentTypes(parent)]);
	}

	/** Full names of the nodes that use a credential type. */
	getSupportedNodes(name: string): string[] {
		const { packageName, known } = this.loaderOfCredential(name);
		return (known.credentials[name]?.supportedNodes ?? []).map((node) => `${packageName}.${node}`);
	}

	private loaderOfCredential(name: string): PackageDirectoryLoader {
		const loader = this.loaders.find(({ known }) => name in known.credentials);
		if (!loader) throw new UnrecognizedCredentialTypeError(name);
		return loader;
	}
}
