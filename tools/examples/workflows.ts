import { readFile } from 'node:fs/promises';
import type { AssignmentCollectionValue, INode, NodeParameterValueType } from 'n8n-workflow';
import type { N8nClient, SavedCredential } from '../n8n/client';
import type { DataTable } from '../n8n/dataTables';
import { join } from 'node:path';
import type { WorkflowFile } from '@datagym/test/support/n8n/engine';
import { EXAMPLES_FOLDER } from '../paths';

export interface Example {
	/** Of its file, without the extension. */
	name: ExampleName;
	workflow: WorkflowFile;
}

/** All example workflows, by the names of their files. */
export async function readExamples(): Promise<Example[]> {
	return await Promise.all(EXAMPLES.map(async (name) => ({ name, workflow: await readExample(name) })));
}

/** What the examples leave open, because it differs from place to place. */
export interface Surroundings {
	/** Left out, the examples leave it open. */
	projectId?: string | undefined;
	/** Values for the example's Settings node, by their names. */
	settings: Readonly<Record<string, string>>;
	credentials: readonly SavedCredential[];
	/** For Evaluation Triggers. */
	dataTable?: DataTable | undefined;
}

/** The example, ready to be run: with a project, settings and credentials that exist. */
export function fillIn({ workflow }: Example, surroundings: Surroundings): WorkflowFile {
	const { projectId, settings, credentials, dataTable } = surroundings;
	const values = new Map(Object.entries(projectId === undefined ? settings : { ...settings, projectId }));
	const nodes = workflow.nodes.map((node) => {
		const filled = withDataTable(withSettings(withCredentials(node, credentials), values), dataTable);
		const placed = Object.entries(settings).reduce((each, [key, value]) => choose(each, key, value), filled);
		return projectId === undefined ? placed : withProject(placed, projectId);
	});
	return { ...workflow, nodes };
}

function withCredentials(node: INode, saved: readonly SavedCredential[]): INode {
	const chosen = Object.keys(node.credentials ?? {}).flatMap((type) => {
		const found = saved.find((credential) => credential.type === type);
		return found ? [[type, { id: found.id, name: found.name }] as const] : [];
	});
	return chosen.length === 0 ? node : { ...node, credentials: { ...node.credentials, ...Object.fromEntries(chosen) } };
}

/** Chooses the project where the example leaves that to a list: in a trigger, and in a picker that is empty. */
function withProject(node: INode, projectId: string): INode {
	const chosen = { __rl: true, mode: 'id', value: projectId };
	const open = ['projectId', 'connectTo'].filter((name) => isLeftOpen(node.parameters[name]));
	const choice = node.type.endsWith('.dataGymTrigger')
		? { projectIds: [projectId] }
		: open.length > 0 && Object.fromEntries(open.map((name) => [name, chosen]));
	return choice ? { ...node, parameters: { ...node.parameters, ...choice } } : node;
}

/** Folders that short examples read and write, as they stand in the files; others have them in a Settings node. */
const FOLDERS = {
	photoFolder: { parameter: 'fileSelector', written: '/photos/' },
	outputFolder: { parameter: 'fileName', written: '=/home/node/.n8n-files/' },
} as const;

function withFolder(node: INode, name: keyof typeof FOLDERS, folder: string): INode {
	const { parameter, written } = FOLDERS[name];
	const path = node.parameters[parameter];
	if (typeof path !== 'string' || !path.startsWith(written)) return node;
	const changed = `${written.startsWith('=') ? '=' : ''}${folder}/${path.slice(written.length)}`;
	return { ...node, parameters: { ...node.parameters, [parameter]: changed } };
}

function withDataTable(node: INode, dataTable: DataTable | undefined): INode {
	if (dataTable === undefined || !node.type.endsWith('.evaluationTrigger')) return node;
	const dataTableId = { __rl: true, mode: 'list', value: dataTable.id, cachedResultName: dataTable.name };
	return { ...node, parameters: { ...node.parameters, dataTableId } };
}

function isLeftOpen(locator: NodeParameterValueType | undefined): boolean {
	return typeof locator === 'object' && locator !== null && 'value' in locator && locator.value === '';
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
	'dataset-versions',
	'first-labels',
	'import-dataset',
	'labels-to-spreadsheet',
	'labels-to-training',
	'links-to-dataset',
	'model-evaluation',
	'nightly-archive-to-storage',
	'nightly-quality-gate',
	'publish-to-hub',
	'quality-report-by-mail',
	'second-opinion',
	'segment-anything',
	'storage-to-dataset',
	'vision-language-model',
	'whole-project',
] as const;

export type ExampleName = (typeof EXAMPLES)[number];

type Settings = Readonly<Record<string, string | number>>;

/**
 * An example with other values in its Settings node. A `projectId` is also chosen in a DataGym Trigger, and in a picker that is empty.
 * @throws Error for a setting that the example does not have.
 */
export async function readExample(name: ExampleName, settings: Settings = {}): Promise<WorkflowFile> {
	const workflow = JSON.parse(await readFile(join(EXAMPLES_FOLDER, `${name}.json`), 'utf8')) as WorkflowFile;
	for (const [key, value] of Object.entries(settings)) {
		const chosen = workflow.nodes.map((node) => choose(node, key, String(value)));
		const isChosen = chosen.some((node, index) => node !== workflow.nodes[index]);
		workflow.nodes = chosen;
		const isSet = setSetting(workflow, key, value);
		if (!isSet && !isChosen) throw new Error(`The example ${name} has no setting ${key}.`);
	}
	return workflow;
}

/** Where an example has no setting for it. */
function choose(node: INode, key: string, value: string): INode {
	if (key === 'projectId') return withProject(node, value);
	return key === 'photoFolder' || key === 'outputFolder' ? withFolder(node, key, value) : node;
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
