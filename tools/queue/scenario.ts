import type { Chance } from '@datagym/test/emulator/store/chance';
import type { Cluster } from './cluster';
import { begun, type Execution, type Executions } from './executions';
import type { Sender } from './sender';
import type { Fixture } from './fixture';
import { type Background, pause, until } from '../processes';

const PHOTOGRAPHS = 500;
/** The worker dies after so many photographs; from then on they come slowly until it is dead, so that it dies at work. */
const BEFORE_THE_KILL = 150;
const SLOWLY = 250;
const MINUTE = 60_000;
/** A dead worker's job counts as stalled when its lock has run out (1 minute) and two rounds (30 s each) have looked at it. */
const STALLED = 3 * MINUTE;

/** What was true of the worker when it was killed. */
export interface Kill {
	worker: Background;
	/** Executions that were not over. Whether they wait in the queue or were the dead worker's is not known yet. */
	unfinished: Execution[];
}

export interface Actors {
	cluster: Cluster;
	fixture: Fixture;
	sender: Sender;
	executions: Executions;
	watchId: string;
	photographsId: string;
	chance: Chance;
	progress: (line: string) => void;
}

/** 500 photographs and a trigger at work, while a worker is killed and replaced. Ends when all executions are over. */
export async function runScenario(actors: Actors): Promise<Kill> {
	const { fixture, executions, progress } = actors;
	let isKilled = false;
	const killing = killOneAtWork(actors).finally(() => {
		isKilled = true;
		fixture.stopLabeling();
	});
	const [kill] = await Promise.all([killing, sendAll(actors, () => isKilled), fixture.label()]);
	await until('the trigger has told of the last image', 2 * MINUTE, () =>
		fixture.receiver.received.has(`/event/${fixture.finished.at(-1)}`),
	);
	progress('the trigger has told of the last image that was finished');
	await until('all executions are over', STALLED + MINUTE, async () => await executions.areOver());
	// n8n calls the error workflow a moment after it has marked an execution as failed.
	await pause(2_000);
	await until('the error workflow is over', MINUTE, async () => await executions.areOver());
	progress(
		`all executions are over: ${[...(await executions.count())].map(([status, count]) => `${count} ${status}`).join(', ')}`,
	);
	return kill;
}

async function sendAll({ fixture, sender, progress }: Actors, isKilled: () => boolean): Promise<void> {
	while (sender.sent.size < PHOTOGRAPHS) {
		await sender.sendNext();
		if (sender.sent.size > BEFORE_THE_KILL && !isKilled()) await pause(SLOWLY);
		if (sender.sent.size % 100 === 0)
			progress(
				`${sender.sent.size} photographs sent, ${sender.arrivedBefore()} came out, ${fixture.finished.length} watched images finished`,
			);
	}
}

/** Kills a worker in the middle of an execution of the trigger's workflow, and starts another one. */
async function killOneAtWork({ cluster, sender, executions, watchId, chance, progress }: Actors): Promise<Kill> {
	await until('enough photographs came out', 5 * MINUTE, () => sender.arrivedBefore() >= BEFORE_THE_KILL);
	let worker: Background | undefined;
	await until('a worker runs the trigger’s workflow', 2 * MINUTE, async () => {
		const [running] = await executions.find(`"workflowId" = '${watchId}' AND status = 'running'`);
		worker = cluster.workers.find((each) => begun(each).includes(running?.id ?? ''));
		return worker !== undefined;
	});
	await pause(chance.next() * 500);
	await worker!.end('SIGKILL');
	const unfinished = await executions.find(`status IN ('new', 'running')`);
	progress(`${worker!.name} was killed after ${sender.arrivedBefore()} photographs`);
	await cluster.start('worker', 'worker-3');
	progress('worker-3 has taken its place');
	return { worker: worker!, unfinished };
}
