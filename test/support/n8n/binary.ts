import { BinaryDataService, FileLocation } from 'n8n-core';
import { UserError } from 'n8n-workflow';
import type { IBinaryData, INodeExecutionData } from 'n8n-workflow';
import { Container } from './n8nInternals';

export interface FileToStore {
	bytes: Buffer;
	fileName?: string | undefined;
	mimeType: string;
}

/** Puts a file into the instance's binary store, so that an item carries its id, as in n8n's `filesystem` mode. */
export async function storeBinary({ bytes, fileName, mimeType }: FileToStore): Promise<IBinaryData> {
	const location = FileLocation.ofExecution('workflow', 'input');
	const fileExtension = fileName?.includes('.') ? fileName.split('.').pop() : undefined;
	return await Container.get(BinaryDataService).store(location, bytes, {
		data: '',
		mimeType,
		...(fileName !== undefined && { fileName }),
		...(fileExtension !== undefined && { fileExtension }),
	});
}

/** The bytes behind a binary field of an item, from the store or from base64 in the item. */
export async function readBinary(item: INodeExecutionData, field = 'data'): Promise<Buffer> {
	const binary = item.binary?.[field];
	if (!binary)
		throw new UserError(
			`The item has no binary field "${field}"; it has: ${Object.keys(item.binary ?? {}).join(', ') || 'none'}.`,
		);
	return await Container.get(BinaryDataService).getAsBuffer(binary);
}
