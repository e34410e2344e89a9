import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import { DataGymApi, isDataGymError, normalizeToken, Transport } from '@datagym/client';
import { baseUrlOf, checkCredential } from '@datagym/shared/authentication';
import { inOneText } from '@datagym/shared/errors';
import { sendDirectly } from '@datagym/test/conformance/sendDirectly';
import type { OwnServer } from './commandLine';
import type { DemoServer } from './dataGym';
import { pause, succeeds } from '../processes';

export interface KnownServer extends DemoServer {
	/** Who the server is, in one line. */
	readonly introduction: string;
}

/** Milliseconds without a byte; the first request of a server that has just started takes seconds. */
const TIMEOUT = 20_000;

/**
 * Asks a server who it is, by reading only.
 *
 * @throws Error with the client's message and remedy.
 */
export async function meetServer({ address, token: given }: OwnServer): Promise<KnownServer> {
	const token = given === undefined ? undefined : normalizeToken(given);
	const account = { baseUrl: address, ...(token === undefined ? { authentication: 'none' } : { token }) };
	const baseUrl = checkedAddress(account);
	const introduction = await introduce(baseUrl, token);
	return {
		introduction: `${baseUrl} is ${introduction}`,
		account: { ...account, baseUrl },
		projectFor: () => undefined,
		close: async () => undefined,
	};
}

function checkedAddress(account: ICredentialDataDecryptedObject): string {
	try {
		checkCredential(account);
		return baseUrlOf(account);
	} catch (error) {
		return explain(error);
	}
}

async function introduce(baseUrl: string, token: string | undefined): Promise<string> {
	const openCore = async () => await askOpenCore(baseUrl);
	if (token === undefined) return await openCore().catch(explain);
	const api = DataGymApi.over(transportTo(baseUrl, token));
	try {
		const kind = (await api.generation()) === 'image' ? 'DataGym with the API of 2020' : 'DataGym with API tokens';
		return `${kind}, with ${await countProjects(api)}`;
	} catch (error) {
		// A server with tokens answers 401 to a wrong one.
		const isClosed = isDataGymError(error) && error.status === 403;
		if (!isClosed || !(await succeeds(openCore()))) return explain(error);
		throw new Error(`${baseUrl} is the open core, which has no API tokens. Start without --token and DATAGYM_TOKEN.`);
	}
}

async function askOpenCore(baseUrl: string): Promise<string> {
	const projects = await countProjects(DataGymApi.over(transportTo(baseUrl), 'open-core'));
	return `DataGym's open core, without a login, with ${projects}`;
}

async function countProjects(api: DataGymApi): Promise<string> {
	const { length } = await api.projects.list();
	return `${length} ${length === 1 ? 'project' : 'projects'}`;
}

function transportTo(baseUrl: string, token?: string): Transport {
	return new Transport(sendDirectly(token), {
		baseUrl,
		idleTimeout: TIMEOUT,
		retryFor: 0,
		isUnattended: false,
		limits: { concurrency: 1, requestsPerSecond: undefined },
		sleep: pause,
		secrets: token === undefined ? [] : [token],
	});
}

/** @throws Error with the message and the remedy of the failure, in one line. */
function explain(error: unknown): never {
	throw new Error(inOneText(error));
}
