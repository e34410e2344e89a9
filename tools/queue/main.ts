import { randomInt } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { Chance } from '@datagym/test/emulator/store/chance';
import { Executions } from './executions';
import { Instance } from './instance';
import { describe, partsOf, runBatch, sampleParts, writeCosts } from './costs';
import { large, SMALL, type Plan } from './plan';
import { runScenario, type Actors, type Interruption } from './scenario';
import type { Postgres } from './postgres';
import { METRICS, Sampler } from './samples';
import { type Outcome, Verdict, report } from './verdict';
import { Sender } from './sender';
import { startServices, type Services } from './services';
import { Fixture } from './fixture';
import { N8N_VERSION } from '../n8n/install';
import { exitOnSignals, timedOutput, until } from '../processes';
import { OUT } from '../paths';

const SOME = 20;
/** So many photographs each must have been measured for the figures to stand among the benchmarks' results. */
const WORTH_WRITING = 1_000;

const progress = timedOutput();
const undo: Array<() => Promise<void>> = [];

/** What is true after the scenario, before anybody mends anything. */
async function judge(
	actors: Actors,
	interruptions: readonly Interruption[],
): Promise<{ verdict: Verdict; outcome: Outcome }> {
	const { cluster, executions, watchId, photographsId, sender, fixture } = actors;
	const outcome = {
		interruptions,
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

/** “Retry” is for what never began, as the report says; sending again and comparing repeat the rest. */
async function mend({ sender, fixture, executions }: Actors, verdict: Verdict, instance: Instance): Promise<void> {
	const { interrupted, problems } = verdict;
	const never = interrupted.filter(({ status, begunBy }) => status === 'crashed' && begunBy.length === 0);
	const others = interrupted.filter((each) => !never.includes(each));
	for (const each of interrupted.filter(({ status, begunBy }) => status === 'error' || begunBy.length === 0)) {
		const expected = never.includes(each) ? 'success' : 'error';
		const ended = await instance.retry(each.id);
		if (ended !== expected)
			problems.push(`“Retry” of execution ${each.id} ended as ${ended}, unlike what is said above`);
	}
	const lost = [...new Set(others.flatMap(({ images }) => images))].flatMap((name) => sender.sent.get(name) ?? []);
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
	verdict.checkOnce(lost);
	progress(
		`“Retry” repeated ${never.length} executions that had never begun, and failed for those that had; ${lost.length} photographs were sent again, and ${isComplete ? 'no event was missing' : 'the comparison found the missing events'}`,
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

async function act(services: Services, fixture: Fixture, plan: Plan, seed: number): Promise<readonly string[]> {
	const { cluster, database, redis } = services;
	const { port, server: main } = await cluster.start('main', 'main', METRICS);
	const names = Array.from({ length: plan.workers }, (_, index) => `worker-${index + 1}`);
	await Promise.all(names.map(async (name) => await cluster.start('worker', name)));
	progress(`the main process and ${plan.workers} workers are healthy`);
	const url = `http://127.0.0.1:${port}`;
	const instance = await Instance.setUp(url, fixture);
	const actors: Actors = {
		plan,
		cluster,
		redis,
		fixture,
		sender: new Sender(fixture, url, 'p'),
		executions: new Executions(database),
		watchId: instance.watchId,
		photographsId: instance.photographsId,
		chance: new Chance(seed),
		progress,
	};
	const sampler = new Sampler(services, fixture, url);
	const [samples, interruptions] = await Promise.all([
		plan.part === 0 ? [] : sampleParts(plan, actors.sender, sampler, progress),
		runScenario(actors),
	]);
	const { verdict, outcome } = await judge(actors, interruptions);
	await mend(actors, verdict, instance);
	verdict.checkServer();
	progress(`the most memory: main ${(await main.memory()).peak} MiB, ${await peakMemoryOf(outcome)}`);
	verdict.checkBytes(outcome.sent);
	if (plan.part === 0) await runInDatabaseMode(actors, database, verdict);
	else {
		const batchSender = new Sender(fixture, url, 'b');
		const batch = await runBatch(plan.part, batchSender, actors.executions, sampler);
		verdict.checkBytes(batchSender.sent);
		progress(describe(batch));
		if (plan.part >= WORTH_WRITING) await writeCosts(plan, partsOf(samples, plan), batch, verdict, outcome);
	}
	return verdict.problems;
}

async function peakMemoryOf({ workers }: Outcome): Promise<string> {
	const alive = workers.filter(({ isRunning }) => isRunning);
	return (await Promise.all(alive.map(async (worker) => `${worker.name} ${(await worker.memory()).peak} MiB`))).join(
		', ',
	);
}

async function main(): Promise<void> {
	const { values } = parseArgs({ options: { executions: { type: 'string' } } });
	const plan = values.executions === undefined ? SMALL : large(Number(values.executions));
	const seed = Number(process.env.SEED ?? randomInt(1_000_000));
	progress(`seed ${seed} (again with SEED=${seed})`);
	const services = await startServices(progress, undo);
	const fixture = await Fixture.create(seed, plan.watched);
	undo.push(async () => await fixture.close());
	const problems = await act(services, fixture, plan, seed).catch((error: Error) => [error.stack ?? error.message]);
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
