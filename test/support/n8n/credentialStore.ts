import { Credentials } from 'n8n-core';
import { UserError } from 'n8n-workflow';
import type { ICredentialDataDecryptedObject, INodeCredentialsDetails } from 'n8n-workflow';

/** A credential as a node's `credentials` block names it. */
export interface SavedCredential {
	id: string;
	name: string;
	type: string;
}

/** Holds credentials as n8n's database does: encrypted with the instance's key, found by id and type. */
export class CredentialStore {
	private readonly rows = new Map<string, SavedCredential & { data: string }>();
	private count = 0;

	async save(type: string, data: ICredentialDataDecryptedObject, name = type): Promise<SavedCredential> {
		const credential = { id: `credential${++this.count}`, name, type };
		await this.overwrite(credential, data);
		return credential;
	}

	async overwrite(credential: SavedCredential, data: ICredentialDataDecryptedObject): Promise<void> {
		const encrypted = new Credentials(credential, credential.type);
		await encrypted.setData(data);
		const { data: atRest = '' } = encrypted.getDataToSave();
		this.rows.set(credential.id, { ...credential, data: atRest });
	}

	/** The encrypted text that n8n would have in its database. */
	atRest({ id, type }: Pick<SavedCredential, 'id' | 'type'>): string {
		const row = this.rows.get(id);
		if (row?.type !== type) throw new UserError(`There is no credential "${id}" of type "${type}" in this engine.`);
		return row.data;
	}

	find({ id, name }: INodeCredentialsDetails, type: string): Credentials {
		if (!id) throw new UserError(`The credential "${name}" of type "${type}" has no id.`);
		return new Credentials({ id, name }, type, this.atRest({ id, type }));
	}
}
