import * as z from 'zod/v4-mini';
import { askedOnce } from './askedOnce';
import type { Dialect } from './dialects/dialect';
import { externalApi } from './dialects/externalApi';
import { openCore } from './dialects/openCore';
import { unreadable } from './errors';
import { hasFeature, type Feature, type Generation } from './features';
import { detectGeneration, requireFeature } from './generation';
import type { Transport } from './transport';

const wireAccount = z.looseObject({ orgs: z.array(z.looseObject({ sub: z.string(), role: z.nullish(z.string()) })) });

/** One server, and the dialect in which it is asked. */
export class Server {
	readonly dialect: Dialect;

	/** @param chosen the generation, if it is known without asking. */
	constructor(
		readonly transport: Transport,
		private readonly chosen?: Generation,
	) {
		const word = async () => ((await this.generation()) === 'image' ? 'image' : 'media');
		this.dialect = chosen === 'open-core' ? openCore : externalApi(word);
	}

	/** The same server, asked in another way. */
	through(transport: Transport): Server {
		return new Server(transport, this.chosen);
	}

	async generation(): Promise<Generation> {
		return this.chosen ?? (await detectGeneration(this.transport));
	}

	async has(feature: Feature): Promise<boolean> {
		return hasFeature(await this.generation(), feature);
	}

	/** Explains the failure of a request that not every server has. */
	async require<Value>(feature: Feature, answer: Promise<Value>): Promise<Value> {
		return this.chosen === 'open-core' ? await answer : await requireFeature(this.transport, feature, answer);
	}

	/** The organization that new projects and datasets belong to; empty where the token says it. */
	readonly ownerOfNew = askedOnce(async () => await this.askOwner());

	private async askOwner(): Promise<string> {
		const request = this.dialect.getAccount?.();
		if (request === undefined) return '';
		const { orgs } = await this.transport.json(request, wireAccount);
		const owner = orgs.find(({ role }) => role === 'ADMIN') ?? orgs[0];
		if (owner === undefined) throw unreadable(request, 200, 'the user has no organization');
		return owner.sub;
	}
}
