import type { AxiosInstance } from 'axios';
import { httpClient } from '@datagym/test/support/httpClient';
import { succeeds, until } from '../processes';
import type { ICredentialDataDecryptedObject } from 'n8n-workflow';

/** Who owns the demo's n8n. Known to everyone, so it listens on this machine only. */
export const OWNER = { email: 'demo@example.com', password: 'DataGym-2026', firstName: 'Demo', lastName: 'Owner' };

interface Settings {
	userManagement?: { showSetupOnFirstLoad?: boolean };
}

/** n8n's own API, as its editor uses it. */
export class N8nClient {
	private readonly client: AxiosInstance;

	private constructor(readonly url: string) {
		this.client = httpClient({ baseURL: url });
		this.client.interceptors.response.use((response) => {
			const cookies = response.headers['set-cookie']?.map((cookie) => cookie.split(';')[0]);
			if (cookies) this.client.defaults.headers.common.Cookie = cookies.join('; ');
			return response;
		});
	}

	/** Signs in as the owner, who is made where there is none. n8n says that it is ready some moments before this works. */
	static async signIn(url: string): Promise<N8nClient> {
		const n8n = new N8nClient(url);
		await until('n8n lets its owner in', 60_000, async () => await succeeds(n8n.enter()));
		return n8n;
	}

	private async enter(): Promise<void> {
		const { userManagement } = await this.get<Settings>('/rest/settings');
		if (userManagement?.showSetupOnFirstLoad) await this.post('/rest/owner/setup', OWNER);
		else await this.post('/rest/login', { emailOrLdapLoginId: OWNER.email, password: OWNER.password });
	}

	async get<T>(path: string): Promise<T> {
		return (await this.client.get<{ data: T }>(path)).data.data;
	}

	async post<T>(path: string, body: object): Promise<T> {
		return (await this.client.post<{ data: T }>(path, body)).data.data;
	}

	async delete(path: string): Promise<void> {
		await this.client.delete(path);
	}

	async patch<T>(path: string, body: object): Promise<T> {
		return (await this.client.patch<{ data: T }>(path, body)).data.data;
	}
}

export interface CredentialDraft {
	name: string;
	type: string;
	data: ICredentialDataDecryptedObject;
}

export interface SavedCredential {
	id: string;
	name: string;
	type: string;
}

/** Saves credentials, over those of the same name and type: addresses change from one start to the next. */
export async function saveCredentials(n8n: N8nClient, drafts: readonly CredentialDraft[]): Promise<SavedCredential[]> {
	const known = await n8n.get<SavedCredential[]>('/rest/credentials');
	return await Promise.all(
		drafts.map(async (draft) => {
			const saved = known.find(({ name, type }) => name === draft.name && type === draft.type);
			return saved
				? await n8n.patch<SavedCredential>(`/rest/credentials/${saved.id}`, draft)
				: await n8n.post<SavedCredential>('/rest/credentials', draft);
		}),
	);
}
