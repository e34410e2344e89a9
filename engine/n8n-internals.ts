import { createRequire } from 'node:module';
import type * as BackendCommon from '@n8n/backend-common';
import type * as Config from '@n8n/config';
import type * as Di from '@n8n/di';

/**
 * The packages below n8n-core, in the very copies that n8n-core uses: its services live in the container of its own copy,
 * and npm may put another version of these packages at the top of `node_modules`.
 */
const requireFromCore = createRequire(require.resolve('n8n-core'));

export const { Container } = requireFromCore('@n8n/di') as typeof Di;
export const { Logger } = requireFromCore('@n8n/backend-common') as typeof BackendCommon;
export const { CronLoggingConfig, GlobalConfig, InstanceSettingsConfig, SecurityConfig } = requireFromCore('@n8n/config') as typeof Config;
