/**
 * A text as it can stand in XML, between tags and in quotes: marks are escaped, line ends and tabs written as references
 * (readers turn them into blanks otherwise), characters that XML 1.0 forbids become the replacement character.
 * Source: www.w3.org/TR/xml, 2.2, 2.4 and 3.3.3.
 */
export function xmlText(text: string): string {
	return text
		.replace(/(?![\t\n\r\u007f-\u009f])[\p{Cc}\p{Cs}\ufffe\uffff]/gu, '\ufffd')
		.replace(/[&<>"'\t\n\r]/g, (character) => REFERENCES[character] ?? character);
}

const REFERENCES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&apos;',
	'\t': '&#9;',
	'\n': '&#10;',
	'\r': '&#13;',
};
