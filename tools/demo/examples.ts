import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AssignmentCollectionValue, INode } from 'n8n-workflow';
import type { WorkflowFile } from '@datagym/test/support/n8n/engine';
import { ROOT } from '../sample/sample';
import type { SavedCredential } from './credentials';
import type { N8nClient } from './n8nClient';

const EXAMPLES = join(ROOT, 'examples');

export interface Example {
	/** Of its file, without the extension. */
	name: string;
	workflow: WorkflowFile;
}

/** All example workflows, by the names of their files. */
export async function readExamples(): Promise<Example[]> {
	const files = (await readdir(EXAMPLES)).filter((file) => file.endsWith('.json')).sort();
	return await Promise.all(
		files.map(async (file) => ({
			name: file.replace(/\.json$/, ''),
			workflow: JSON.parse(await readFile(join(EXAMPLES, file), 'utf8')) as WorkflowFile,
		})),
	);
}

/** What the examples leave open, because it differs from place to place. */
export interface Surroundings {
	projectId: string;
	/** Values for the example's Settings node, by their names. */
	settings: Readonly<Record<string, string>>;
	credentials: readonly SavedCredential[];
}

/** The example, ready to be run: with a project, settings and credentials that exist. */
export function fillIn({ workflow }: Example, { projectId, settings, credentials }: Surroundings): WorkflowFile {
	const values = new Map(Object.entries({ ...settings, projectId }));
	const nodes = workflow.nodes.map((node) =>
		withSettings(withProject(withCredentials(node, credentials), projectId), values),
	);
	return { ...workflow, nodes };
}

function withCredentials(node: INode, saved: readonly SavedCredential[]): INode {
	const chosen = Object.keys(node.credentials ?? {}).flatMap((type) => {
		const found = saved.find((credential) => credential.type === type);
		return found ? [[type, { id: found.id, name: found.name }] as const] : [];
	});
	return chosen.length === 0 ? node : { ...node, credentials: { ...node.credentials, ...Object.fromEntries(chosen) } };
}

/** A trigger names its projects itself: no node comes before it. */
function withProject(node: INode, projectId: string): INode {
	return node.type.endsWith('.dataGymTrigger')
		? { ...node, parameters: { ...node.parameters, projectIds: [projectId] } }
		: node;
}

function withSettings(node: INode, values: ReadonlyMap<string, string>): INode {
	if (node.name !== 'Settings') return node;
	const { assignments } = node.parameters.assignments as AssignmentCollectionValue;
	const filled = assignments.map((assignment) => ({
		...assignment,
		value: values.get(assignment.name) ?? assignment.value,
	}));
	return { ...node, parameters: { ...node.parameters, assignments: { assignments: filled } } };
}

/** Imports those that n8n does not have yet: what somebody has changed there stays. */
export async function importMissing(n8n: N8nClient, workflows: readonly WorkflowFile[]): Promise<void> {
	const known = new Set((await n8n.get<Array<{ id: string }>>('/rest/workflows')).map(({ id }) => id));
	for (const workflow of workflows) if (!known.has(workflow.id ?? '')) await n8n.post('/rest/workflows', workflow);
}
