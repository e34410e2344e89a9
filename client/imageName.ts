import { createHash } from 'crypto';

/** The server's column for the name (docs/contract.md#upload-a-file). */
const LONGEST_NAME = 255;

/**
 * The name under which DataGym will show a file that is uploaded with a token. The header carries Latin-1 only and the server
 * keeps what comes, so, in this order:
 *
 * 1. only the part after the last `/` or `\` is used;
 * 2. control characters are removed, blanks in a row become one, blanks at the ends are removed;
 * 3. a character outside of Latin-1 is written as its Unicode number: 写真.jpg becomes _u5199_u771f.jpg;
 * 4. a name over 255 characters is cut before its extension and marked with eight digits of its SHA-256, so that two long
 *    names stay different;
 * 5. an empty name becomes `image`.
 */
export function imageNameFor(fileName: string): string {
	const clean = lastPartOf(fileName)
		.replace(/(?!\s)[\p{Cc}\p{Cf}]/gu, '')
		.normalize('NFC')
		.replace(/\s+/gu, ' ')
		.replace(/[^\u0020-\u00ff]/gu, (character) => `_u${(character.codePointAt(0) ?? 0).toString(16)}`)
		.trim();
	if (clean === '' || clean === '.' || clean === '..') return 'image';
	return clean.length <= LONGEST_NAME ? clean : shorten(clean);
}

/**
 * The name of a file on a server that takes any Unicode. It stays as it is but for what is no name, or is refused there:
 *
 * 1. only the part after the last `/` or `\` is used;
 * 2. control characters are removed, tabs and line ends become blanks, half a surrogate pair becomes U+FFFD;
 * 3. it is written in its composed form (NFC), since the server would take the two forms of one text for two names;
 * 4. a name over 255 characters is shortened as above;
 * 5. a name in which nothing can be seen becomes `image`.
 */
export function unicodeImageNameFor(fileName: string): string {
	const clean = Buffer.from(lastPartOf(fileName))
		.toString()
		.replace(/[\t\n\v\f\r\u0085]/gu, ' ')
		.replace(/\p{Cc}/gu, '')
		.normalize('NFC');
	if (/^[\s\p{Cf}]*$/u.test(clean) || clean === '.' || clean === '..') return 'image';
	return [...clean].length <= LONGEST_NAME ? clean : shorten(clean);
}

function lastPartOf(fileName: string): string {
	return fileName.slice(Math.max(fileName.lastIndexOf('/'), fileName.lastIndexOf('\\')) + 1);
}

/** `name.jpg`, 2 → `name (2).jpg`, within the length that the server keeps. */
export function numberedName(name: string, number: number): string {
	const { stem, extension } = splitName(name);
	const suffix = ` (${number})${extension}`;
	return withSuffix(stem, suffix);
}

function shorten(name: string): string {
	const { stem, extension } = splitName(name);
	const suffix = `~${createHash('sha256').update(name).digest('hex').slice(0, 8)}${extension}`;
	return withSuffix(stem, suffix);
}

/** The server counts characters, not the halves of surrogate pairs. */
function withSuffix(stem: string, suffix: string): string {
	return `${[...stem].slice(0, LONGEST_NAME - [...suffix].length).join('')}${suffix}`;
}

function splitName(name: string): { stem: string; extension: string } {
	const dot = name.lastIndexOf('.');
	const hasExtension = dot > 0 && name.length - dot <= 16;
	return hasExtension ? { stem: name.slice(0, dot), extension: name.slice(dot) } : { stem: name, extension: '' };
}
