import { readFile, readdir } from 'node:fs/promises';
import type { AssignmentCollectionValue, INode } from 'n8n-workflow';
import type { N8nClient, SavedCredential } from '../n8n/client';
import { join } from 'node:path';
import type { WorkflowFile } from '@datagym/test/support/n8n/engine';
import { EXAMPLES_FOLDER } from '../paths';

export interface Example {
	/** Of its file, without the extension. */
	name: string;
	workflow: WorkflowFile;
}

/** All example workflows, by the names of their files. */
export async function readExamples(): Promise<Example[]> {
	const files = (await readdir(EXAMPLES_FOLDER)).filter((file) => file.endsWith('.json')).sort();
	return await Promise.all(
		files.map(async (file) => ({
			name: file.replace(/\.json$/, ''),
			workflow: JSON.parse(await readFile(join(EXAMPLES_FOLDER, file), 'utf8')) as WorkflowFile,
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

/** The example workflows: the names of their files without the extension. */
export const EXAMPLES = [
	'active-learning',
	'agent-with-datagym',
	'labels-to-spreadsheet',
	'labels-to-training',
	'links-to-dataset',
	'nightly-archive-to-storage',
	'photographs-to-labels',
	'quality-report-by-mail',
	'storage-to-dataset',
	'whole-project',
] as const;

export type ExampleName = (typeof EXAMPLES)[number];

type Settings = Readonly<Record<string, string | number>>;

/**
 * An example with other values in its Settings node. A `projectId` is also chosen in its DataGym Trigger, if there is one.
 * @throws Error for a setting that the example does not have.
 */
export async function readExample(name: ExampleName, settings: Settings = {}): Promise<WorkflowFile> {
	const workflow = JSON.parse(await readFile(join(EXAMPLES_FOLDER, `${name}.json`), 'utf8')) as WorkflowFile;
	const triggers = workflow.nodes.filter(({ type }) => type === 'n8n-nodes-datagym.dataGymTrigger');
	for (const [key, value] of Object.entries(settings)) {
		const isChosen = key === 'projectId' && triggers.length > 0;
		if (isChosen) for (const { parameters } of triggers) parameters.projectIds = [value];
		const isSet = setSetting(workflow, key, value);
		if (!isSet && !isChosen) throw new Error(`The example ${name} has no setting ${key}.`);
	}
	return workflow;
}

/** Changes a value in the example's Settings node; says whether there is one of this name. */
export function setSetting(workflow: WorkflowFile, name: string, value: string | number): boolean {
	const assignment = assignmentsOf(workflow).find((each) => each.name === name);
	if (assignment !== undefined) assignment.value = value;
	return assignment !== undefined;
}

/** The part behind the example's other triggers: n8n leaves a manual trigger alone when it switches a workflow on, this repository's engine does not. */
export function withoutStart(workflow: WorkflowFile): WorkflowFile {
	return {
		...workflow,
		nodes: workflow.nodes.map((node) => (node.name === 'Start' ? { ...node, disabled: true } : node)),
	};
}

interface Assignment {
	name: string;
	value: unknown;
}

function assignmentsOf(workflow: WorkflowFile): Assignment[] {
	const parameters = workflow.nodes.find(({ name }) => name === 'Settings')?.parameters as
		| { assignments?: { assignments: Assignment[] } }
		| undefined;
	return parameters?.assignments?.assignments ?? [];
}
