import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
	ActiveWorkflowTriggers,
	BinaryDataConfig,
	BinaryDataService,
	Cipher,
	EncryptionKeyProxy,
	InstanceSettings,
} from 'n8n-core';
import { Expression, LoggerProxy, UserError } from 'n8n-workflow';
import pLimit from 'p-limit';
import {
	Container,
	emptyContainer,
	GlobalConfig,
	InstanceSettingsConfig,
	keepSshClients,
	Logger,
	SecurityConfig,
} from './n8nInternals';
import { scheduleByHand, type HandScheduler } from './pollSchedule';
import { RecordedLog } from './recordedLog';

export interface InstanceOptions {
	/** The folder of n8n's settings, its encryption key and the binary store (in `.n8n/` below it); a temporary one by default. */
	userFolder?: string;
	/** Folders that nodes may read and write files in; n8n's own default is `~/.n8n-files`. */
	fileFolders?: string[];
	/** Environment variables that n8n is started with, beside those of this process. */
	environment?: Readonly<Record<string, string>>;
}

/** n8n's services in this process. n8n keeps them in one container, so that all engines of a process share them. */
export interface Instance {
	readonly log: RecordedLog;
	readonly scheduler: HandScheduler;
	readonly userFolder: string;
}

interface RunningInstance extends Instance {
	readonly options: InstanceOptions;
	/** The number of engines that use it. */
	engines: number;
}

const inTurn = pLimit(1);
let running: RunningInstance | undefined;

/**
 * Starts n8n's services, or joins those that run already.
 *
 * Throws a UserError when they run with folders other than the wanted ones.
 */
export async function joinInstance(options: InstanceOptions): Promise<Instance> {
	return await inTurn(async () => {
		running ??= await startInstance(options);
		refuseOtherFolders(running, options);
		running.engines++;
		return running;
	});
}

/** Ends the services when no other engine uses them any more. */
export async function leaveInstance(): Promise<void> {
	await inTurn(async () => {
		if (running && --running.engines === 0) await endInstance(running);
	});
}

/** Ends the services that a test file has left running, so that the next file of the worker begins without them. */
export async function endLeftInstance(): Promise<void> {
	await inTurn(async () => {
		if (running) await endInstance(running);
	});
}

function refuseOtherFolders({ options, userFolder }: RunningInstance, wanted: InstanceOptions): void {
	const isSame =
		(wanted.userFolder ?? userFolder) === userFolder &&
		(wanted.fileFolders ?? []).join() === (options.fileFolders ?? []).join();
	if (!isSame)
		throw new UserError(
			'An engine with other folders runs in this process, and n8n knows one set of them only. Stop that engine first, or start both with the same "userFolder" and "fileFolders".',
		);
}

/** Fills n8n's dependency container as the start of an n8n process does, with settings of its own folder. */
async function startInstance(options: InstanceOptions): Promise<RunningInstance> {
	emptyContainer();
	// n8n reads them when its services are made.
	Object.assign(process.env, options.environment);
	const userFolder = options.userFolder ?? (await mkdtemp(join(tmpdir(), 'n8n-engine-')));
	const folders = { userHome: userFolder, n8nFolder: join(userFolder, '.n8n') };
	Container.set(InstanceSettingsConfig, Object.assign(new InstanceSettingsConfig(), folders));
	const config = Container.get(GlobalConfig);
	config.logging.level = 'debug';
	const log = new RecordedLog(config, Container.get(InstanceSettingsConfig));
	Container.set(Logger, log);
	LoggerProxy.init(log);
	Container.get(InstanceSettings).markAsLeader();
	if (options.fileFolders) Container.get(SecurityConfig).restrictFileAccessTo = options.fileFolders.join(';');
	provideInstanceKey();
	Container.get(BinaryDataConfig).mode = 'filesystem';
	await Container.get(BinaryDataService).init();
	keepSshClients();
	await startExpressions();
	return { log, scheduler: scheduleByHand(), userFolder, options, engines: 0 };
}

async function endInstance({ userFolder, options }: RunningInstance): Promise<void> {
	running = undefined;
	await Container.get(ActiveWorkflowTriggers).removeAllNonWebhookTriggerWorkflows();
	await Expression.disposeExpressionEngine();
	emptyContainer();
	for (const name of Object.keys(options.environment ?? {})) delete process.env[name];
	if (options.userFolder === undefined) await rm(userFolder, { recursive: true, force: true });
}

/** Credentials are encrypted with the instance's key, as on an n8n whose keys were never rotated. */
function provideInstanceKey(): void {
	const instanceKey = {
		id: 'instance',
		value: Container.get(Cipher).encryptDEKWithInstanceKey(Container.get(InstanceSettings).encryptionKey),
		algorithm: 'aes-256-cbc' as const,
		format: 'no-prefix' as const,
	};
	Container.get(EncryptionKeyProxy).setProvider({
		getActiveKey: async () => instanceKey,
		getKeyById: async () => null,
		getLegacyKey: async () => instanceKey,
	});
}

/** Expressions run in n8n's isolated VM, its default since 2.x. */
async function startExpressions(): Promise<void> {
	const { idleTimeout, ...settings } = Container.get(GlobalConfig).expressionEngine;
	await Expression.initExpressionEngine({
		...settings,
		...(idleTimeout !== undefined && { idleTimeoutMs: idleTimeout * 1_000 }),
	});
}
