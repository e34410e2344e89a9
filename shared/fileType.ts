const SIGNATURES: ReadonlyArray<readonly [string, string]> = [
	['GIF8', 'a GIF'],
	['BM', 'a BMP'],
	['RIFF', 'a WebP or another RIFF file'],
	['II*\u0000', 'a TIFF'],
	['MM\u0000*', 'a TIFF'],
	['%PDF', 'a PDF'],
	['PK', 'a ZIP archive'],
	['<svg', 'an SVG'],
	['<', 'a web page or XML'],
	['{', 'JSON'],
];

/** What a file is that is no JPEG or PNG, by its first bytes. */
export function describeType(start: Uint8Array): string {
	if (start.length === 0) return 'empty';
	const text = Buffer.from(start).toString('latin1').trimStart();
	if (text.slice(4, 12) === 'ftypheic' || text.slice(4, 12) === 'ftypavif') return 'a HEIC or AVIF';
	return SIGNATURES.find(([signature]) => text.startsWith(signature))?.[1] ?? 'of an unknown type';
}
