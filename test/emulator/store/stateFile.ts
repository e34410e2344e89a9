import { createReadStream, existsSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { recordsOf, type StateRecord } from './records';
import { restore } from './restore';
import type { Store } from './store';

const CHUNK = 1024 * 1024;

/** Keeps a store in a folder, as one JSON object a line, so that a restarted server knows what it knew. */
export class StateFile {
	private readonly file: string;
	private timer: NodeJS.Timeout | undefined;
	private writing: Promise<void> = Promise.resolve();

	constructor(
		private readonly store: Store,
		folder: string,
		private readonly delayMs = 500,
	) {
		this.file = path.join(folder, 'state.jsonl');
	}

	async load(): Promise<void> {
		if (!existsSync(this.file)) return;
		for await (const line of createInterface({ input: createReadStream(this.file) }))
			restore(this.store, JSON.parse(line) as StateRecord);
	}

	/** Something has changed: it is written after a moment, together with what follows. */
	changed(): void {
		this.timer ??= setTimeout(() => void this.flush(), this.delayMs);
	}

	async flush(): Promise<void> {
		clearTimeout(this.timer);
		this.timer = undefined;
		this.writing = this.writing.then(() => this.write());
		await this.writing;
	}

	/** Beside the file first, so that a crash leaves the old state whole. */
	private async write(): Promise<void> {
		const draft = `${this.file}.new`;
		const output = await open(draft, 'w');
		let held = '';
		for (const record of recordsOf(this.store)) {
			held += `${JSON.stringify(record)}\n`;
			if (held.length < CHUNK) continue;
			await output.write(held);
			held = '';
		}
		await output.write(held);
		await output.close();
		await rename(draft, this.file);
	}
}
