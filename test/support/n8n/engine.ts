import { randomUUID } from 'node:crypto';
import { resolve } from 'node:path';
import { CredentialTestContext } from 'n8n-core';
import type {
	IBinaryData,
	ICredentialDataDecryptedObject,
	ICredentialTestRequest,
	INode,
	INodeCredentials,
	INodeCredentialTestResult,
	INodeExecutionData,
	INodeListSearchResult,
	INodePropertyOptions,
	IWorkflowBase,
	NodeParameterValueType,
} from 'n8n-workflow';
import { ActiveWorkflow, type ActivationOptions } from './activeWorkflow';
import { createAdditionalData } from './additionalData';
import { describeAiTool, type AiTool } from './aiTool';
import { readBinary, storeBinary, type FileToStore } from './binary';
import { CredentialStore, type SavedCredential } from './credentialStore';
import { findTestFunction, testCredential } from './credentialTest';
import { EngineCredentialsHelper } from './credentialsHelper';
import { loadOptions, runAction, searchList, type EditorList } from './editorLists';
import { execute, type ExecutionOptions, type RunMode } from './execution';
import { InstalledPackages } from './installedPackages';
import { joinInstance, leaveInstance, type Instance, type InstanceOptions } from './instance';
import { pollOnce, type Poll } from './pollOnce';
import type { RecordedLog } from './recordedLog';
import type { WorkflowRun } from './run';
import { toSavedWorkflow, type WorkflowFile } from './workflowFile';

export type { ActivationOptions, ActiveWorkflow } from './activeWorkflow';
export type { AiTool } from './aiTool';
export type { SavedCredential } from './credentialStore';
export type { NodeFinished } from './execution';
export { endLeftInstance } from './instance';
export type { MemoryKind } from './pollMemory';
export type { RunError, WorkflowRun } from './run';
export type { WorkflowFile } from './workflowFile';
export type { Engine };

export interface EngineOptions extends InstanceOptions {
	/** Folders of community packages beside n8n's own nodes; this package by default, as built in `dist`. */
	packages?: string[];
}

interface WithCredentials {
	/** Given to every node that takes credentials of their types. */
	credentials?: SavedCredential[];
}

type RunOptions = WithCredentials & Partial<Omit<ExecutionOptions, 'executionId'>>;

const THIS_PACKAGE = resolve(__dirname, '..', '..', '..');

/**
 * Starts an engine of n8n in this process: its own packages and credentials, on n8n's services.
 *
 * Engines that run at the same time share the services, and with them the log, the encryption key and the binary store.
 */
export async function startEngine({ packages = [THIS_PACKAGE], ...options }: EngineOptions = {}): Promise<Engine> {
	const instance = await joinInstance(options);
	try {
		return new Engine(await InstalledPackages.load(packages), instance);
	} catch (error) {
		await leaveInstance();
		throw error;
	}
}

class Engine {
	readonly log: RecordedLog;
	readonly userFolder: string;
	private readonly store = new CredentialStore();
	private readonly credentialsHelper: EngineCredentialsHelper;
	private readonly activated: ActiveWorkflow[] = [];
	private executions = 0;
	private stopped?: Promise<void>;

	constructor(
		readonly packages: InstalledPackages,
		private readonly instance: Instance,
	) {
		this.log = instance.log;
		this.userFolder = instance.userFolder;
		this.credentialsHelper = new EngineCredentialsHelper(packages, this.store);
	}

	/** Encrypts and keeps a credential, as saving it in the editor does. */
	async saveCredential(type: string, data: ICredentialDataDecryptedObject, name?: string): Promise<SavedCredential> {
		return await this.store.save(type, { ...data }, name);
	}

	/** The encrypted text of a credential. */
	credentialAtRest(credential: SavedCredential): string {
		return this.store.atRest(credential);
	}

	/** Tests a credential with its type's `test` request, or with the function that a node names for it. */
	async testCredential(credential: SavedCredential): Promise<INodeCredentialTestResult> {
		const { id, name, type } = credential;
		const additionalData = createAdditionalData(this.credentialsHelper);
		const data = await this.credentialsHelper.getDecrypted(additionalData, credential, type, 'internal');
		const { test } = this.packages.getCredentialType(type);
		if (test) {
			const noOp = this.packages.getByNameAndVersion('n8n-nodes-base.noOp');
			return await testCredential(credential, data, test as ICredentialTestRequest, noOp, additionalData);
		}
		const testFunction = findTestFunction(type, this.packages);
		if (!testFunction) return { status: 'Error', message: 'No testing function found for this credential.' };
		return await testFunction.call(new CredentialTestContext(additionalData), { id, name, type, data });
	}

