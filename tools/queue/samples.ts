import { readdir, readFile } from 'node:fs/promises';
import { Agent } from 'node:http';
import type { AxiosInstance } from 'axios';
import { httpClient } from '@datagym/test/support/httpClient';
import { type Background, run } from '../processes';
import type { Fixture } from './fixture';
import type { Services } from './services';

/** Where everything stood at a moment; the difference of two is what the work between them cost. */
export interface Sample {
	/** On a clock that only goes forward. */
	milliseconds: number;
	/** Of each process with those that it has started, by its name. */
	processorMilliseconds: ReadonlyMap<string, number>;
	/** Of n8n's processes, in MiB, by their names. */
	memory: ReadonlyMap<string, number>;
	/** Of n8n's main process since the sample before: the delay of its event loop, in milliseconds. */
	loop: { median: number; p99: number; longest: number };
	/** As PostgreSQL counts the whole database, in bytes. */
	database: number;
	executions: number;
	/** What executions started with and what came of them, compressed as PostgreSQL keeps it, in bytes. */
	executionData: number;
	/** What the trigger remembers, in bytes. */
	staticData: number;
	/** That n8n keeps as files, in bytes. */
	files: number;
	/** That the data of Redis take in its memory, in bytes. */
	redis: number;
	/** To DataGym, by their routes. */
	requests: ReadonlyMap<string, number>;
	/** That DataGym was sent, in bytes. */
	uploaded: number;
	watched: number;
}

/** Looks at everything that the run costs. */
export class Sampler {
	private readonly metrics: AxiosInstance;

	/** @param url Of n8n's main process, which tells its metrics. */
	constructor(
		private readonly services: Services,
		private readonly fixture: Fixture,
		url: string,
	) {
		// Between two samples, n8n closes a connection that is kept.
		this.metrics = httpClient({ baseURL: url, httpAgent: new Agent({ keepAlive: false }) });
	}

	async take(): Promise<Sample> {
		const { database, redis, cluster } = this.services;
		const { requests } = this.fixture.emulator;
		const [counts] = await database.rows<Pick<Sample, 'database' | 'executions' | 'executionData' | 'staticData'>>(`
			SELECT pg_database_size(current_database()) AS database, (SELECT count(*) FROM execution_entity) AS executions,
			(SELECT sum(pg_column_size(data)) FROM execution_data) AS "executionData",
			(SELECT max(length("staticData"::text)) FROM workflow_entity) AS "staticData"`);
		const alive = cluster.processes.filter(({ isRunning }) => isRunning);
		return {
			milliseconds: performance.now(),
			processorMilliseconds: await processorTimes([...alive, database.server, redis.server]),
			memory: new Map(await Promise.all(alive.map(async (each) => [each.name, (await each.memory()).now] as const))),
			loop: await this.loopDelay(),
			...counts!,
			files: Number.parseInt(await run('du', ['--bytes', '--summarize', cluster.filesFolder]), 10),
			redis: await redis.usedMemory(),
			requests: countBy(requests.map(({ route }) => route)),
			uploaded: requests.reduce((sum, { headers }) => sum + Number(headers['content-length'] ?? 0), 0),
			watched: this.fixture.finished.length,
		};
	}

	private async loopDelay(): Promise<Sample['loop']> {
		const { data } = await this.metrics.get<string>('/metrics');
		const milliseconds = (name: string) =>
			Number(new RegExp(`^\\w*nodejs_eventloop_lag_${name}_seconds (\\S+)`, 'm').exec(data)?.[1]) * 1_000;
		return { median: milliseconds('p50'), p99: milliseconds('p99'), longest: milliseconds('max') };
	}
}

function countBy(names: readonly string[]): Map<string, number> {
	const counts = new Map<string, number>();
	for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
	return counts;
}

/** What makes n8n's main process tell its metrics. */
export const METRICS = { N8N_METRICS: 'true' };

const MILLISECONDS_PER_TICK = 10;

/** By name: what the process has used, with all that it started, whether that has ended or not. */
async function processorTimes(servers: readonly Background[]): Promise<Map<string, number>> {
	const entries = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
	const all = await Promise.all(entries.map(readTimes));
	const byParent = Map.groupBy(
		all.flatMap((each) => each ?? []),
		({ parent }) => parent,
	);
	const sum = (process: ProcessTimes): number =>
		process.milliseconds + (byParent.get(process.id) ?? []).reduce((total, child) => total + sum(child), 0);
	return new Map(
		servers.map(({ name, pid }) => [name, all.reduce((total, each) => total + (each?.id === pid ? sum(each!) : 0), 0)]),
	);
}

interface ProcessTimes {
	id: number;
	parent: number;
	/** With those of its children that have ended. */
	milliseconds: number;
}

async function readTimes(id: string): Promise<ProcessTimes | undefined> {
	const text = await readFile(`/proc/${id}/stat`, 'utf8').catch(() => undefined);
	if (text === undefined) return undefined;
	// The second field is a name in parentheses that may hold anything.
	const fields = text
		.slice(text.lastIndexOf(')') + 2)
		.split(' ')
		.map(Number);
	const [user = 0, system = 0, userOfChildren = 0, systemOfChildren = 0] = fields.slice(11, 15);
	const ticks = user + system + userOfChildren + systemOfChildren;
	return { id: Number(id), parent: fields[1]!, milliseconds: ticks * MILLISECONDS_PER_TICK };
}
