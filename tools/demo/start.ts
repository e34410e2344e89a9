import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { EXAMPLE_PORTS, startExampleServices, type ExampleServices } from '../examples/services';
import { installCommunityPackage, N8nServer } from '../n8n/server';
import { publishToFolder } from '../release/publishedPackage';
import { N8nClient, type SavedCredential, saveCredentials } from '../n8n/client';
import { fillIn, importMissing, readExamples, type Example } from '../examples/workflows';
import type { DemoServer } from './dataGym';
import { dataTable } from '../n8n/dataTables';
import { installN8n } from '../n8n/install';
import { portOr } from '../processes';
import { EXAMPLES_FOLDER, OUT, PHOTOS, ROOT } from '../paths';

export interface DemoOptions {
	/** Ends with the demo. */
	server: DemoServer;
	/** Where n8n keeps what it knows, in `n8n/`, from one start to the next. */
	folder: string;
	/** Of n8n; another one is taken where something listens on it. */
	port: number;
	progress: (line: string) => void;
}

export interface Demo {
	n8n: N8nServer;
	client: N8nClient;
	credential: SavedCredential;
	services: ExampleServices;
	examples: Example[];
	close(): Promise<void>;
}

/** What a demo needs n8n to do, and not to do. */
const ENVIRONMENT = {
	N8N_SECURE_COOKIE: 'false',
	N8N_PERSONALIZATION_ENABLED: 'false',
	N8N_TEMPLATES_ENABLED: 'false',
	N8N_HIRING_BANNER_ENABLED: 'false',
	N8N_DYNAMIC_BANNERS_ENABLED: 'false',
	N8N_VERIFIED_PACKAGES_ENABLED: 'false',
	N8N_RESTRICT_FILE_ACCESS_TO: `${EXAMPLES_FOLDER};${OUT}`,
};

/** A whole n8n with the built package, an account on a DataGym server, and the examples with what else they need. */
export async function startDemo({ server, folder, port, progress }: DemoOptions): Promise<Demo> {
	const parts: Array<{ close(): Promise<unknown> }> = [server];
	const close = async () => {
		for (const part of parts.splice(0).reverse()) await part.close();
	};
	try {
		const entry = await installN8n(progress);
		const n8nFolder = join(folder, 'n8n');
		await mkdir(OUT, { recursive: true });
		await installPackage(n8nFolder);
		progress('starting storage, mail, a model and a website for the examples');
		const services = await startExampleServices(await freePorts());
		parts.push(services);
		const n8n = await N8nServer.create(entry, {
			folder: n8nFolder,
			port: await portOr(port),
			workingFolder: ROOT,
			environment: ENVIRONMENT,
		});
		parts.push({ close: () => n8n.end('SIGTERM') });
		progress('starting n8n (half a minute; longer the first time)');
		await n8n.start((line) => progress(`  n8n: ${line}`));
		const client = await N8nClient.signIn(n8n.url);
		const account = { name: 'DataGym account', type: 'dataGymApi', data: server.account };
		const credentials = await saveCredentials(client, [account, ...services.credentials]);
		const examples = await readExamples();
		const settings = {
			...services.settings,
			photoFolder: PHOTOS,
			outputFolder: OUT,
			reportFile: join(OUT, 'refused-links.csv'),
		};
		const versions = await dataTable(client, 'Model versions', [
			{ version: '0.9', url: services.model.earlierUrl },
			{ version: '1.0', url: services.model.url },
		]);
		await importMissing(
			client,
			examples.map((example) =>
				fillIn(example, {
					projectId: server.projectFor(example.name),
					settings,
					credentials,
					dataTable: versions,
				}),
			),
		);
		return { n8n, client, credential: credentials[0]!, services, examples, close };
	} catch (error) {
		await close();
		throw error;
	}
}

/** As n8n installs a community package, from the tarball that npm would publish. */
async function installPackage(n8nFolder: string): Promise<void> {
	const published = await publishToFolder(ROOT, { withWorkflow: false });
	await installCommunityPackage(published.folder, published.manifest.name, n8nFolder);
	await published.remove();
}

/** The services' own ports, or others where something listens on them. */
async function freePorts(): Promise<typeof EXAMPLE_PORTS> {
	const entries = await Promise.all(
		Object.entries(EXAMPLE_PORTS).map(async ([name, port]) => [name, await portOr(port)] as const),
	);
	return Object.fromEntries(entries) as typeof EXAMPLE_PORTS;
}
