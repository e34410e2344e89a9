/** Who owns the demo's n8n. Known to everyone, so it listens on this machine only. */
export const OWNER = { email: 'demo@example.com', password: 'DataGym-2026', firstName: 'Demo', lastName: 'Owner' };

interface Settings {
	userManagement?: { showSetupOnFirstLoad?: boolean };
}

/** n8n's own API, as its editor uses it. */
export class N8nClient {
	private cookie = '';

	constructor(readonly url: string) {}

	/** Signs in as the owner, who is made where there is none. n8n says that it is ready some moments before this works. */
	async signIn(): Promise<void> {
		const { userManagement } = await this.get<Settings>('/rest/settings');
		if (userManagement?.showSetupOnFirstLoad) await this.post('/rest/owner/setup', OWNER);
		else await this.post('/rest/login', { emailOrLdapLoginId: OWNER.email, password: OWNER.password });
	}

	async get<T>(path: string): Promise<T> {
		return await this.request('GET', path);
	}

	async post<T>(path: string, body: object): Promise<T> {
		return await this.request('POST', path, body);
	}

	async patch<T>(path: string, body: object): Promise<T> {
		return await this.request('PATCH', path, body);
	}

	private async request<T>(method: string, path: string, body?: object): Promise<T> {
		const response = await fetch(this.url + path, {
			method,
			headers: { 'Content-Type': 'application/json', ...(this.cookie === '' ? {} : { Cookie: this.cookie }) },
			body: body && JSON.stringify(body),
		});
		const text = await response.text();
		if (!response.ok) throw new Error(`n8n answered ${method} ${path} with ${response.status}: ${text.slice(0, 500)}`);
		const cookies = response.headers.getSetCookie().map((cookie) => cookie.split(';')[0]);
		if (cookies.length > 0) this.cookie = cookies.join('; ');
		return (JSON.parse(text) as { data: T }).data;
	}
}
