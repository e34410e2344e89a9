import * as z from 'zod/v4-mini';
import { isDataGymError, type DataGymError } from './errors';
import { header, path, type ApiRequest, type Headers } from './http';
import { readAs } from './wire/schema';

export const ACCOUNT: ApiRequest = { root: 'api', method: 'GET', path: path`userinfo` };
/** A list leaves out what belongs to others, so that whoever has a good token may read it. */
export const PROJECTS: ApiRequest = { method: 'GET', path: path`project` };
const NO_BITMAP: ApiRequest = { method: 'GET', path: path`export/bitmap/00000000-0000-4000-8000-000000000000/x` };

const wireAccount = z.looseObject({ isOpenCoreEnvironment: z.optional(z.unknown()) });

/** The beginning of an answer of any status; DataGym's key, if it says one, stands for the content. */
export interface Shown {
	readonly status: number | undefined;
	readonly key?: string | undefined;
	readonly content?: string;
}

/** Asks what changes nothing, once. */
export type Look = (request: ApiRequest) => Promise<Shown>;

export const CHOOSE_TOKEN =
	'If the server has API tokens, choose "API Token" under "Authentication" in the credential.';
export const PASS_PROXY =
	'If a proxy in front of the open core asks for a login, turn on "Use HTTP Basic Auth" and check user and password, or enter what it needs under "Proxy Headers".';

/** DataGym knows no login of this kind, and has a key in its refusals: a 401 that asks for one is a proxy's. */
export function withLoginOfProxy(error: DataGymError, headers: Headers): DataGymError {
	const isAsked = /^basic\b/i.test(header(headers, 'www-authenticate'));
	if (error.status !== 401 || error.key !== undefined || !isAsked) return error;
	return error.with({
		message: 'A proxy in front of DataGym requires a login (HTTP 401)',
		remedy: 'Turn on "Use HTTP Basic Auth" in the credential, and check user and password.',
		isOfCredential: true,
	});
}

/**
 * Says what to choose in the credential if the server shows that it is of the other kind: positive evidence only, or the error
 * stays as it is (docs/contract.md#telling-servers-apart).
 */
export async function explainRefusal(error: DataGymError, isWithoutToken: boolean, look: Look): Promise<DataGymError> {
	if (error.failure.isOfCredential === true) return error;
	return isWithoutToken ? await withoutToken(error, look) : await withToken(error, look);
}

async function withToken(error: DataGymError, look: Look): Promise<DataGymError> {
	if (error.status !== 403 || error.key !== FORBIDDEN || !(await isWithoutTokens(look))) return error;
	return error.with({
		message: 'This is the open core, which has no API tokens',
		remedy: 'Choose "None (Open Core)" under "Authentication" in the credential.',
		isOfCredential: true,
	});
}

const FORBIDDEN = 'ex_forbidden';

/** A server that looks at tokens lets a good one read the projects, and a bad one not even ask for a bitmap. */
async function isWithoutTokens(look: Look): Promise<boolean> {
	if (!(await isOpenCore(look))) return false;
	const bitmap = await look(NO_BITMAP);
	if (bitmap.status !== 404 || bitmap.key !== 'ex_notfound') return false;
	const projects = await look(PROJECTS);
	return projects.status === 403 && projects.key === FORBIDDEN;
}

async function withoutToken(error: DataGymError, look: Look): Promise<DataGymError> {
	const { kind, status = 0, key, remedy } = error.failure;
	if (kind !== 'refused') return error;
	const isMove = status > 300 && status < 400 && status !== 304;
	if (isMove) return error.with({ remedy: `${remedy} ${CHOOSE_TOKEN} ${PASS_PROXY}` });
	if (status === 404 && key === undefined)
		return error.with({ remedy: `Check the base URL in the credential. ${CHOOSE_TOKEN}` });
	if (status !== 401 && status !== 403) return error;
	// The open core itself refuses nobody for being unknown.
	if (status === 403 && (await isOpenCore(look)))
		return error.with({
			message: 'The open core does not allow this request (HTTP 403)',
			remedy: 'Check the IDs: the object may belong to another organization.',
		});
	return error.with({
		message: `The server, or a proxy in front of it, requires a login (HTTP ${status})`,
		remedy: `${CHOOSE_TOKEN} ${PASS_PROXY}`,
		isOfCredential: true,
	});
}

async function isOpenCore(look: Look): Promise<boolean> {
	const { status, content = '' } = await look(ACCOUNT);
	if (status !== 200) return false;
	try {
		return isOfOpenCore(JSON.parse(content));
	} catch {
		return false;
	}
}

export function isOfOpenCore(account: unknown): boolean {
	const read = readAs(wireAccount, account);
	return read.ok && read.value.isOpenCoreEnvironment === true;
}

/** What a server shows in an answer that is an error. */
export function shownBy(error: unknown): Shown {
	return isDataGymError(error) ? { status: error.status, key: error.key } : { status: undefined };
}
