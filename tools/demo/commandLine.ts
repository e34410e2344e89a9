import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { OUT } from '../paths';

export interface CommandLine {
	/** A DataGym server of one's own; undefined starts the emulator. */
	readonly server: OwnServer | undefined;
	/** Of n8n. */
	readonly port: number;
	/** Begins anew, without what was done in the editor before. */
	readonly fresh: boolean;
	/** Opens the editor in the usual browser. */
	readonly open: boolean;
	/** Where n8n, and the emulator, keep what they know. */
	readonly folder: string;
}

export interface OwnServer {
	readonly address: string;
	/** Undefined for the open core, which has no tokens. */
	readonly token: string | undefined;
}

export const HELP = `npm run n8n [-- options]

Opens n8n with the DataGym nodes and the examples: on an emulator of DataGym with photographs in every state, or on
your own server. It is for this machine only, and ends with Ctrl-C.

  --server <address>  Your DataGym server, such as http://localhost:8080, instead of the emulator. It is asked who it
                      is before n8n starts; starting changes nothing on it.
  --token <token>     An API token of that server. Preferably set DATAGYM_TOKEN instead: a shell keeps its history.
                      Without a token, the server is used as open core.
  --port <number>     Port of n8n (5678)
  --folder <folder>   Where n8n keeps workflows and credentials; by default one for each server, in out/
  --fresh             Begin anew, without what was done in n8n before
  --open              Open n8n in the browser
  --help              Show this
`;

/**
 * @returns undefined if help is asked for.
 * @throws Error that names the option at fault.
 */
export function readCommandLine(
	args: readonly string[],
	{ DATAGYM_TOKEN }: Readonly<Record<string, string | undefined>>,
): CommandLine | undefined {
	const { values } = parseArgs({
		args: [...args],
		options: {
			server: { type: 'string' },
			token: { type: 'string' },
			port: { type: 'string', default: '5678' },
			folder: { type: 'string' },
			fresh: { type: 'boolean', default: false },
			open: { type: 'boolean', default: false },
			help: { type: 'boolean', default: false, short: 'h' },
		},
	});
	if (values.help) return undefined;
	const { server: address, token, port, fresh, open } = values;
	if (token !== undefined && address === undefined)
		throw new Error('--token needs --server: the emulator has a token of its own.');
	if (!/^\d{1,5}$/.test(port)) throw new Error(`--port must be a number such as 5678, not "${port}".`);
	const chosen = token ?? DATAGYM_TOKEN ?? '';
	return {
		server: address === undefined ? undefined : { address, token: chosen === '' ? undefined : chosen },
		port: Number(port),
		fresh,
		open,
		folder: values.folder ?? join(OUT, address === undefined ? 'n8n' : `n8n-${folderName(address)}`),
	};
}

/** What is done in n8n for one server, such as the projects that were chosen, means nothing to another. */
function folderName(address: string): string {
	return address
		.replace(/^https?:\/\//i, '')
		.replace(/[^\w.-]+/g, '-')
		.replace(/-$/, '');
}
