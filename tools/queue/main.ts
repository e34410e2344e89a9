import { randomInt } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Chance } from '@datagym/test/emulator/store/chance';
import { Executions } from './executions';
import { Instance } from './instance';
import { runScenario, type Actors, type Kill } from './scenario';
import type { Postgres } from './postgres';
import { type Outcome, Verdict, report } from './verdict';
import { Sender } from './sender';
import { startServices, type Services } from './services';
import { Fixture } from './fixture';
import { N8N_VERSION } from '../n8n/install';
import { exitOnSignals, timedOutput, until } from '../processes';
import { OUT } from '../paths';

const SOME = 20;

const progress = timedOutput();
const undo: Array<() => Promise<void>> = [];

/** What is true after the scenario, before anybody mends anything. */
async function judge(actors: Actors, kill: Kill): Promise<{ verdict: Verdict; outcome: Outcome }> {
	const { cluster, executions, watchId, photographsId, sender, fixture } = actors;
	const outcome = {
		kill,
		workers: cluster.workers,
		executions: await executions.find(),
		watchId,
		photographsId,
		sent: sender.sent,
		fixture,
	};
	const verdict = new Verdict(outcome);
	verdict.checkExecutions();
	verdict.checkPhotographs();
	verdict.checkEvents();
	console.log(`\n${report(verdict, outcome)}\n`);
	return { verdict, outcome };
}

/** “Retry” is of no use, as the report says; sending again and comparing are. */
async function mend(
	{ sender, fixture, executions }: Actors,
	{ interrupted, affected, problems }: Verdict,
	instance: Instance,
): Promise<void> {
	for (const { id } of interrupted) {
		const status = await instance.retry(id);
		if (status !== 'error') problems.push(`“Retry” of execution ${id} ended as ${status}, unlike what is said above`);
	}
	const lost = [...affected].flatMap((name) => sender.sent.get(name) ?? []);
	for (const photograph of lost) await sender.send(photograph);
	const isComplete = fixture.finished.every((name) => fixture.receiver.received.has(`/event/${name}`));
	// The worker may have died while none of its executions was the trigger's.
	if (!isComplete)
		await sender.compare([...fixture.receiver.received.keys()].map((path) => path.slice('/event/'.length)));
	await until(
		'what was sent again has come out',
		60_000,
		async () => sender.arrivedBefore() === sender.sent.size && (await executions.areOver()),
	);
	const missing = fixture.finished.filter((name) => fixture.receiver.received.get(`/event/${name}`)?.length !== 1);
	if (missing.length > 0)
		problems.push(`after the comparison, these events were not handed on once: ${missing.join(', ')}`);
	progress(
		`“Retry” failed for each of them; ${lost.length} photographs were sent again, and ${isComplete ? 'no event was missing' : 'the comparison found the missing events'}`,
	);
}

/** More photographs with the other mode for binary data, after a restart in good order. */
async function runInDatabaseMode(
	{ cluster, fixture, executions }: Actors,
	database: Postgres,
	verdict: Verdict,
): Promise<void> {
	const mode = { N8N_DEFAULT_BINARY_DATA_MODE: 'database' };
	await cluster.end('SIGTERM');
	const { port } = await cluster.start('main', 'main in database mode', mode);
	await cluster.start('worker', 'worker in database mode', mode);
	const sender = new Sender(fixture, `http://127.0.0.1:${port}`, 'd');
	while (sender.sent.size < SOME) await sender.sendNext();
	await until('all came out', 60_000, async () => sender.arrivedBefore() === SOME && (await executions.areOver()));
	verdict.checkBytes(sender.sent);
	fixture.finish(new Set(sender.sent.keys()));
	await sender.archive();
	verdict.checkArchive(fixture.receiver.last, sender.sent);
	const [files] = await database.rows<{ count: number; bytes: number }>(
		'SELECT count(*), sum("fileSize") AS bytes FROM binary_data',
	);
	progress(
		`in database mode: ${SOME} photographs and an archive of them, ${files?.count} files with ${files?.bytes} bytes in PostgreSQL`,
	);
}

async function act({ cluster, database }: Services, fixture: Fixture, seed: number): Promise<readonly string[]> {
	const { port, server: main } = await cluster.start('main', 'main');
	await Promise.all([cluster.start('worker', 'worker-1'), cluster.start('worker', 'worker-2')]);
	progress('the main process and two workers are healthy');
	const url = `http://127.0.0.1:${port}`;
	const instance = await Instance.setUp(url, fixture);
	const executions = new Executions(database);
	const actors: Actors = {
		cluster,
		fixture,
		sender: new Sender(fixture, url, 'p'),
		executions,
		watchId: instance.watchId,
		photographsId: instance.photographsId,
		chance: new Chance(seed),
		progress,
	};
	const { verdict, outcome } = await judge(actors, await runScenario(actors));
	await mend(actors, verdict, instance);
	verdict.checkServer();
	progress(`the most memory: main ${await main.peakMemory()} MiB, ${await peakMemoryOf(outcome)}`);
	verdict.checkBytes(outcome.sent);
	await runInDatabaseMode(actors, database, verdict);
	return verdict.problems;
}

async function peakMemoryOf({ workers }: Outcome): Promise<string> {
	const alive = workers.filter(({ isRunning }) => isRunning);
	return (await Promise.all(alive.map(async (worker) => `${worker.name} ${await worker.peakMemory()} MiB`))).join(', ');
}

async function main(): Promise<void> {
	const seed = Number(process.env.SEED ?? randomInt(1_000_000));
	progress(`seed ${seed} (again with SEED=${seed})`);
	const services = await startServices(progress, undo);
	const fixture = await Fixture.create(seed);
	undo.push(async () => await fixture.close());
	const problems = await act(services, fixture, seed).catch((error: Error) => [error.stack ?? error.message]);
	if (problems.length === 0)
		return progress(
			`In n8n ${N8N_VERSION} in queue mode, nothing was lost and nothing came twice beyond what n8n promises.`,
		);
	const log = join(OUT, 'queue.log');
	await mkdir(OUT, { recursive: true });
	await writeFile(log, services.cluster.log);
	throw new Error([...problems, `What n8n printed is in ${log}.`].join('\n'));
}

exitOnSignals();
main()
	.catch((error: unknown) => {
		console.error(error instanceof Error ? error.message : error);
		process.exitCode = 1;
	})
	.finally(async () => {
		for (const step of undo.reverse()) await step().catch(console.error);
		process.exit();
	});
