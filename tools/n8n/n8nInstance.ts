import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ICredentialDataDecryptedObject, IRun } from 'n8n-workflow';
import type { SavedCredential, WorkflowFile } from '@datagym/test/support/n8n/engine';
import { run } from './n8nInstallation';
import { freePort } from './ports';

/** A whole n8n with a folder, database and key of its own, driven by its command line. */
export class N8nInstance {
	private constructor(
		private readonly entry: string,
		readonly folder: string,
		private readonly environment: NodeJS.ProcessEnv,
	) {}

	/**
	 * @param entry The file that starts n8n.
	 * @param environment Beside what keeps the instance apart from others on this machine.
	 */
	static async create(entry: string, environment: NodeJS.ProcessEnv): Promise<N8nInstance> {
		const folder = await mkdtemp(join(tmpdir(), 'real-n8n-'));
		return new N8nInstance(entry, folder, {
			PATH: process.env.PATH,
			HOME: process.env.HOME,
			N8N_USER_FOLDER: folder,
			N8N_DIAGNOSTICS_ENABLED: 'false',
			N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
			// Its task broker listens even for a single execution; another n8n may hold the usual port.
			N8N_RUNNERS_BROKER_PORT: String(await freePort()),
			...environment,
		});
	}

	async importCredential(credential: SavedCredential, data: ICredentialDataDecryptedObject): Promise<void> {
		await this.import('credentials', { ...credential, data });
	}

	async importWorkflow(workflow: WorkflowFile): Promise<void> {
		await this.import('workflow', { active: false, ...workflow });
	}

	/** Runs an imported workflow to its end. Throws what n8n printed when it failed. */
	async execute(id: string): Promise<IRun> {
		const output = await this.n8n('execute', `--id=${id}`, '--rawOutput');
		return JSON.parse(output.slice(output.indexOf('{'))) as IRun;
	}

	async remove(): Promise<void> {
		await rm(this.folder, { recursive: true, force: true });
	}

	private async import(what: 'credentials' | 'workflow', row: object): Promise<void> {
		const input = join(this.folder, `${what}.json`);
		await writeFile(input, JSON.stringify([row]));
		await this.n8n(`import:${what}`, `--input=${input}`);
		await rm(input);
	}

	private async n8n(...args: string[]): Promise<string> {
		return await run(process.execPath, [this.entry, ...args], this.folder, this.environment);
	}
}
