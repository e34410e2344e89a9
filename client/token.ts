/** The token as people paste it: with blanks, in quotes, or with the `Token ` or `Bearer ` of an example around it. */
export function normalizeToken(text: string): string {
	return unquoted(unquoted(text).replace(/^(?:authorization:\s*)?(?:token|bearer)[\s:=]+/i, ''));
}

const QUOTES: ReadonlySet<string> = new Set(`"'\`“”‘’`);

function unquoted(text: string): string {
	const isAround = (character = '') => QUOTES.has(character) || character.trim() === '';
	let start = 0;
	let end = text.length;
	while (start < end && isAround(text[start])) start++;
	while (end > start && isAround(text[end - 1])) end--;
	return text.slice(start, end);
}

/** Whether the text can be in a header; DataGym's tokens are UUIDs. Invisible characters come along from web pages and chats. */
export function isSendable(token: string): boolean {
	return /^[!-~]*$/.test(token);
}
