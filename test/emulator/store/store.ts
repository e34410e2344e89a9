import { randomUUID } from 'node:crypto';
import { notFound } from '../errors';
import { Chance } from './chance';
import type { ApiToken, Configuration, Dataset, LabelEntry, LabelValue, Medium, Project, Task } from './model';
import { TaskBoard } from './taskBoard';
import { mkdirSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';

export const ORGANIZATION = 'open-core-dummy-org-sub';
/** The person of the released open core, whom every request of the user interface runs as. */
export const UI_USER = 'open-core-dummy-user-sub';
/** Who is noted in label values that a token made [271]. */
export const TOKEN_USER = 'token_user';

/**
 * Everything the server knows, in memory. The rooms beside this file (`datasets`, `media`, `tasks` …) hold what can be done with
 * it; this class only finds things.
 */
export class Store {
	readonly tokens = new Map<string, ApiToken>();
	readonly projects = new Map<string, Project>();
	readonly datasets = new Map<string, Dataset>();
	readonly media = new Map<string, Medium>();
	readonly tasks = new Map<string, Task>();
	readonly configurations = new Map<string, Configuration>();
	readonly entries = new Map<string, LabelEntry>();
	readonly values = new Map<string, LabelValue>();
	readonly boards = new Map<Project, TaskBoard>();
	readonly bytes: MediaBytes;
	readonly chance: Chance;
	/** The real server stamps configuration entries and updated values with the time its class was loaded (docs/contract.md#label-timestamps). */
	readonly startedAt = Date.now();

	constructor(settings: { seed: number; mediaFolder?: string | undefined }) {
		this.chance = new Chance(settings.seed);
		this.bytes = new MediaBytes(settings.mediaFolder);
	}

	newId(): string {
		return randomUUID();
	}

	project(id: string): Project {
		return found(this.projects.get(id), 'Project', id);
	}

	/** Some endpoints refuse deleted projects, others do not [457, 458]. */
	livingProject(id: string): Project {
		const project = this.project(id);
		if (project.deleted) throw notFound('Project', id);
		return project;
	}

	dataset(id: string, what: 'dataset' | 'Dataset'): Dataset {
		return found(this.datasets.get(id), what, id);
	}

	medium(id: string): Medium {
		return found(this.media.get(id), 'media', id);
	}

	task(id: string, what: 'Label Task' | 'task' | 'Task' = 'Label Task'): Task {
		return found(this.tasks.get(id), what, id);
	}

	configuration(id: string): Configuration {
		return found(this.configurations.get(id), 'Label Configuration', id);
	}

	entry(id: string): LabelEntry {
		return found(this.entries.get(id), 'Entry', id);
	}

	value(id: string): LabelValue {
		return found(this.values.get(id), 'Label Entry Value', id);
	}

	board(project: Project): TaskBoard {
		let board = this.boards.get(project);
		if (!board) {
			board = new TaskBoard();
			this.boards.set(project, board);
		}
		return board;
	}
}

function found<T>(thing: T | undefined, what: string, id: string): T {
	if (thing === undefined) throw notFound(what, id);
	return thing;
}

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

/** A token acts as administrator of exactly one organization. */
export function createToken(store: Store, name: string, owner: string, id = store.newId()): ApiToken {
	const token: ApiToken = { id, name, owner, createdAt: Date.now(), deleted: false, deleteTime: null, lastUsed: null };
	store.tokens.set(id, token);
	return token;
}

export function usableToken(store: Store, id: string): ApiToken | undefined {
	const token = store.tokens.get(id);
	if (!token || token.deleted) return undefined;
	token.lastUsed = Date.now();
	return token;
}
