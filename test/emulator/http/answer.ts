/** What an endpoint answers; the dispatcher turns it into HTTP. */
export type Answer =
	| { kind: 'json'; value: unknown }
	/** A long JSON array, sent piece by piece. */
	| { kind: 'jsonArray'; items: Iterable<unknown> }
	| { kind: 'empty'; status?: number; headers?: Record<string, string> }
	| { kind: 'bytes'; body: Buffer; headers: Record<string, string>; chunked?: boolean }
	/** An export: an attachment, always indented; from the first one on the whole server indents. */
	| { kind: 'export'; fileName: string; contentType?: string; items: Iterable<unknown> | null; value?: unknown };

export const json = (value: unknown): Answer => ({ kind: 'json', value });
export const jsonArray = (items: Iterable<unknown>): Answer => ({ kind: 'jsonArray', items });
/** "void" methods of the real server: 200 without a body and without a content type. */
export const done = (): Answer => ({ kind: 'empty' });

/** `URLEncoder.encode`: as for forms, with `+` for blanks. */
export function formEncoded(text: string): string {
	return encodeURIComponent(text)
		.replaceAll('%20', '+')
		.replace(/[!'()~]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`);
}
