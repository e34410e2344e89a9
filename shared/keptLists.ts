import type { ILoadOptionsFunctions } from 'n8n-workflow';
import type { DataGymApi } from '@datagym/client';
import { connectForList } from './connect';
import { toNodeError } from './errors';

/** With a token, the list of datasets carries every image of the organization, so it is kept while someone types. */
const KEPT_FOR = 30_000;

interface Kept {
	readonly list: Promise<unknown>;
	/** Milliseconds of the clock; unknown while it is loaded. */
	until: number;
}

const kept = new Map<string, Kept>();

/** Loads a list, or has it still. @param what the list is of, among those of the account. */
export type Lists = <List>(what: string, load: (api: DataGymApi) => Promise<List>) => Promise<List>;

/** The lists of the node's account, each loaded once for all that ask for it until half a minute after. */
export async function keptLists(context: ILoadOptionsFunctions): Promise<Lists> {
	const account = await accountOf(context);
	let api: Promise<DataGymApi> | undefined;
	return async <List>(what: string, load: (api: DataGymApi) => Promise<List>) => {
		const key = `${what} ${account}`;
		const known = kept.get(key);
		if (known !== undefined && known.until > Date.now()) return (await known.list) as List;
		const list = (api ??= connectForList(context)).then(load);
		const entry: Kept = { list, until: Infinity };
		kept.set(key, entry);
		try {
			const loaded = await list;
			letGo(key, entry);
			return loaded;
		} catch (error) {
			forget(key, entry);
			throw toNodeError(context.getNode(), error);
		}
	};
}

export async function loadKept<List>(
	context: ILoadOptionsFunctions,
	what: string,
	load: (api: DataGymApi) => Promise<List>,
): Promise<List> {
	const lists = await keptLists(context);
	return await lists(what, load);
}

/** For a list that has changed. */
export async function forgetList(context: ILoadOptionsFunctions, what: string): Promise<void> {
	kept.delete(`${what} ${await accountOf(context)}`);
}

/** After its time. The timer of a signal keeps no process from ending, as that of n8n's `sleep` would. */
function letGo(key: string, entry: Kept): void {
	entry.until = Date.now() + KEPT_FOR;
	AbortSignal.timeout(KEPT_FOR).addEventListener('abort', () => forget(key, entry), { once: true });
}

function forget(key: string, entry: Kept): void {
	if (kept.get(key) === entry) kept.delete(key);
}

async function accountOf(context: ILoadOptionsFunctions): Promise<string> {
	const { baseUrl, token } = await context.getCredentials('dataGymApi');
	return `${String(baseUrl)} ${String(token)}`;
}
