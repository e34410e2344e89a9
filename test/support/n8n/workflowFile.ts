import type { IConnections, IDataObject, INode, IPinData, IWorkflowBase, IWorkflowSettings } from 'n8n-workflow';
import { Workflow } from 'n8n-workflow';
import type { SavedCredential } from './credentialStore';
import type { InstalledPackages } from './installedPackages';

/** A workflow as the editor exports it. */
export interface WorkflowFile {
	id?: string;
	name?: string;
	description?: string;
	nodes: INode[];
	connections: IConnections;
	settings?: IWorkflowSettings;
	staticData?: IDataObject;
	pinData?: IPinData;
}

/** A workflow as n8n's database holds it: a copy, so that a run cannot change the caller's object. */
export function toSavedWorkflow(
	file: WorkflowFile,
	credentials: SavedCredential[],
	packages: InstalledPackages,
): IWorkflowBase {
	const copy = JSON.parse(JSON.stringify(file)) as WorkflowFile;
	for (const node of copy.nodes) attachCredentials(node, credentials, packages);
	const now = new Date();
	return {
		id: 'workflow',
		name: 'Workflow',
		...copy,
		active: false,
		isArchived: false,
		activeVersionId: null,
		createdAt: now,
		updatedAt: now,
		settings: { executionOrder: 'v1', ...copy.settings },
	};
}

export function toWorkflow(saved: IWorkflowBase, packages: InstalledPackages): Workflow {
	return new Workflow({ ...saved, nodeTypes: packages });
}

/** Gives a node the credentials of the types that it takes, in place of those of the instance that the workflow came from. */
function attachCredentials(node: INode, credentials: SavedCredential[], packages: InstalledPackages): void {
	const { description } = packages.getByNameAndVersion(node.type, node.typeVersion);
	const taken = new Set((description.credentials ?? []).map(({ name }) => name));
	const chosen = [node.parameters.nodeCredentialType, node.parameters.genericAuthType];
	for (const { id, name, type } of credentials) {
		if (taken.has(type) || chosen.includes(type)) node.credentials = { ...node.credentials, [type]: { id, name } };
	}
}
