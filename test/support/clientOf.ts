import { setTimeout as sleep } from 'node:timers/promises';
import { DataGymApi, Transport, type Generation } from '@datagym/client';
import { sendDirectly } from '../conformance/sendDirectly';
import type { Emulator } from '../emulator/start';

/** The client, as the nodes have it, without n8n. */
export function clientOf({ url, token }: Pick<Emulator, 'url' | 'token'>, generation: Generation): DataGymApi {
	const transport = new Transport(sendDirectly(token), {
		baseUrl: url,
		idleTimeout: 30_000,
		retryFor: 0,
		isUnattended: false,
		limits: { concurrency: 6 },
		sleep: async (milliseconds, signal) => await sleep(milliseconds, undefined, { signal }),
	});
	return DataGymApi.over(transport, generation);
}
