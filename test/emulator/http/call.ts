import type { IncomingMessage } from 'node:http';
import type { Generation } from '../generations/generation';
import { forbidden, unauthorized } from '../errors';
import { TOKEN_USER, UI_USER, type Store } from '../store/store';

export interface Settings {
	/** What the server believes its address to be; it stands in exports (contract, section 7). */
	apiUrl: string;
}

/** One request as the endpoints see it. */
export class Call {
	constructor(
		readonly store: Store,
		readonly settings: Settings,
		readonly generation: Generation,
		readonly params: Record<string, string>,
		readonly query: URLSearchParams,
		readonly raw: IncomingMessage,
		/** Whom the token belongs to; undefined without a good token; null on the user interface's own API, which knows none. */
		private readonly tokenOwner: string | undefined | null,
	) {}

	param(name: string): string {
		return this.params[name] ?? '';
	}

	/** The organization that calls, or 401. */
	requireToken(): string | null {
		if (this.tokenOwner === undefined) throw unauthorized();
		return this.tokenOwner;
	}

	get hasToken(): boolean {
		return this.tokenOwner !== undefined;
	}

	/** 403 for another organization's object, never 404 (contract, section 0). */
	requireOwner(owner: string): void {
		const caller = this.requireToken();
		if (caller !== null && caller !== owner) throw forbidden();
	}

	/** Who is noted as the labeler in values. */
	get user(): string {
		return this.tokenOwner === null ? UI_USER : TOKEN_USER;
	}
}
