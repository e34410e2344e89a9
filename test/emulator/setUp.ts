import type { ClassDraft } from './store/seeding';
import { ORGANIZATION } from './store/store';
import { readFile } from 'node:fs/promises';

export interface NewProject {
	name: string;
	shortDescription?: string;
	mediaType?: 'IMAGE' | 'VIDEO';
	/** Fills the label configuration, which needs the token. */
	classes?: ClassDraft[];
}

export interface CreatedProject {
	id: string;
	labelConfigurationId: string;
}

/**
 * Makes a project on a running server, as the user interface does: the external API cannot (contract, section 2).
 * @throws Error with the server's answer when it refuses.
 */
export async function createProject(
	server: { url: string; token: string },
	project: NewProject,
): Promise<CreatedProject> {
	const { name, mediaType } = project;
	const shortDescription = project.shortDescription ?? name;
	const created = await request<CreatedProject>(server, 'POST', '/api/project', {
		name,
		shortDescription,
		owner: ORGANIZATION,
		mediaType,
	});
	if (project.classes) {
		const entries = project.classes.map(entry);
		await request(server, 'PUT', `/api/v1/config/${created.labelConfigurationId}?token=${server.token}`, entries);
	}
	return created;
}

function entry(draft: ClassDraft): Record<string, unknown> {
	return { ...draft, entryValue: draft.entryValue ?? draft.entryKey, children: (draft.children ?? []).map(entry) };
}

async function request<T>({ url }: { url: string }, method: string, path: string, body: unknown): Promise<T> {
	const response = await fetch(url + path, {
		method,
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify(body),
	});
	const text = await response.text();
	if (!response.ok) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
	return JSON.parse(text) as T;
}

/** Puts a file into a dataset of a running server, over HTTP as clients do. */
export async function uploadImage(
	server: { url: string; token: string },
	datasetId: string,
	file: string,
	name: string,
): Promise<void> {
	const headers = { Authorization: `Token ${server.token}`, 'X-filename': name };
	const body = new Uint8Array(await readFile(file));
	const { ok, status } = await fetch(`${server.url}/api/v1/media/${datasetId}/file`, { method: 'POST', headers, body });
	if (!ok) throw new Error(`The emulator refused ${name} with status ${status}.`);
}
