import { httpClient } from '../support/httpClient';
import type { Engine, SavedCredential } from '../support/n8n/engine';

export interface RealServer {
	readonly url: string;
	/** Empty for the open core as released, which has none. */
	readonly token: string;
	/** The organization of the one who is logged in to the user interface: in the open core, anybody. */
	readonly organization: string;
	readonly engine: Engine;
	readonly credential: SavedCredential;
}

/** Throws if the promise is broken. */
export type Check = (server: RealServer) => Promise<void>;

/** @throws Error that says what to set. */
export async function serverOfTheEnvironment(): Promise<Pick<RealServer, 'url' | 'token' | 'organization'>> {
	const { DATAGYM_URL: url = '', DATAGYM_TOKEN: token = '' } = process.env;
	if (url === '')
		throw new Error(
			'Set DATAGYM_URL to a DataGym server on this machine, and DATAGYM_TOKEN unless it is the open core as released.',
		);
	const { data } = await httpClient({ baseURL: url }).request<{ orgs: ReadonlyArray<{ sub: string }> }>({
		url: '/api/userinfo',
	});
	return { url, token, organization: data.orgs[0]?.sub ?? '' };
}
