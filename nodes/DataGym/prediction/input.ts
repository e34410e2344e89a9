import { InputError } from '@datagym/shared/errors';
import { binaryFile } from '../binaryFile';
import type { ItemInput } from '../runner/itemInput';
import type { Run } from '../runner/run';
import { binaryPropertyName, labelText, predictions, predictionsFrom } from './fields';

/** What the model gave, from a field of the node or a file of the item: text for text formats, parsed JSON for the others. */
export async function readInput(run: Run, item: ItemInput, isText: boolean): Promise<unknown> {
	if (item.choice(predictionsFrom) !== 'file') return isText ? item.requiredText(labelText) : item.json(predictions);
	const label = binaryPropertyName.displayName;
	const field = item.requiredText(binaryPropertyName);
	return isText ? await textFile(run, item, field, label) : await jsonFile(run, item, field, label);
}

export async function jsonFile(run: Run, item: ItemInput, field: string, label: string): Promise<unknown> {
	const text = await textFile(run, item, field, label);
	return await Promise.resolve(text)
		.then((json): unknown => JSON.parse(json))
		.catch((error: unknown) => {
			const reason = error instanceof Error ? error.message : 'It cannot be parsed';
			throw new InputError(
				`The file in the binary field “${field}” is not valid JSON`,
				`${reason}. Give the whole file as it was written.`,
			);
		});
}

async function textFile({ n8n }: Run, item: ItemInput, field: string, label: string): Promise<string> {
	const bytes = await binaryFile(n8n, item, field, label).read();
	const isWide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
	return new TextDecoder(isWide ? (bytes[0] === 0xff ? 'utf-16le' : 'utf-16be') : 'utf-8').decode(bytes);
}
