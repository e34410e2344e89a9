import * as z from 'zod/v4-mini';
import { ACCOUNT, CHOOSE_TOKEN, isOfOpenCore, PASS_PROXY, PROJECTS } from './access';
import { isDataGymError, unreadable, type DataGymError } from './errors';
import type { Transport } from './transport';
import { wireNothing } from './wire/answers';

/** Asks the server whether it takes what the credential holds. @throws DataGymError */
export async function checkAccess(transport: Transport, isWithoutToken: boolean): Promise<void> {
	await (isWithoutToken ? askAccount(transport) : transport.json(PROJECTS, z.array(z.unknown()))).catch(
		(error: unknown) => {
			throw isDataGymError(error) ? ofCredential(error, isWithoutToken) : error;
		},
	);
}

async function askAccount(transport: Transport): Promise<void> {
	if (isOfOpenCore(await transport.json(ACCOUNT, wireNothing))) return;
	throw unreadable(ACCOUNT, 200, 'it does not say that the server is the open core');
}

/** Of what can be wrong, only the credential is left: nothing of a node or an item was asked. */
function ofCredential(error: DataGymError, isWithoutToken: boolean): DataGymError {
	const { isOfCredential, isWebPage, kind, status, key } = error.failure;
	if (isOfCredential === true) return error;
	const [orToken, orLogin] = isWithoutToken ? [` ${CHOOSE_TOKEN}`, ` ${CHOOSE_TOKEN} ${PASS_PROXY}`] : ['', ''];
	if (isWebPage === true)
		return error.with({
			message: 'The base URL leads to a web page, not to the DataGym API',
			remedy: `Check the address and its sub-path.${orLogin}`,
		});
	if (status === 404 && key === undefined)
		return error.with({
			message: 'DataGym was not found at this base URL',
			remedy: `Check the address and its sub-path.${orToken}`,
		});
	if (!isWithoutToken && (status === 401 || status === 403))
		return error.with({
			message: 'DataGym did not accept the API token',
			remedy: 'It may have been deleted. Copy one from DataGym (Account, API Tokens).',
		});
	return kind === 'unreadable' ? error.with({ remedy: `${error.failure.remedy}${orLogin}` }) : error;
}
