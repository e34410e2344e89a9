import { createRequire } from 'node:module';
import type * as BackendCommon from '@n8n/backend-common';
import type * as Config from '@n8n/config';
import type * as Di from '@n8n/di';
import type * as SshClients from 'n8n-core/dist/execution-engine/ssh-clients-manager';

/**
 * The packages below n8n-core, in the very copies that n8n-core uses: its services live in the container of its own copy,
 * and npm may put another version of these packages at the top of `node_modules`.
 */
export const requireFromCore = createRequire(require.resolve('n8n-core'));

export const { Container } = requireFromCore('@n8n/di') as typeof Di;
export const { Logger } = requireFromCore('@n8n/backend-common') as typeof BackendCommon;
export const { CronLoggingConfig, GlobalConfig, InstanceSettingsConfig, SecurityConfig } = requireFromCore(
	'@n8n/config',
) as typeof Config;

const { SSHClientsManager } = requireFromCore(
	'n8n-core/dist/execution-engine/ssh-clients-manager',
) as typeof SshClients;
let sshClients: SshClients.SSHClientsManager | undefined;

/** Forgets all services but one, which would add another exit listener to the process for every engine that is started. */
export function emptyContainer(): void {
	Container.reset();
	if (sshClients) Container.set(SSHClientsManager, sshClients);
}

/** Keeps that service. The container must have the services already that it is made of. */
export function keepSshClients(): void {
	sshClients ??= Container.get(SSHClientsManager);
}
