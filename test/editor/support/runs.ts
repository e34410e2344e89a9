import { N8nClient } from '@datagym/tools/n8n/client';
import type { Stage } from './stage';
import { until } from '@datagym/tools/processes';

interface SavedWorkflow {
	nodes: Array<{ name: string; type: string }>;
}

interface Execution {
	status: string;
	data: string;
}

const UNFINISHED = ['new', 'running', 'waiting', 'unknown'];
const PATIENCE = 90_000;

/** Runs a saved workflow from its first trigger, as the editor's button does, and returns how it ended, with what the editor then gets. */
export async function runWorkflow({ url }: Pick<Stage, 'url'>, id: string): Promise<Execution> {
	const n8n = await N8nClient.signIn(url);
	const workflowData = await n8n.get<SavedWorkflow>(`/rest/workflows/${id}`);
	const trigger = workflowData.nodes.find(({ type }) => /trigger$/i.test(type));
	const { executionId } = await n8n.post<{ executionId: string }>(`/rest/workflows/${id}/run`, {
		workflowData,
		triggerToStartFrom: { name: trigger?.name },
	});
	let execution: Execution | undefined;
	await until(`the end of the execution of ${id}`, PATIENCE, async () => {
		execution = await n8n.get<Execution>(`/rest/executions/${executionId}`);
		return !UNFINISHED.includes(execution.status);
	});
	return execution!;
}
