import { mkdirSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

/** The bytes of uploaded images: in memory, or as files named by the medium's id when a folder is given. */
export class MediaBytes {
	private readonly held = new Map<string, Buffer>();

	constructor(private readonly folder?: string) {
		if (folder) mkdirSync(folder, { recursive: true });
	}

	async put(mediumId: string, bytes: Buffer): Promise<void> {
		if (this.folder) await writeFile(path.join(this.folder, mediumId), bytes);
		else this.held.set(mediumId, bytes);
	}

	/** Undefined for seeded media, which have no bytes of their own. */
	async get(mediumId: string): Promise<Buffer | undefined> {
		const held = this.held.get(mediumId);
		if (held || !this.folder) return held;
		return await readFile(path.join(this.folder, mediumId)).catch(() => undefined);
	}

	async drop(mediumId: string): Promise<void> {
		this.held.delete(mediumId);
		if (this.folder) await rm(path.join(this.folder, mediumId), { force: true });
	}
}
