/** A piece of HTML that is safe as it is: made by `html`, never by hand from texts. */
export class Html {
	constructor(readonly text: string) {}
}

type Part = Html | string | number | readonly Html[] | undefined;

/**
 * A template for HTML: what is put into it is escaped, for elements and for attributes in double quotes, unless it was made
 * by `html` itself. `undefined` is nothing.
 */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
	return new Html(strings.reduce((text, string, index) => text + rendered(parts[index - 1]) + string));
}

function rendered(part: Part): string {
	if (part instanceof Html) return part.text;
	if (typeof part === 'number') return String(part);
	if (part === undefined) return '';
	return typeof part === 'string' ? escaped(part) : part.map(({ text }) => text).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/** Control characters but tab and line feed, which browsers drop or take for others. */
const CONTROL = String.raw`\u0000-\u0008\u000b-\u001f\u007f-\u009f`;
/** Bidirectional control characters (Unicode 15, UAX 9), with which a name can pose as another, and invisible ones. */
const INVISIBLE = String.raw`\u061c\u200b\u200e\u200f\u2028\u2029\u202a-\u202e\u2060-\u206f\ufeff`;
const SPECIAL = new RegExp(`[&<>"'${CONTROL}${INVISIBLE}]`, 'g');

/** Characters that nobody could see are shown by their numbers: `⟨U+202E⟩`. */
function escaped(text: string): string {
	return text.replace(
		SPECIAL,
		(character) => ENTITIES[character] ?? `⟨U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`,
	);
}

/** Cut to a length that a person reads, since a name may have any. */
export function shortened(text: string, length: number): string {
	const characters = [...text.slice(0, 2 * length + 2)];
	return characters.length > length ? `${characters.slice(0, length - 1).join('')}…` : text;
}

const NUMBERS = new Intl.NumberFormat('en-US');

/** `1,234 images`, `1 image`. */
export function counted(count: number, noun: string, nouns = `${noun}s`): string {
	return `${NUMBERS.format(count)} ${count === 1 ? noun : nouns}`;
}

export function grouped(count: number): string {
	return NUMBERS.format(count);
}
