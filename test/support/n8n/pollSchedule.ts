import { InstanceSettings, NoOpPollJobManager, PollJobManager, ScheduledTaskManager } from 'n8n-core';
import { Container, CronLoggingConfig, Logger } from './n8nInternals';

type Registration = Parameters<ScheduledTaskManager['register']>[0];
type CoreLogger = ConstructorParameters<typeof ScheduledTaskManager>[1];

/** n8n's crons, of which each can also be fired by hand: n8n polls once a minute at most, a test cannot wait that long. */
export class HandScheduler extends ScheduledTaskManager {
	private readonly ticks = new Map<string, (scheduledTime: Date) => void>();

	override register(registration: Registration, onTick: (scheduledTime: Date) => void): boolean {
		const registered = super.register(registration, onTick);
		if (registered) this.ticks.set(registration.targetId, onTick);
		return registered;
	}

	fire(nodeId: string): void {
		this.ticks.get(nodeId)?.(new Date());
	}
}

/** Stands for n8n's durable scheduler: it keeps poll jobs in a table, and polls a job once as a test when it is new. */
class DurableJobs extends PollJobManager {
	constructor(private readonly known: boolean) {
		super();
	}

	async register(): Promise<{ inserted: boolean }> {
		return { inserted: !this.known };
	}

	async remove(): Promise<void> {}
}

export function scheduleByHand(): HandScheduler {
	const logger = Container.get(Logger) as unknown as CoreLogger;
	const scheduler = new HandScheduler(Container.get(InstanceSettings), logger, Container.get(CronLoggingConfig));
	Container.set(ScheduledTaskManager, scheduler);
	return scheduler;
}

/** @param known Whether the job survived from an earlier activation. */
export function keepPollJobs(durable: boolean, known: boolean): void {
	Container.set(PollJobManager, durable ? new DurableJobs(known) : new NoOpPollJobManager());
}