	/** Runs a workflow as exported by the editor. An error of a node is in the result; see `WorkflowRun.error`. */
	async runWorkflow(
		file: WorkflowFile,
		{ credentials = [], mode = 'manual', ...options }: RunOptions = {},
	): Promise<WorkflowRun> {
		return await this.execute(toSavedWorkflow(file, credentials, this.packages), { ...options, mode });
	}

	/** Switches a polling workflow on. Throws n8n's activation error when the first poll fails. */
	async activate(
		file: WorkflowFile,
		{ credentials = [], ...options }: ActivationOptions & WithCredentials = {},
	): Promise<ActiveWorkflow> {
		const { packages, credentialsHelper } = this;
		const { scheduler } = this.instance;
		const active = new ActiveWorkflow(
			// As in n8n, no two workflows have one ID, under which nodes may remember something in the process.
			toSavedWorkflow({ id: randomUUID(), ...file }, credentials, packages),
			{
				packages,
				credentialsHelper,
				scheduler,
				execute: async (saved, startNode, input) => await this.execute(saved, { mode: 'trigger', startNode, input }),
			},
			options,
		);
		await active.activate();
		this.activated.push(active);
		return active;
	}

	/** Polls the trigger of a workflow once; nothing is executed or saved. */
	async pollOnce(
		file: WorkflowFile,
		{ credentials = [], mode = 'trigger' }: WithCredentials & { mode?: RunMode } = {},
	): Promise<Poll> {
		return await pollOnce(
			toSavedWorkflow(file, credentials, this.packages),
			this.packages,
			this.credentialsHelper,
			mode,
		);
	}

	/** One page of a resource locator's list. */
	async searchList(
		list: EditorList,
		credentials: SavedCredential[] = [],
		filter?: string,
		paginationToken?: string,
	): Promise<INodeListSearchResult> {
		return await searchList(this.openNode(list, credentials), filter, paginationToken);
	}

	/** The entries of a drop-down that a node fills. */
	async loadOptions(list: EditorList, credentials: SavedCredential[] = []): Promise<INodePropertyOptions[]> {
		return await loadOptions(this.openNode(list, credentials));
	}

	/** The entry of a resource locator's list that makes something new. */
	async runAction(list: EditorList, credentials: SavedCredential[] = [], search = ''): Promise<NodeParameterValueType> {
		return await runAction(this.openNode(list, credentials), search);
	}

	/** The tool that an agent's language model gets for this node. */
	describeAiTool(node: INode): AiTool {
		return describeAiTool(node, this.packages.getByNameAndVersion(node.type, node.typeVersion));
	}

	/** Puts a file into the binary store, for an item's `binary`. */
	async storeBinary(file: FileToStore): Promise<IBinaryData> {
		return await storeBinary(file);
	}

	/** The bytes of an item's binary field. */
	async readBinary(item: INodeExecutionData, field?: string): Promise<Buffer> {
		return await readBinary(item, field);
	}

	/** Ends the engine's background work, and n8n's services with it unless another engine uses them. A second call changes nothing. */
	async stop(): Promise<void> {
		this.stopped ??= (async () => {
			for (const workflow of this.activated) await workflow.kill();
			await leaveInstance();
		})();
		await this.stopped;
	}

	private async execute(saved: IWorkflowBase, options: Omit<ExecutionOptions, 'executionId'>): Promise<WorkflowRun> {
		const executionId = String(++this.executions);
		return await execute(saved, this.packages, this.credentialsHelper, { ...options, executionId });
	}

	private openNode(list: EditorList, saved: SavedCredential[]) {
		const credentials: INodeCredentials = Object.fromEntries(saved.map(({ id, name, type }) => [type, { id, name }]));
		const additionalData = createAdditionalData(this.credentialsHelper);
		return { ...list, credentials, packages: this.packages, additionalData };
	}
}
