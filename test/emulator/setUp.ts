import { readFile } from 'node:fs/promises';
import { httpClient } from '../support/httpClient';
import type { ClassDraft } from './store/seeding';
import { ORGANIZATION } from './store/store';

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
 * Makes a project on a running server, as the user interface does: the external API cannot (docs/contract.md#projects).
 * @throws Error with the server's answer when it refuses.
 */
export async function createProject(
	server: { url: string; token: string },
	project: NewProject,
): Promise<CreatedProject> {
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
		await client.put(`/api/v1/config/${created.labelConfigurationId}`, entries, { params: { token: server.token } });
	}
	return created;
}

function entry(draft: ClassDraft): Record<string, unknown> {
	return { ...draft, entryValue: draft.entryValue ?? draft.entryKey, children: (draft.children ?? []).map(entry) };
}

/** Puts a file into a dataset of a running server, over HTTP as clients do. */
export async function uploadImage(
	server: { url: string; token: string },
	datasetId: string,
	file: string,
	name: string,
): Promise<void> {
	const headers = {
		Authorization: `Token ${server.token}`,
		'Content-Type': 'application/octet-stream',
		'X-filename': name,
	};
	await httpClient({ baseURL: server.url, headers }).post(`/api/v1/media/${datasetId}/file`, await readFile(file));
}
