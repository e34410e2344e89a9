import { header, type Headers } from './http';
import type { ByteStream } from './streams';

/** Answers in a row that may break off without anything new. */
const MAX_TRIES_WITHOUT_PROGRESS = 4;

/** An answer whose bytes are still to come. */
export interface OpenAnswer {
	readonly headers: Headers;
	readonly body: ByteStream;
}

interface ResumeOptions {
	/** Reads an answer's bytes; fails when they break off. */
	readonly read: (body: ByteStream) => AsyncIterable<Buffer>;
	/** Asks for the same file again after it broke off with an error, which is thrown if that is in vain. */
	readonly askAgain: (broken: unknown) => Promise<OpenAnswer>;
	/** Makes the error for a file that is not what it was. */
	readonly unreadable: (what: string) => Error;
}

/** The bytes of a file that is the same each time it is asked for, from as many answers as it takes. */
export async function* resumeWhenBroken(
	first: OpenAnswer,
	{ read, askAgain, unreadable }: ResumeOptions,
): AsyncGenerator<Buffer> {
	const length = header(first.headers, 'content-length');
	let { body } = first;
	let triesWithoutProgress = 0;
	for (let given = 0; ; ) {
		const before = given;
		let position = 0;
		let broken: unknown;
		try {
			for await (const chunk of read(body)) {
				const fresh = chunk.subarray(Math.max(0, given - position));
				position += chunk.length;
				given += fresh.length;
				if (fresh.length > 0) yield fresh;
			}
			if (given === 0) throw unreadable('it is empty');
			if (position < given) throw unreadable('it is shorter than the part received before');
			return;
		} catch (error) {
			broken = error;
		}
		triesWithoutProgress = given > before ? 0 : triesWithoutProgress + 1;
		if (triesWithoutProgress >= MAX_TRIES_WITHOUT_PROGRESS) throw broken;
		const again = await askAgain(broken);
		const newLength = header(again.headers, 'content-length');
		if (newLength !== length && newLength !== '' && length !== '') {
			again.body.destroy();
			throw broken;
		}
		body = again.body;
	}
}
