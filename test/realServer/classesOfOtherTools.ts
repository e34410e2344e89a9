import assert from 'node:assert/strict';
import { httpClient } from '../support/httpClient';
import { SOURCES } from '../labels/classSources/fixtures';
import { byId, chain, manualTrigger, node } from '../support/workflow';
import type { RealServer } from './server';

/** Every configuration that *Label Configuration: Upload* makes of another tool's classes is taken, and stored as it was made. */
export async function takesClassesOfOtherTools({ url, organization, engine, credential }: RealServer): Promise<void> {
	const people = httpClient({ baseURL: url });
	for (const [index, [what, source, value]] of SOURCES.entries()) {
		// Projects are made by the API of the user interface, which the open core has open.
		const { data: project } = await people.request<{ id: string }>({
			method: 'POST',
			url: '/api/project',
			data: { name: `classes ${Date.now()} ${index}`, shortDescription: 'x', owner: organization, mediaType: 'IMAGE' },
		});
		const input =
			typeof value === 'string'
				? { inputMode: 'text', entriesText: value }
				: { inputMode: 'json', entriesJson: JSON.stringify(value) };
		const upload = node('DataGym', 'n8n-nodes-datagym.dataGym', {
			resource: 'labelConfig',
			operation: 'upload',
			projectId: byId(project.id),
			...input,
		});
		const run = await engine.runWorkflow(chain(manualTrigger, upload), { credentials: [credential] });
		const [item] = run.itemsOf('DataGym');
		assert.equal(run.error?.message, undefined, what);
		assert.equal(item?.json.classFormat, source, what);
		assert.equal(item?.json.warnings, undefined, what);
		console.log(`${what}: ${(item?.json.classes as object[]).length} classes and classifications`);
	}
}
