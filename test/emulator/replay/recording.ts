import { readFileSync } from 'node:fs';
import path from 'node:path';

/** How the recordings describe a body: whole, or by length, hash and first bytes. */
export interface DescribedBody {
	json?: unknown;
	text?: string;
	base64?: string | null;
	bytes?: number;
	length?: number;
	sha256?: string;
	magic?: string;
	textLength?: number;
	pretty?: boolean;
	/** Such as `99 elements, the first 5 kept`. */
	cut?: string;
}

export type HeaderValue = string | { latin1: string };

export interface Recording {
	n: string;
	name: string;
	internal?: boolean;
	note?: string;
	request: {
		method?: string;
		path?: string;
		query?: string;
		headers?: Array<[string, HeaderValue]>;
		body?: DescribedBody | null;
		/** A body of this many bytes that was not kept. */
		bodyLength?: number;
		/** A request that was written byte by byte. */
		rawSocket?: string;
		bodyBase64?: string;
	};
	response: {
		status?: number;
		headers?: Record<string, string>;
		body?: DescribedBody | null;
		raw?: string;
	};
}

/** The recorded exchanges with the real server 0.29, in the order in which they were made. */
export function readRecordings(): Recording[] {
	return readLines<Recording>('recordings.jsonl');
}

export function readLines<T>(fileName: string): T[] {
	return readFileSync(path.join(__dirname, '../../fixtures/contract', fileName), 'utf8')
		.split('\n')
		.filter((line) => line !== '')
		.map((line) => JSON.parse(line) as T);
}
