import { readFile } from 'node:fs/promises';
import type { ICredentialDataDecryptedObject, INodeParameters } from 'n8n-workflow';
import { startEngine } from '../../support/n8n/engine';
import { chain, manualTrigger, node } from '../../support/workflow';

/** An import that a process of its own does, so that it can be killed. */
export interface ImportOrder {
	readonly credential: ICredentialDataDecryptedObject;
	readonly archive: string;
	readonly parameters: INodeParameters;
}

async function work({ credential, archive, parameters }: ImportOrder): Promise<void> {
	const engine = await startEngine();
	const saved = await engine.saveCredential('dataGymApi', credential);
	const file = { bytes: await readFile(archive), fileName: 'dataset.zip', mimeType: 'application/zip' };
	const input = [{ json: {}, binary: { data: await engine.storeBinary(file) } }];
	const dataGym = node('DataGym', 'n8n-nodes-datagym.dataGym', {
		resource: 'dataset',
		operation: 'import',
		...parameters,
	});
	const run = await engine.runWorkflow(chain(manualTrigger, dataGym), { credentials: [saved], input });
	await engine.stop();
	if (run.error) throw new Error(run.error.message);
}

// A test that fails leaves nobody behind.
process.once('disconnect', () => process.exit());
process.once('message', (order: ImportOrder) => {
	void work(order)
		.then(() => 'done', String)
		.then((answer) => process.send?.(answer, () => process.exit()));
});
