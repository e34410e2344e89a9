import { path, type Transport } from './transport';
import { isDataGymError } from './errors';
import { wireNothing } from './wire/wire';

/**
 * `media`: DataGym 0.29 and its neighbors, whose paths and fields say media. `image`: the API documented in 2020, without
 * tasks, whose paths and fields say image.
 */
export type Generation = 'media' | 'image';

const KNOWN = new Map<string, Generation>();
const NO_SUCH_IMAGE = '00000000-0000-4000-8000-000000000000';

/**
 * Asks for an image that does not exist: a server that knows the path `/media` answers `ex_notfound`, one that does not
 * answers with the error of its framework, which has no key (CONTRACT.md, sections 1 and 11). Once per server and process.
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
