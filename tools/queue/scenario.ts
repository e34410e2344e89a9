import type { Chance } from '@datagym/test/emulator/store/chance';
import type { Cluster } from './cluster';
import { begun, type Execution, type Executions } from './executions';
import type { Death, Plan } from './plan';
import type { Redis } from './redis';
import type { Sender } from './sender';
import type { Fixture } from './fixture';
import { type Background, pause, until } from '../processes';

/** From the photograph on after which a worker dies until that is over they come slowly, so that it dies at work. */
const SLOWLY = 250;
/** At once, since one alone would not keep the queue full. */
const SENDERS = 4;
const MINUTE = 60_000;
/** A dead worker's job counts as stalled when its lock has run out (1 minute) and two rounds (30 s each) have looked at it. */
const STALLED = 3 * MINUTE;
/** By compose.yaml, n8n looks this often for executions that the queue does not know. */
const RECOVERY = 5 * MINUTE;

/** What was true when somebody died. */
export interface Interruption {
	death: Death;
	/** Who died, for people. */
	victim: string;
	worker?: Background;
	/** Executions that were not over. Whether they wait in the queue or somebody is at them is not known yet. */
	unfinished: Execution[];
}

export interface Actors {
	plan: Plan;
	cluster: Cluster;
	redis: Redis;
	fixture: Fixture;
	sender: Sender;
	executions: Executions;
	watchId: string;
	photographsId: string;
	chance: Chance;
	progress: (line: string) => void;
}

/** Photographs and a trigger at work, while a worker is killed and replaced, and Redis after it. Ends when all executions are over. */
export async function runScenario(actors: Actors): Promise<Interruption[]> {
	const { plan, fixture, executions, progress } = actors;
	const past: Interruption[] = [];
	const dying = dieInTurn(actors, past).finally(() => fixture.stopLabeling());
	await Promise.all([dying, sendAll(actors, past), fixture.label()]);
	await until('the trigger has told of the last image', 2 * MINUTE, () =>
		fixture.receiver.received.has(`/event/${fixture.finished.at(-1)}`),
	);
	progress('the trigger has told of the last image that was finished');
	const losesData = plan.deaths.some((death) => death.of === 'Redis' && !death.keepsData);
	const patience = STALLED + MINUTE + (losesData ? RECOVERY : 0);
	await until('all executions are over', patience, async () => await executions.areOver());
	// n8n calls the error workflow a moment after it has marked an execution as failed.
	await pause(2_000);
	await until('the error workflow is over', MINUTE, async () => await executions.areOver());
	progress(
		`all executions are over: ${[...(await executions.count())].map(([status, count]) => `${count} ${status}`).join(', ')}`,
	);
	return past;
}

async function sendAll(actors: Actors, past: readonly Interruption[]): Promise<void> {
	const counts = Array.from({ length: SENDERS }, (_, index) => Math.ceil((actors.plan.photographs - index) / SENDERS));
	await Promise.all(counts.map(async (count) => await sendSome(count, actors, past)));
}

async function sendSome(
	count: number,
	{ plan, fixture, sender, progress }: Actors,
	past: readonly Interruption[],
): Promise<void> {
	for (let sent = 0; sent < count; sent++) {
		const total = await sender.sendNext();
		const next = plan.deaths[past.length];
		if (next?.of === 'worker' && total > next.after) await pause(SLOWLY * SENDERS);
		if (total % 100 === 0)
			progress(
				`${total} photographs sent, ${sender.arrivedBefore()} came out, ${fixture.finished.length} watched images finished`,
			);
	}
}

async function dieInTurn(actors: Actors, past: Interruption[]): Promise<void> {
	const { plan, sender } = actors;
	for (const death of plan.deaths) {
		// Each photograph may take long on a slow machine.
		await until(
			'enough photographs came out',
			5 * MINUTE + plan.photographs * 1_000,
			() => sender.arrivedBefore() >= death.after,
		);
		past.push(death.of === 'worker' ? await killWorkerAtWork(actors, death) : await killRedis(actors, death));
	}
}

/** Kills a worker in the middle of an execution of the trigger's workflow, and starts another one. */
async function killWorkerAtWork(
	{ plan, cluster, sender, executions, watchId, chance, progress }: Actors,
	death: Death,
): Promise<Interruption> {
	let worker: Background | undefined;
	await until('a worker runs the trigger’s workflow', 2 * MINUTE, async () => {
		const [running] = await executions.find(`"workflowId" = '${watchId}' AND status = 'running'`);
		worker = cluster.workers.find((each) => begun(each).includes(running?.id ?? ''));
		return worker !== undefined;
	});
	await pause(chance.next() * 500);
	await worker!.end('SIGKILL');
	const unfinished = await executions.findUnfinished();
	progress(`${worker!.name} was killed after ${sender.arrivedBefore()} photographs`);
	const next = `worker-${plan.workers + 1}`;
	await cluster.start('worker', next);
	progress(`${next} has taken its place`);
	return { death, victim: worker!.name, worker: worker!, unfinished };
}

/** Kills Redis and starts it again after a while. n8n accepts some photographs meanwhile, or keeps their senders waiting. */
async function killRedis(
	{ redis, sender, executions, progress }: Actors,
	death: Death & { of: 'Redis' },
): Promise<Interruption> {
	await redis.kill();
	const before = await executions.findUnfinished();
	progress(`Redis was killed after ${sender.arrivedBefore()} photographs, with ${before.length} executions not over`);
	await pause(death.away);
	const meanwhile = await executions.findUnfinished();
	await redis.comeBack(death.keepsData);
	progress(
		`Redis is back ${death.keepsData ? 'with' : 'without'} its data; ${meanwhile.length} executions are not over`,
	);
	const unfinished = [...new Map([...before, ...meanwhile].map((execution) => [execution.id, execution])).values()];
	return { death, victim: death.keepsData ? 'Redis' : 'Redis with its data', unfinished };
}
