import type { Method, Route } from './endpoint';

/** The methods that an address takes, by the paths of all routes that fit it; none where there is no such address. */
export class Methods {
	private readonly patterns: ReadonlyArray<{ method: Method; parts: readonly string[] }>;

	constructor(
		routes: readonly Route[],
		private readonly basePath: string,
	) {
		this.patterns = routes.map(({ method, path }) => ({ method, parts: path.split('/') }));
	}

	of(path: string): Method[] {
		if (!path.startsWith(this.basePath)) return [];
		const parts = path.slice(this.basePath.length).split('/');
		// Slashes may be doubled, and one may follow at the end.
		const sent = ['', ...parts.filter((part) => part !== '')];
		const fitting = this.patterns.filter(
			({ parts: wanted }) =>
				wanted.length === sent.length && wanted.every((part, at) => part === sent[at] || part.startsWith(':')),
		);
		return [...new Set(fitting.map(({ method }) => method))];
	}
}
