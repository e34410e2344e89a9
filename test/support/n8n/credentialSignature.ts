import { isExpression, UnexpectedError } from 'n8n-workflow';
import type {
	IAuthenticateGeneric,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IDataObject,
	IHttpRequestOptions,
	INode,
	Workflow,
} from 'n8n-workflow';

/** Adds to a request what a credential type's `authenticate` says: a function's result, or generic properties. */
export async function signRequest(
	{ authenticate }: ICredentialType,
	credentials: ICredentialDataDecryptedObject,
	request: IHttpRequestOptions,
	workflow?: Workflow,
	node?: INode,
): Promise<IHttpRequestOptions> {
	if (!authenticate) return request;
	if (typeof authenticate === 'function') return await authenticate(credentials, request);
	if (!workflow || !node) throw new UnexpectedError('Declarative authentication needs a workflow and a node');
	const resolve = (text: string) => resolveText(text, credentials, workflow, node);
	return addProperties(request, authenticate, resolve);
}

/** Generic authentication: each of `headers`, `qs`, `body` and `auth` gains its entries, with expressions on both sides. */
function addProperties(
	request: IHttpRequestOptions,
	{ properties }: IAuthenticateGeneric,
	resolve: (text: string) => string,
): IHttpRequestOptions {
	const target = request as unknown as Record<string, IDataObject | undefined>;
	target.headers ??= {};
	for (const [part, entries] of Object.entries(properties as Record<string, Record<string, string>>)) {
		const signed = (target[part] ??= {});
		for (const [key, value] of Object.entries(entries)) signed[resolve(key)] = resolve(value);
	}
	return request;
}

function resolveText(
	text: string,
	credentials: ICredentialDataDecryptedObject,
	workflow: Workflow,
	node: INode,
): string {
	if (!isExpression(text)) return text;
	const keys = { $credentials: credentials };
	const resolved = workflow.expression.getSimpleParameterValue(node, text, 'internal', keys, undefined, '');
	return resolved ? String(resolved) : '';
}
