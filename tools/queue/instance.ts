import type { IWorkflowSettings } from 'n8n-workflow';
import { N8nClient } from '../n8n/client';
import type { WorkflowFile } from '@datagym/test/support/n8n/engine';
import type { Fixture } from './fixture';
import { archive, batch, compare, CREDENTIAL_TYPE, onError, photographs, watch } from './workflows';
import { pause, until } from '../processes';

/** For what comes after the last request of the first poll. */
const FIRST_LOOK = 3_000;

interface Entity {
	id: string;
	versionId: string;
}

/** The new n8n with its owner, the credential and active workflows. */
export class Instance {
	private constructor(
		private readonly client: N8nClient,
		readonly photographsId: string,
		readonly watchId: string,
	) {}

	static async setUp(url: string, fixture: Fixture): Promise<Instance> {
		const client = await N8nClient.signIn(url);
		const data = { baseUrl: fixture.emulator.url, token: fixture.emulator.token };
		const { id: credentialId } = await client.post<Entity>('/rest/credentials', {
			name: 'Emulator',
			type: CREDENTIAL_TYPE,
			data,
		});
		const ids = {
			datasetId: fixture.dataset.id,
			projectId: fixture.project.id,
			watchedProjectId: fixture.watchedProject.id,
		};
		const places = { credentialId, receiver: fixture.receiver.url, ...ids };
		const errorWorkflow = await addActive(client, 'On error', onError(places));
		const photographsId = await addActive(client, 'Photographs', photographs(places), { errorWorkflow });
		await addActive(client, 'Archive', archive(places));
		await addActive(client, 'Compare', compare(places));
		await addActive(client, 'Batch', batch(places), { errorWorkflow });
		const watchId = await addActive(client, 'Watch', watch(places), { errorWorkflow });
		// n8n says that the workflow is active before the trigger has had its first look, after which everything is new.
		await until(
			'the trigger has looked at the lists of finished images',
			30_000,
			() => fixture.emulator.count('GET /api/v1/task/:projectId/list') >= 2,
		);
		await pause(FIRST_LOOK);
		return new Instance(client, photographsId, watchId);
	}

	/** “Retry” in the list of executions; returns what became of it. */
	async retry(executionId: string): Promise<string> {
		const { status } = await this.client.post<{ status: string }>(`/rest/executions/${executionId}/retry`, {
			loadWorkflow: false,
		});
		return status;
	}
}

async function addActive(
	client: N8nClient,
	name: string,
	workflow: WorkflowFile,
	settings: IWorkflowSettings = {},
): Promise<string> {
	const { id, versionId } = await client.post<Entity>('/rest/workflows', { name, settings, ...workflow });
	await client.post(`/rest/workflows/${id}/activate`, { versionId });
	return id;
}
