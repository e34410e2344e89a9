import { setTimeout as sleep } from 'node:timers/promises';
import type { SeenRequest } from '../emulator/http/observation';
import type { Emulator } from '../emulator/start';

/** The time in which one request too many can show itself. */
const GRACE_MS = 20;

/**
 * Holds the emulator's answers back until as many requests as allowed wait for one. Fewer than these wait for ever, so that
 * the test ends only if they overlap; a request too many shows in `most`. A slow machine can hide one, and never adds one.
 */
export class RequestGate {
	/** The most requests that waited at once. */
	most = 0;
	private waiting: Array<() => void> = [];

	/**
	 * @param together How many requests are let go at a time. The requests that will be sent have to be a multiple of it.
	 * @param isHeld Which requests are held; all by default.
	 */
	constructor(
		server: Emulator,
		private readonly together: number,
		isHeld: (request: SeenRequest) => boolean = () => true,
	) {
		server.onRequest(async (request) => {
			if (isHeld(request)) await this.hold();
		});
	}

	private async hold(): Promise<void> {
		const letGo = new Promise<void>((resolve) => this.waiting.push(resolve));
		this.most = Math.max(this.most, this.waiting.length);
		if (this.waiting.length === this.together) void sleep(GRACE_MS).then(() => this.letAllGo());
		await letGo;
	}

	private letAllGo(): void {
		for (const letGo of this.waiting.splice(0)) letGo();
	}
}
