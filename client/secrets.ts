/** Shorter ones occur in any text; the pair of user and password is long enough. */
const SHORTEST = 4;

/**
 * Makes a remover of secrets by their literal values: as they are, in base64 (as in HTTP Basic), and both of them in addresses,
 * JSON and HTML. Servers and proxies repeat in their errors what they were asked, and no pattern knows what a secret looks like.
 */
export function secretRemover(secrets: readonly string[]): (text: string) => string {
	const forms = new Set(secrets.filter(({ length }) => length >= SHORTEST).flatMap(formsOf));
	// The longest first, since one can be part of another.
	const patterns = [...forms].sort((a, b) => b.length - a.length).map(patternOf);
	if (patterns.length === 0) return (text) => text;
	const anyOfThem = new RegExp(patterns.join('|'), 'giu');
	return (text) => text.replace(anyOfThem, '…');
}

function formsOf(secret: string): readonly string[] {
	const bytes = Buffer.from(secret);
	const base64 = bytes.toString('base64');
	return [secret.toWellFormed(), base64, base64.replaceAll('=', ''), bytes.toString('base64url')];
}

/** Programs differ in the characters that they escape, and in how. */
function patternOf(literal: string): string {
	return [...literal].map((character) => `(?:${spellingsOf(character).map(escaped).join('|')})`).join('');
}

const NAMES_IN_HTML: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": 'apos' };

/** How a character is written, the longest first; letters and digits of ASCII are escaped nowhere. */
function spellingsOf(character: string): readonly string[] {
	if (/^[a-z0-9]$/i.test(character)) return [character];
	const code = character.codePointAt(0) ?? 0;
	const name = NAMES_IN_HTML[character];
	const spellings = new Set([
		[...Buffer.from(character)].map((byte) => `%${hexadecimal(byte, 2)}`).join(''),
		...(character === ' ' ? ['+', '&nbsp;'] : []),
		character
			.split('')
			.map((unit) => `\\u${hexadecimal(unit.charCodeAt(0), 4)}`)
			.join(''),
		JSON.stringify(character).slice(1, -1),
		...(character === '/' ? ['\\/'] : []),
		`&#${code};`,
		`&#x${hexadecimal(code, 1)};`,
		`&#x${hexadecimal(code, 2)};`,
		...(name === undefined ? [] : [`&${name};`]),
		character,
	]);
	return [...spellings].sort((a, b) => b.length - a.length);
}

function hexadecimal(number: number, digits: number): string {
	return number.toString(16).padStart(digits, '0');
}

function escaped(text: string): string {
	return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
