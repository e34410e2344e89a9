import { isDataGymError, type DataGymError } from './errors';

/**
 * For requests that servers of the documented generation do not have (CONTRACT.md, section 11).
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
		remedy: `The API that was documented in 2020 has none; use a server of a later version. If it is one, check the base URL in the credential.`,
	});
}
