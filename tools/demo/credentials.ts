import type { ICredentialDataDecryptedObject } from 'n8n-workflow';
import type { N8nClient } from '../n8n/client';

export interface CredentialDraft {
	name: string;
	type: string;
	data: ICredentialDataDecryptedObject;
}

export interface SavedCredential {
	id: string;
	name: string;
	type: string;
}

/** Saves credentials, over those of the same name and type: addresses change from one start to the next. */
export async function saveCredentials(n8n: N8nClient, drafts: readonly CredentialDraft[]): Promise<SavedCredential[]> {
	const known = await n8n.get<SavedCredential[]>('/rest/credentials');
	return await Promise.all(
		drafts.map(async (draft) => {
			const saved = known.find(({ name, type }) => name === draft.name && type === draft.type);
			return saved
				? await n8n.patch<SavedCredential>(`/rest/credentials/${saved.id}`, draft)
				: await n8n.post<SavedCredential>('/rest/credentials', draft);
		}),
	);
}
