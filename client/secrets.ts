/** Shorter ones occur in any text; the pair of user and password is long enough. */
const SHORTEST = 4;

/**
 * Makes a remover of secrets by their literal values: as they are, in addresses, in base64 (as in HTTP Basic), in JSON and in
 * HTML. Servers and proxies repeat in their errors what they were asked, and no pattern knows what a secret looks like.
 */
export function secretRemover(secrets: readonly string[]): (text: string) => string {
	const forms = new Set(secrets.filter(({ length }) => length >= SHORTEST).flatMap(formsOf));
	// The longest first, since one can be part of another.
	const literals = [...forms].sort((a, b) => b.length - a.length).map(escaped);
	if (literals.length === 0) return (text) => text;
	const anyOfThem = new RegExp(literals.join('|'), 'giu');
	return (text) => text.replace(anyOfThem, '…');
}

function formsOf(secret: string): readonly string[] {
	const bytes = Buffer.from(secret);
	const inUrl = encodeURIComponent(secret.toWellFormed());
	return [
		secret,
		inUrl,
		inUrl.replaceAll('%20', '+'),
		new URLSearchParams({ '': secret }).toString().slice(1),
		bytes.toString('base64'),
		bytes.toString('base64').replaceAll('=', ''),
		bytes.toString('base64url'),
		encodeURIComponent(bytes.toString('base64')),
		JSON.stringify(secret).slice(1, -1),
		secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
	];
}

function escaped(text: string): string {
	return text.toWellFormed().replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
