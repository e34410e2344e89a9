import { Readable } from 'node:stream';
import { isDataGymError, Transport, type DataGymError, type HttpAnswer, type HttpRequest } from '@datagym/client';
import type { TransportOptions } from '@datagym/client/transport';

export interface Reply {
	readonly status?: number;
	readonly body?: string;
	readonly headers?: Record<string, string>;
	/** The code of a network error instead of an answer. */
	readonly code?: string;
	/** The body breaks off with this code. */
	readonly breaks?: string;
	/** The body never ends: nothing comes after what there is of it. */
	readonly hangs?: boolean;
}

export const OK: Reply = { body: '{"ok":true}' };

let servers = 0;

/**
 * A transport whose server gives these answers, one after the other, and the last one again and again. Time passes only while the
 * client waits between two tries: `Date.now` is mocked (jest's `restoreMocks` must give it back).
 */
export function fakeServer(
	replies: readonly Reply[] | ((request: HttpRequest) => Reply),
	options: Partial<TransportOptions> = {},
) {
	const waits: number[] = [];
	const requests: HttpRequest[] = [];
	const clock = { now: Date.UTC(2024, 4, 1, 12, 0, 0) };
	jest.spyOn(Date, 'now').mockImplementation(() => clock.now);
	const send = async (request: HttpRequest): Promise<HttpAnswer> => {
		const reply =
			typeof replies === 'function' ? replies(request) : (replies[Math.min(requests.length, replies.length - 1)] ?? OK);
		requests.push(request);
		if (reply.code !== undefined) throw Object.assign(new Error('https://server/?token=secret'), { code: reply.code });
		return { status: reply.status ?? 200, headers: reply.headers ?? {}, body: Readable.from(bytesOf(reply)) };
	};
	const transport = new Transport(send, {
		baseUrl: `http://server-${servers++}.test`,
		idleTimeout: 5_000,
		retryFor: 60_000,
		isUnattended: true,
		limits: { concurrency: 6 },
		sleep: async (milliseconds, signal) => {
			// With a signal it is the time limit of an answer, which is never over here.
			if (signal !== undefined) return await untilAborted(signal);
			waits.push(milliseconds);
			clock.now += milliseconds;
		},
		...options,
	});
	return { transport, requests, waits, clock };
}

/** A sleep that only its end by the signal ends. */
export async function untilAborted(signal: AbortSignal): Promise<void> {
	await new Promise((_resolve, reject) => {
		const end = () => reject(signal.reason as Error);
		if (signal.aborted) end();
		else signal.addEventListener('abort', end, { once: true });
	});
}

async function* bytesOf({ body = '', breaks, hangs }: Reply): AsyncGenerator<Buffer> {
	const size = Math.max(7, Math.ceil(body.length / 1000));
	for (let start = 0; start < body.length; start += size) yield Buffer.from(body.slice(start, start + size));
	if (breaks !== undefined) throw Object.assign(new Error('broken'), { code: breaks });
	if (hangs === true) await new Promise(() => {});
}

/** The DataGymError that the work ends with. */
export async function failure(work: Promise<unknown>): Promise<DataGymError> {
	const error = await work.then(
		() => undefined,
		(reason: unknown) => reason,
	);
	if (isDataGymError(error)) return error;
	throw new Error(`This is no DataGymError: ${String(error)}`);
}
