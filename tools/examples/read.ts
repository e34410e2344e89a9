import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowFile } from '@datagym/test/support/n8n/engine';

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
] as const;

export type ExampleName = (typeof EXAMPLES)[number];

type Settings = Readonly<Record<string, string | number>>;

/**
 * An example with other values in its Settings node. A `projectId` is also chosen in its DataGym Trigger, if there is one.
 * @throws Error for a setting that the example does not have.
 */
export async function readExample(name: ExampleName, settings: Settings = {}): Promise<WorkflowFile> {
	const workflow = JSON.parse(
		await readFile(join(__dirname, '..', '..', 'examples', `${name}.json`), 'utf8'),
	) as WorkflowFile;
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
