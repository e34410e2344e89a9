import { readFile } from 'node:fs/promises';
import { httpClient } from '../support/httpClient';
import type { ClassDraft } from './store/seeding';
import { ORGANIZATION } from './store/store';

export interface NewProject {
	name: string;
	shortDescription?: string;
	mediaType?: 'IMAGE' | 'VIDEO';
	/** Fills the label configuration. */
	classes?: ClassDraft[];
}

export interface CreatedProject {
	id: string;
	labelConfigurationId: string;
}

/**
 * Makes a project on a running server, as the user interface does: the external API cannot (docs/contract.md#projects).
 * @throws Error with the server's answer when it refuses.
 */
export async function createProject(server: { url: string }, project: NewProject): Promise<CreatedProject> {
	const { name, mediaType } = project;
	const shortDescription = project.shortDescription ?? name;
	const client = httpClient({ baseURL: server.url });
	const { data: created } = await client.post<CreatedProject>('/api/project', {
		name,
		shortDescription,
		owner: ORGANIZATION,
		mediaType,
	});
	if (project.classes) {
		const entries = project.classes.map(entry);
		await client.post(`/api/lconfig/${created.labelConfigurationId}/import`, entries);
	}
	return created;
}

function entry(draft: ClassDraft): Record<string, unknown> {
	return { ...draft, entryValue: draft.entryValue ?? draft.entryKey, children: (draft.children ?? []).map(entry) };
}

/** Puts a file into a dataset of a running server, as the user interface does. */
export async function uploadImage(
	server: { url: string },
	datasetId: string,
	file: string,
	name: string,
): Promise<void> {
	const headers = {
		'Content-Type': 'application/octet-stream',
		'X-filename': Buffer.from(name).toString('base64'),
	};
	await httpClient({ baseURL: server.url, headers }).post(`/api/dataset/${datasetId}/file`, await readFile(file));
}
