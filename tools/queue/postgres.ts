import { execFile } from 'node:child_process';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findSystemFile } from '../systemPackages';
import { Background, freePort, succeeds } from '../processes';

export interface Service {
	port: number;
	stop(): Promise<void>;
}

const run = promisify(execFile);

export interface Account {
	user: string;
	password: string;
	database: string;
}

/** The distribution's PostgreSQL on a free port, with an empty database in a folder of its own. */
export class Postgres implements Service {
	private constructor(
		readonly server: Background,
		private readonly programs: string,
		private readonly folder: string,
		readonly port: number,
		private readonly account: Account,
	) {}

	static async start(account: Account): Promise<Postgres> {
		const programs = dirname((await findSystemFile('postgresql')) ?? '');
		const owner = await unprivileged();
		const folder = await mkdtemp(join(tmpdir(), 'queue-postgres-'));
		const passwordFile = join(folder, 'password');
		await writeFile(passwordFile, account.password);
		if (owner) await Promise.all([folder, passwordFile].map(async (path) => await chown(path, owner.uid, owner.gid)));
		const data = join(folder, 'data');
		const options = { cwd: folder, ...owner };
		const init = [
			'-D',
			data,
			`--username=${account.user}`,
			'--auth=scram-sha-256',
			`--pwfile=${passwordFile}`,
			'--encoding=UTF8',
			'--no-sync',
		];
		await run(join(programs, 'initdb'), init, options);
		const port = await freePort();
		const settings = { port, listen_addresses: '127.0.0.1', unix_socket_directories: folder, fsync: 'off' };
		const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
		const server = Background.start('PostgreSQL', join(programs, 'postgres'), ['-D', data, ...args], options);
		const postgres = new Postgres(server, programs, folder, port, account);
		await server.until('answers', 30_000, async () => await succeeds(postgres.query('SELECT 1', 'postgres')));
		await postgres.query(`CREATE DATABASE ${account.database}`, 'postgres');
		return postgres;
	}

	/** The rows of a SELECT. */
	async rows<Row>(select: string): Promise<Row[]> {
		return JSON.parse(await this.query(`SELECT coalesce(json_agg(row), '[]') FROM (${select}) AS row`)) as Row[];
	}

	async stop(): Promise<void> {
		await this.server.end('SIGTERM');
		await rm(this.folder, { recursive: true });
	}

	private async query(sql: string, database = this.account.database): Promise<string> {
		const { user, password } = this.account;
		const args = [
			'--no-psqlrc',
			'--tuples-only',
			'--no-align',
			'--host=127.0.0.1',
			`--port=${this.port}`,
			`--username=${user}`,
			`--command=${sql}`,
			database,
		];
		const { stdout } = await run(join(this.programs, 'psql'), args, {
			env: { ...process.env, PGPASSWORD: password },
			maxBuffer: 2 ** 28,
		});
		return stdout;
	}
}

/** Whom PostgreSQL may run as: it refuses root. Its package makes this user. */
async function unprivileged(): Promise<{ uid: number; gid: number } | undefined> {
	if (process.getuid?.() !== 0) return undefined;
	const [uid, gid] = await Promise.all(
		['-u', '-g'].map(async (flag) => Number((await run('id', [flag, 'postgres'])).stdout)),
	);
	return { uid: uid!, gid: gid! };
}
