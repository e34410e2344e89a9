import { isDataGymError, unreadable, type DataGymError } from './errors';
import { lackOf, type Feature, type Generation } from './features';
import { path, type ApiRequest } from './http';
import type { Transport } from './transport';

const KNOWN = new Map<string, Generation>();
const NO_SUCH_IMAGE = '00000000-0000-4000-8000-000000000000';

/**
 * What only a server of the kind answers: DataGym's own `ex_notfound` to a question for an image that does not exist. Where the
 * address is unknown, 404 comes from its framework, or from a proxy while DataGym restarts, and has no key
 * (docs/contract.md#the-api-of-2020). A further kind of server gets its line here.
 */
const EVIDENCE = [
	{ generation: 'media', request: { method: 'GET', path: path`media/${NO_SUCH_IMAGE}` } },
	{ generation: 'image', request: { method: 'GET', path: path`image/${NO_SUCH_IMAGE}` } },
] as const satisfies ReadonlyArray<{ readonly generation: Generation; readonly request: ApiRequest }>;

/** Asks once per server and process. Only what the server has shown by an answer of its own is remembered. */
export async function detectGeneration(transport: Transport): Promise<Generation> {
	return KNOWN.get(transport.baseUrl) ?? (await askGeneration(transport));
}

async function askGeneration(transport: Transport): Promise<Generation> {
	const generation = await transport.retryTogether(EVIDENCE[0].request, recognize);
	KNOWN.set(transport.baseUrl, generation);
	return generation;
}

/** @throws the answer to the first question if no answer tells the kind, and any failure but 404. */
async function recognize(ask: (request: ApiRequest) => Promise<unknown>): Promise<Generation> {
	let unknown: DataGymError | undefined;
	for (const { generation, request } of EVIDENCE) {
		const answer = await ask(request).then(
			() => unreadable(request, 200, 'it has an image that cannot exist'),
			(failure: unknown) => failure,
		);
		// Refused for another reason, such as the token, or not answered at all: that tells nothing of the kind.
		if (!isDataGymError(answer) || answer.status !== 404) throw answer;
		if (answer.key !== undefined) return generation;
		unknown ??= answer;
	}
	throw unknown;
}

/**
 * For requests that not every server has (docs/contract.md#the-api-of-2020).
 *
 * @throws DataGymError that says what the server lacks, where its framework says that it knows no such address and DataGym
 * itself answers at another: a 404 alone can be a proxy's, while DataGym restarts.
 */
export async function requireFeature<Value>(
	transport: Transport,
	feature: Feature,
	answer: Promise<Value>,
): Promise<Value> {
	return await answer.catch(async (error: unknown) => {
		if (!isDataGymError(error) || error.failure.isUnknownAddress !== true) throw error;
		await askGeneration(transport).catch(() => {
			throw error;
		});
		throw lacking(error, lackOf(feature));
	});
}

function lacking(error: DataGymError, lack: string): DataGymError {
	return error.with({
		message: `This DataGym server ${lack}`,
		remedy: `The API documented in 2020 does not include this. Use a newer server, or check the base URL in the credential if the server is up to date.`,
	});
}
