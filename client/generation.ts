import { path } from './http';
import type { Transport } from './transport';
import { isDataGymError, type DataGymError } from './errors';
import { wireNothing } from './wire/answers';

/**
 * `media`: DataGym 0.29 and its neighbors, whose paths and fields say media. `image`: the API documented in 2020, without
 * tasks, whose paths and fields say image.
 */
export type Generation = 'media' | 'image';

const KNOWN = new Map<string, Generation>();
const NO_SUCH_IMAGE = '00000000-0000-4000-8000-000000000000';

/**
 * Asks for an image that does not exist: a server that knows the path `/media` answers `ex_notfound`, one that does not
 * answers with the error of its framework, which has no key (docs/contract.md#the-api-of-2020). Once per server and process.
 */
export async function detectGeneration(transport: Transport): Promise<Generation> {
	const known = KNOWN.get(transport.baseUrl);
	if (known !== undefined) return known;
	const generation = await probe(transport);
	KNOWN.set(transport.baseUrl, generation);
	return generation;
}

async function probe(transport: Transport): Promise<Generation> {
	const error = await transport
		.json({ method: 'GET', path: path`media/${NO_SUCH_IMAGE}` }, wireNothing)
		.then(() => undefined)
		.catch((failure: unknown) => failure);
	if (error === undefined) return 'media';
	if (!isDataGymError(error)) throw error;
	if (error.status === 404) return error.key === undefined ? 'image' : 'media';
	// Refused for another reason, such as the token: the first real request will say it.
	throw error;
}

/**
 * For requests that servers of the documented generation do not have (docs/contract.md#the-api-of-2020).
 *
 * @throws DataGymError that says what the server lacks, where it knows no such address.
 */
export async function requireFeature<Value>(feature: string, answer: Promise<Value>): Promise<Value> {
	return await answer.catch((error: unknown) => {
		throw isUnknownAddress(error) ? lacking(error, feature) : error;
	});
}

/** A missing object is told with a key; a missing address by the server's framework, which knows none. */
function isUnknownAddress(error: unknown): error is DataGymError {
	return isDataGymError(error) && error.status === 404 && error.key === undefined;
}

function lacking(error: DataGymError, feature: string): DataGymError {
	return error.with({
		message: `This DataGym server has no ${feature}`,
		remedy: `The API documented in 2020 does not include this. Use a newer server, or check the base URL in the credential if the server is up to date.`,
	});
}
