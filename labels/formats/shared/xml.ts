import { parseXml, XmlElement, XmlError } from '@rgrove/parse-xml';

/**
 * The root element of an XML text, or a sentence that says why there is none. Nothing is fetched and no entity is defined:
 * external files, and entities that grow into gigabytes, are refused.
 */
export function xmlRoot(text: string): XmlElement | string {
	try {
		// Line ends as XML 1.0, 2.11, has them: the library takes quadratic time for carriage returns.
		const { root } = parseXml(text.trimStart().replace(/\r\n?/g, '\n'));
		return root ?? 'The XML has no root element. Provide the complete file.';
	} catch (error) {
		if (error instanceof XmlError)
			return `The XML cannot be read: ${error.message.split('\n')[0] ?? ''}. Provide the complete, unchanged file.`;
		return 'The XML is nested too deeply. Provide the unchanged file.';
	}
}

/** The name of the root element of a text that is XML, without reading the rest. */
export function rootNameIn(text: string): string | undefined {
	let start = text.indexOf('<');
	if (start < 0 || text.slice(0, start).trim() !== '') return undefined;
	while (start >= 0) {
		const isComment = text.startsWith('<!--', start);
		if (!isComment && !text.startsWith('<?', start) && !text.startsWith('<!', start))
			return /^<([\w.:-]{1,100})/.exec(text.slice(start, start + 101))?.[1];
		const end = text.indexOf(isComment ? '-->' : '>', start);
		start = end < 0 ? -1 : text.indexOf('<', end);
	}
	return undefined;
}

/** The elements directly in this one, all or those of one name. */
export function elementsOf(element: XmlElement, name?: string): XmlElement[] {
	return element.children
		.filter((child) => child instanceof XmlElement)
		.filter((child) => name === undefined || child.name === name);
}

/** The text of the first element of that name directly in this one, without blanks around it. */
export function textIn(element: XmlElement | undefined, name: string): string | undefined {
	const [found] = element === undefined ? [] : elementsOf(element, name);
	return found?.text.trim();
}

/** A finite number; XML knows texts only. */
export function numberIn(text: string | undefined): number | undefined {
	const number = text === undefined || text.trim() === '' ? NaN : Number(text);
	return Number.isFinite(number) ? number : undefined;
}

/** The finite numbers of several texts, or nothing when one is none. */
export function allNumbers(texts: readonly (string | undefined)[]): number[] | undefined {
	const numbers = texts.map(numberIn);
	return numbers.some((number) => number === undefined) ? undefined : numbers.filter((number) => number !== undefined);
}

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
