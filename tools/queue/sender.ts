import { Agent } from 'node:http';
import type { AxiosInstance } from 'axios';
import { httpClient } from '@datagym/test/support/httpClient';
import type { Photograph, Fixture } from './fixture';
import { ARCHIVE_PATH, BATCH_PATH, COMPARE_PATH, WEBHOOK_PATH } from './workflows';
import { until } from '../processes';

/** More than the workers can do at once, so that some always wait in the queue. */
export const OUTSTANDING = 40;

/** Whoever sends photographs to n8n's webhook. */
export class Sender {
	readonly sent = new Map<string, Photograph>();
	private readonly webhooks: AxiosInstance;

	constructor(
		private readonly fixture: Fixture,
		url: string,
		/** Before the numbers in the photographs' names. */
		private readonly letter: string,
	) {
		// A connection that is kept may be closed by n8n at the moment of the next request.
		const httpAgent = new Agent({ keepAlive: false });
		this.webhooks = httpClient({ baseURL: `${url}/webhook/`, timeout: 300_000, httpAgent });
	}

	/** Sends the next photograph when not too many others are under way; returns how many that makes. */
	async sendNext(): Promise<number> {
		await until('photographs come out of n8n', 300_000, () => this.sent.size - this.arrivedBefore() < OUTSTANDING);
		const photograph = this.fixture.photograph(this.letter, this.sent.size);
		this.sent.set(photograph.name, photograph);
		const count = this.sent.size;
		await this.send(photograph);
		return count;
	}

	async send({ name, bytes }: Photograph): Promise<void> {
		const headers = { 'Content-Type': 'image/jpeg', 'Content-Disposition': `attachment; filename="${name}"` };
		await this.webhooks.post(WEBHOOK_PATH, bytes, { headers });
	}

	/** Has n8n fetch so many photographs in one execution. */
	async sendBatch(count: number): Promise<void> {
		while (this.sent.size < count) {
			const photograph = this.fixture.photograph(this.letter, this.sent.size);
			this.sent.set(photograph.name, photograph);
		}
		await this.webhooks.post(BATCH_PATH, { names: [...this.sent.keys()] });
	}

	/** Tells n8n which watched images have arrived, so that it looks for the others; ends when it has handed them on. */
	async compare(arrived: readonly string[]): Promise<void> {
		await this.webhooks.post(COMPARE_PATH, { arrived });
	}

	/** Has n8n make an archive of what is finished; ends when it has handed it on. */
	async archive(): Promise<void> {
		await this.webhooks.post(ARCHIVE_PATH, {});
	}

	/** How many photographs have come out of n8n. */
	arrivedBefore(): number {
		return [...this.sent.keys()].filter((name) => this.fixture.receiver.received.has(`/photograph/${name}`)).length;
	}
}
