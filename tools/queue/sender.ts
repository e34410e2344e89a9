import { until } from '../n8n/until';
import type { Photograph, Stage } from './stage';
import { ARCHIVE_PATH, COMPARE_PATH, WEBHOOK_PATH } from './workflows';

/** More than the workers can do at once, so that some always wait in the queue. */
const OUTSTANDING = 40;

/** Whoever sends photographs to n8n's webhook. */
export class Sender {
	readonly sent = new Map<string, Photograph>();

	constructor(
		private readonly stage: Stage,
		private readonly url: string,
		/** Before the numbers in the photographs' names. */
		private readonly letter: string,
	) {}

	/** Sends the next photograph when not too many others are under way. */
	async sendNext(): Promise<void> {
		await until('photographs come out of n8n', 300_000, () => this.sent.size - this.arrivedBefore() < OUTSTANDING);
		const photograph = this.stage.photograph(this.letter, this.sent.size);
		this.sent.set(photograph.name, photograph);
		await this.send(photograph);
	}

	async send({ name, bytes }: Photograph): Promise<void> {
		const headers = { 'Content-Type': 'image/jpeg', 'Content-Disposition': `attachment; filename="${name}"` };
		await this.post(WEBHOOK_PATH, headers, new Uint8Array(bytes));
	}

	/** Tells n8n which watched images have arrived, so that it looks for the others; ends when it has handed them on. */
	async compare(arrived: readonly string[]): Promise<void> {
		await this.post(COMPARE_PATH, { 'Content-Type': 'application/json' }, JSON.stringify({ arrived }));
	}

	/** Has n8n make an archive of what is finished; ends when it has handed it on. */
	async archive(): Promise<void> {
		await this.post(ARCHIVE_PATH, { 'Content-Type': 'application/json' }, '{}');
	}

	/** How many photographs have come out of n8n. */
	arrivedBefore(): number {
		return [...this.sent.keys()].filter((name) => this.stage.receiver.received.has(`/photograph/${name}`)).length;
	}

	private async post(
		path: string,
		headers: Record<string, string>,
		body: string | Uint8Array<ArrayBuffer>,
	): Promise<void> {
		const response = await fetch(`${this.url}/webhook/${path}`, { method: 'POST', headers, body });
		if (!response.ok) throw new Error(`n8n answered ${response.status} at ${path}: ${await response.text()}`);
	}
}
