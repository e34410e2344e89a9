import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pythonEnvironment } from '../pythonEnvironment';
import { startChatModel, type ChatModel } from '@datagym/test/emulator/model/chat';
import { startModel, type Model } from '@datagym/test/emulator/model/detector';
import { PHOTOS } from '../paths';
import { type Hub, HUB_USER, startHub } from './services/hub';
import { startMailCatcher, type MailCatcher } from './services/mail';
import { startStorage, type ObjectStorage } from './services/storage';
import { startWebsite, type Website } from './services/website';
import { freePort } from '../processes';

/** Where the services listen, on 127.0.0.1 only, unless others are asked for. */
export const EXAMPLE_PORTS = { model: 8090, website: 8091, storage: 8092, mail: 8093, chatModel: 8094, hub: 8095 };

/** The buckets of the storage: photographs lie in the folder `incoming/` of the first one. */
export const BUCKETS = { photographs: 'photographs', training: 'training-data' };

/** What the example workflows need beside DataGym, so that all of them run without any outside service. */
export interface ExampleServices {
	/** Finds things on the photographs. */
	model: Model;
	website: Website;
	storage: ObjectStorage;
	mail: MailCatcher;
	/** Speaks as OpenAI does, for the agent. */
	chatModel: ChatModel;
	/** Keeps datasets as the Hugging Face Hub does. */
	hub: Hub;
	/** The n8n credentials for them, with the names that the example workflows use. */
	credentials: ExampleCredential[];
	/** Values for the examples' Settings nodes, by their names. Those that are left out are right as they are. */
	settings: Readonly<
		Record<
			| 'modelUrl'
			| 'geminiUrl'
			| 'segmenterUrl'
			| 'usedModelUrl'
			| 'newModelUrl'
			| 'deployUrl'
			| 'listUrl'
			| 'archive'
			| 'to'
			| 'hubUrl'
			| 'repository',
			string
		>
	>;
	close(): Promise<void>;
}

interface ExampleCredential {
	type: string;
	name: string;
	data: Record<string, string | number | boolean>;
}

/** Starts all services; the first time on a machine it installs two Python servers, which takes about 20 seconds. */
export async function startExampleServices(ports = EXAMPLE_PORTS): Promise<ExampleServices> {
	const python = await pythonEnvironment('services', join(__dirname, 'services', 'requirements.txt'));
	const started = await Promise.allSettled([
		startModel(PHOTOS, ports.model),
		startWebsite(PHOTOS, ports.website),
		startStorage(python, ports.storage, Object.values(BUCKETS)),
		startMailCatcher(python, ports.mail),
		startChatModel(ports.chatModel),
		startHub(ports.hub),
	] as const);
	const close = async () =>
		void (await Promise.all(
			started.map(async (each) => (each.status === 'fulfilled' ? await each.value.close() : undefined)),
		));
	const [model, website, storage, mail, chatModel, hub] = started;
	if (
		model.status === 'rejected' ||
		website.status === 'rejected' ||
		storage.status === 'rejected' ||
		mail.status === 'rejected' ||
		chatModel.status === 'rejected' ||
		hub.status === 'rejected'
	) {
		await close();
		throw started.find((each) => each.status === 'rejected')?.reason;
	}
	const services = {
		model: model.value,
		website: website.value,
		storage: storage.value,
		mail: mail.value,
		chatModel: chatModel.value,
		hub: hub.value,
	};
	await storePhotographs(services.storage);
	const settings = {
		modelUrl: services.model.url,
		geminiUrl: services.model.geminiUrl,
		segmenterUrl: services.model.segmentUrl,
		usedModelUrl: services.model.usedUrl,
		newModelUrl: services.model.url,
		deployUrl: services.model.deployUrl,
		listUrl: `${services.website.url}/links.csv`,
		archive: `${services.website.url}/dataset.zip`,
		to: 'team@example.com',
		hubUrl: services.hub.url,
		repository: `${HUB_USER}/photographs`,
	};
	return { ...services, credentials: credentialsFor(services), settings, close };
}

/** Ports that are free now, for tests, which run beside each other. */
export async function freePorts(): Promise<typeof EXAMPLE_PORTS> {
	const entries = await Promise.all(Object.keys(EXAMPLE_PORTS).map(async (name) => [name, await freePort()]));
	return Object.fromEntries(entries) as typeof EXAMPLE_PORTS;
}

function credentialsFor({
	storage,
	mail,
	chatModel,
	hub,
}: Pick<ExampleServices, 'storage' | 'mail' | 'chatModel' | 'hub'>): ExampleCredential[] {
	return [
		{ type: 's3', name: 'S3 account', data: storage.credential },
		{ type: 'smtp', name: 'SMTP account', data: mail.credential },
		{ type: 'openAiApi', name: 'OpenAI account', data: { apiKey: 'none-needed', url: chatModel.url } },
		{ type: 'httpBearerAuth', name: 'Hugging Face account', data: { token: hub.token } },
	];
}

async function storePhotographs(storage: ObjectStorage): Promise<void> {
	const names = (await readdir(PHOTOS)).filter((name) => /\.(jpg|png)$/.test(name));
	for (const name of names)
		await storage.put(BUCKETS.photographs, `incoming/${name}`, await readFile(join(PHOTOS, name)));
}
