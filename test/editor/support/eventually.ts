import { isDeepStrictEqual } from 'node:util';
import { pause } from '@datagym/tools/processes';

const PATIENCE = 10_000;

/** What the editor shows follows what one does after a moment. */
export async function eventually<T>(read: () => Promise<T>, expected: T): Promise<void> {
	for (const end = Date.now() + PATIENCE; Date.now() < end; await pause(100)) {
		if (isDeepStrictEqual(await read(), expected)) return;
	}
	expect(await read()).toEqual(expected);
}
