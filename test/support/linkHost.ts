import type { RequestListener } from 'node:http';
import { serve, type LocalServer } from './httpServer';
import { jpeg } from './images';

/** A host of pictures that a test has answer as it likes. */
export class LinkHost {
	/** Address and headers of each request. */
	readonly asked: string[] = [];
	answer: RequestListener;

	private constructor(
		readonly photo: Buffer,
		private readonly server: () => LocalServer,
	) {
		this.answer = this.givePhoto;
	}

	static async open(): Promise<LinkHost> {
		const host: LinkHost = new LinkHost(await jpeg({ width: 40, height: 30 }), () => server);
		const server = await serve((request, response) => {
			host.asked.push(`${request.url} ${JSON.stringify(request.headers)}`);
			host.answer(request, response);
		});
		return host;
	}

	get url(): string {
		return this.server().url;
	}

	readonly givePhoto: RequestListener = (_, response) =>
		response.writeHead(200, { 'Content-Type': 'image/jpeg' }).end(this.photo);

	/** As it was at first. */
	reset(): void {
		this.asked.length = 0;
		this.answer = this.givePhoto;
	}

	async close(): Promise<void> {
		await this.server().close();
	}
}
