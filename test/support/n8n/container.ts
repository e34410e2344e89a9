import { join } from 'node:path';
import { BinaryDataConfig, BinaryDataService, Cipher, EncryptionKeyProxy, InstanceSettings } from 'n8n-core';
import { Expression, LoggerProxy } from 'n8n-workflow';
import {
	Container,
	emptyContainer,
	GlobalConfig,
	InstanceSettingsConfig,
	keepSshClients,
	Logger,
	SecurityConfig,
} from './n8nInternals';
import { RecordedLog } from './recordedLog';

export interface InstanceOptions {
	/** Where n8n keeps its settings, its encryption key and the binary store (in `.n8n/` below it). */
	userFolder: string;
	/** Folders that nodes may read and write files in; n8n's own default is `~/.n8n-files`. */
	fileFolders?: string[];
}

/** Fills n8n's dependency container as the start of an n8n process does, with settings of its own folder. */
export async function fillContainer({ userFolder, fileFolders }: InstanceOptions): Promise<RecordedLog> {
	emptyContainer();
	const folders = { userHome: userFolder, n8nFolder: join(userFolder, '.n8n') };
	Container.set(InstanceSettingsConfig, Object.assign(new InstanceSettingsConfig(), folders));
	const config = Container.get(GlobalConfig);
	config.logging.level = 'debug';
	const log = new RecordedLog(config, Container.get(InstanceSettingsConfig));
	Container.set(Logger, log);
	LoggerProxy.init(log);
	Container.get(InstanceSettings).markAsLeader();
	if (fileFolders) Container.get(SecurityConfig).restrictFileAccessTo = fileFolders.join(';');
	provideInstanceKey();
	Container.get(BinaryDataConfig).mode = 'filesystem';
	await Container.get(BinaryDataService).init();
	keepSshClients();
	await startExpressions();
	return log;
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
		idleTimeoutMs: idleTimeout === undefined ? undefined : idleTimeout * 1_000,
	});
}
