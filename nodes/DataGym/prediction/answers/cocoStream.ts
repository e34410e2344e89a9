import { InnerLists } from '@datagym/client';
import { COCO_LISTS, CocoFile, isRecord } from '@datagym/labels';
import { giveWay } from '@datagym/shared/turns';

/** A smaller file is parsed as a whole within a turn. */
const SMALL_FILE = 2 ** 21;
/** Bytes that are read at once. */
const CHUNK = 2 ** 16;
/** What else a COCO file says is no longer. */
const LONGEST_REST = 2 ** 22;
const OPEN_OBJECT = 0x7b;

/** Whether a file may be a COCO file that is too large to be parsed as a whole. */
export function mayBeLargeCoco(start: Uint8Array, size: number | undefined): boolean {
	return (size ?? Infinity) > SMALL_FILE && start.find((byte) => byte > 0x20) === OPEN_OBJECT;
}

/**
 * Takes in a COCO file piece by piece, so that neither its text nor the parsed whole is ever held.
 *
 * @returns undefined if it is something else, also JSON that is not valid; who reads it as a whole sees what.
 */
export async function cocoIn(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<CocoFile | undefined> {
	return await takenIn(chunks).catch((error: unknown) => {
		if (error instanceof SyntaxError) return undefined;
		throw error;
	});
}

/** @throws SyntaxError for JSON that is not valid. */
async function takenIn(chunks: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<CocoFile | undefined> {
	const file = new CocoFile();
	const lists = new InnerLists(new Set<string>(COCO_LISTS), 1);
	const decoder = new TextDecoder();
	const isList = (name: string): name is (typeof COCO_LISTS)[number] => COCO_LISTS.some((list) => list === name);
	let rest = '';
	for await (const chunk of chunks)
		for (const piece of piecesOf(chunk)) {
			for (const part of lists.push(piece))
				if ('text' in part) rest += decoder.decode(part.text, { stream: true });
				else if (isList(part.list)) file.add(part.list, part.element);
			if (rest.length > LONGEST_REST) return undefined;
			await giveWay();
		}
	const beside: unknown = JSON.parse(rest);
	// A list that is still there has its name written in another way.
	const isWhole = isRecord(beside) && COCO_LISTS.every((list) => isEmptyList(beside[list]));
	return isWhole ? file : undefined;
}

function isEmptyList(value: unknown): boolean {
	return Array.isArray(value) && value.length === 0;
}

function* piecesOf(bytes: Uint8Array): Generator<Uint8Array, void, undefined> {
	for (let start = 0; start < bytes.length; start += CHUNK) yield bytes.subarray(start, start + CHUNK);
}

/** As n8n's store gives them. */
export async function* bytesOf(
	content: Uint8Array | AsyncIterable<unknown>,
): AsyncGenerator<Uint8Array, void, undefined> {
	if (content instanceof Uint8Array) yield content;
	else for await (const chunk of content) yield chunk instanceof Uint8Array ? chunk : Buffer.from(String(chunk));
}
