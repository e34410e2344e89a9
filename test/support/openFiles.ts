import type { EventEmitter } from 'node:events';
import fs from 'node:fs/promises';

/** Counts the files that n8n's binary store opens from now on, until Jest restores its mocks. */
export function watchOpenFiles() {
	const openFile = fs.open;
	const open = new Set<fs.FileHandle>();
	let opened = 0;
	jest.spyOn(fs, 'open').mockImplementation(async (...parameters) => {
		const handle = await openFile(...parameters);
		opened++;
		open.add(handle);
		(handle as unknown as EventEmitter).once('close', () => open.delete(handle));
		return handle;
	});
	return {
		opened: () => opened,
		/** Waits until none is open any more; the test's time is the limit. */
		async allClosed() {
			while (open.size > 0) await new Promise((resolve) => setTimeout(resolve, 10));
		},
	};
}
