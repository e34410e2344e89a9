import { NodeApiError, NodeOperationError, type IDataObject, type INode, type JsonObject } from 'n8n-workflow';
import { isDataGymError, type DataGymError } from '@datagym/client';

/** A wrong value in a field or an item: what, where and the remedy. Thrown by operations, shown by n8n. */
export class InputError extends Error {
	override readonly name = 'InputError';

	constructor(
		message: string,
		readonly remedy: string,
		/** What the output item of a node that continues on errors holds beside the error. */
		readonly output: IDataObject = {},
	) {
		super(message);
	}
}

/** What went wrong, whatever was thrown. */
export function messageOf(error: unknown): string {
	return error instanceof Error ? error.message : String(error);
}

/** What went wrong and the remedy, where n8n shows one text only, as in a credential. */
export function inOneText(error: unknown): string {
	const remedy = isDataGymError(error) ? error.failure.remedy : error instanceof InputError ? error.remedy : '';
	return remedy === '' ? messageOf(error) : `${messageOf(error)}. ${remedy}`;
}

/** The error that n8n shows, with the item it belongs to. Nothing of the request goes into it, since that holds the token. */
export function toNodeError(
	node: INode,
	error: unknown,
	itemIndex?: number,
	addition = '',
): NodeApiError | NodeOperationError {
	if (error instanceof NodeApiError || error instanceof NodeOperationError) return error;
	// A link is a value, too: the server had no part in it, nor in what it was not asked.
	if (isDataGymError(error) && ['link', 'unsupported'].includes(error.failure.kind))
		return toNodeError(node, new InputError(error.message, error.failure.remedy), itemIndex, addition);
	if (isDataGymError(error)) return toNodeApiError(node, error, itemIndex, addition);
	if (error instanceof InputError) {
		const options = { ...atItem(itemIndex), description: join(error.remedy, addition), level: 'warning' } as const;
		return saying(error.message, new NodeOperationError(node, error.message, options));
	}
	const message = messageOf(error);
	return new NodeOperationError(node, message, {
		...atItem(itemIndex),
		...(addition !== '' && { description: addition }),
	});
}

function toNodeApiError(
	node: INode,
	error: DataGymError,
	itemIndex: number | undefined,
	addition: string,
): NodeApiError {
	const { method, path, status, key, message, remedy } = error.failure;
	const facts: JsonObject = { method, path };
	if (key !== undefined && key !== '') facts.key = key;
	const options = {
		message,
		description: join(`${remedy} (${method} ${path}${key === undefined || key === '' ? '' : `, ${key}`})`, addition),
		...(status !== undefined && { httpCode: String(status) }),
		...atItem(itemIndex),
		level: 'warning',
	} as const;
	return saying(message, new NodeApiError(node, facts, options));
}

const atItem = (itemIndex: number | undefined) => (itemIndex === undefined ? {} : { itemIndex });

/** n8n replaces the sentence by one of its own if it finds the code of a network error in it. */
function saying<NodeError extends NodeApiError | NodeOperationError>(message: string, error: NodeError): NodeError {
	error.message = message;
	return error;
}

function join(text: string, addition: string): string {
	return addition === '' ? text : `${text} ${addition}`;
}
