import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { ActiveWorkflowTriggers } from 'n8n-core';
import { Expression } from 'n8n-workflow';
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
} from 'n8n-workflow';
import { ActiveWorkflow, type ActivationOptions } from './activeWorkflow';
import { createAdditionalData } from './additionalData';
import { describeAiTool, type AiTool } from './aiTool';
import { readBinary, storeBinary, type FileToStore } from './binary';
import { fillContainer } from './container';
import { CredentialStore, type SavedCredential } from './credentialStore';
import { testCredential } from './credentialTest';
import { EngineCredentialsHelper } from './credentialsHelper';
import { loadOptions, searchList, type EditorList } from './editorLists';
import { execute, type ExecutionOptions, type RunMode } from './execution';
import { InstalledPackages } from './installedPackages';
import { Container, emptyContainer } from './n8nInternals';
import { pollOnce, type Poll } from './pollOnce';
import { scheduleByHand, type HandScheduler } from './pollSchedule';
import type { RecordedLog } from './recordedLog';
import type { WorkflowRun } from './run';
import { toSavedWorkflow, type WorkflowFile } from './workflowFile';

export type { ActivationOptions, ActiveWorkflow } from './activeWorkflow';
export type { AiTool } from './aiTool';
export type { FileToStore } from './binary';
export type { SavedCredential } from './credentialStore';
export type { EditorList } from './editorLists';
export type { NodeFinished, RunMode } from './execution';
export type { MemoryKind, SavedMemory } from './pollMemory';
export type { Poll } from './pollOnce';
export type { LogLine } from './recordedLog';
export type { RunError, WorkflowRun } from './run';
export type { WorkflowFile } from './workflowFile';
export type { Engine };

export interface EngineOptions {
	/** Where the instance keeps its key and its binary store. Without it: a temporary folder that goes with `stop`. */
	userFolder?: string;
	/** Folders of community packages beside n8n's own nodes; this package by default, as built in `dist`. */
	packages?: string[];
	/** Folders that file nodes may read and write. */
	fileFolders?: string[];
}

export interface WithCredentials {
	/** Given to every node that takes credentials of their types. */
	credentials?: SavedCredential[];
}

export type RunOptions = WithCredentials & Partial<Omit<ExecutionOptions, 'executionId'>>;

const THIS_PACKAGE = resolve(__dirname, '..', '..', '..');

/** Starts n8n's engine in this process. One engine runs at a time: n8n keeps its services in a container of the process. */
export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
	const userFolder = options.userFolder ?? (await mkdtemp(join(tmpdir(), 'n8n-engine-')));
	const log = await fillContainer({ userFolder, fileFolders: options.fileFolders });
	const packages = await InstalledPackages.load(options.packages ?? [THIS_PACKAGE]);
	return new Engine(packages, scheduleByHand(), log, userFolder, options.userFolder === undefined);
}

class Engine {
	private readonly store = new CredentialStore();
	private readonly credentialsHelper: EngineCredentialsHelper;
	private executions = 0;

	constructor(
		readonly packages: InstalledPackages,
		private readonly scheduler: HandScheduler,
		readonly log: RecordedLog,
		readonly userFolder: string,
		private readonly temporary: boolean,
	) {
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

	/** Tests a credential with its type's `test` request. */
	async testCredential(credential: SavedCredential): Promise<INodeCredentialTestResult> {
		const { type } = credential;
		const { test } = this.packages.getCredentialType(type);
		if (!test) return { status: 'Error', message: 'No testing function found for this credential.' };
		const additionalData = createAdditionalData(this.credentialsHelper);
		const data = await this.credentialsHelper.getDecrypted(additionalData, credential, type, 'internal');
		const noOp = this.packages.getByNameAndVersion('n8n-nodes-base.noOp');
		return await testCredential(credential, data, test as ICredentialTestRequest, noOp, additionalData);
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
		const { packages, credentialsHelper, scheduler } = this;
		const active = new ActiveWorkflow(
			toSavedWorkflow(file, credentials, packages),
			{
				packages,
				credentialsHelper,
				scheduler,
				execute: async (saved, startNode, input) => await this.execute(saved, { mode: 'trigger', startNode, input }),
			},
			options,
		);
		await active.activate();
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

	/** The tool that an agent's language model is told of for this node. */
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

	/** Ends the engine's background work and removes its folder, where it was a temporary one. */
	async stop(): Promise<void> {
		await Container.get(ActiveWorkflowTriggers).removeAllNonWebhookTriggerWorkflows();
		await Expression.disposeExpressionEngine();
		emptyContainer();
		if (this.temporary) await rm(this.userFolder, { recursive: true, force: true });
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
