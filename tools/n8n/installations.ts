import { runMain, timedOutput } from '../processes';
import { strict as assert } from 'node:assert';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { IRun } from 'n8n-workflow';
import type { SavedCredential, WorkflowFile } from '@datagym/test/support/n8n/engine';
import { httpClient } from '@datagym/test/support/httpClient';
import { OPERATION_NAMES } from '@datagym/test/support/sampleParameters';
import { installCommunityPackage, N8nServer } from './server';
import { readExample } from '../examples/workflows';
import { TRIGGER } from '../release/outputSchema';
import { publishToFolder } from '../release/publishedPackage';
import { embeddedServer } from '../sample/server';
import type { SavedImage } from '../sample/report';
import { N8N_VERSION, installN8n } from './install';
import { PHOTOS, ROOT } from '../paths';

/** Of the workflow; each takes n8n some seconds, in which all images are labeled. */
const ROUNDS = 5;
const PACKAGE = 'n8n-nodes-datagym';
const CREDENTIAL: SavedCredential = { id: 'emulatorAccount01', name: 'Emulator', type: 'dataGymApi' };

/** A way in which people install the package. */
interface Installation {
	/** What n8n then puts before the names of its nodes. */
	prefix: string;
	environment(built: string): NodeJS.ProcessEnv;
	install(built: string, userFolder: string): Promise<void>;
}

const INSTALLATIONS: Record<string, Installation> = {
	'as a folder of custom extensions': {
		prefix: 'CUSTOM.',
		environment: (built) => ({ N8N_CUSTOM_EXTENSIONS: built }),
		install: async () => undefined,
	},
	'as a community package': {
		prefix: `${PACKAGE}.`,
		environment: () => ({}),
		install: async (built, userFolder) => await installCommunityPackage(built, PACKAGE, userFolder),
	},
};

/** The sample workflow with this instance's names of the package's nodes, and its account in each of them. */
function adapt(workflow: WorkflowFile, prefix: string): WorkflowFile {
	const credentials = { [CREDENTIAL.type]: { id: CREDENTIAL.id, name: CREDENTIAL.name } };
	const nodes = workflow.nodes.map((node) =>
		node.type.startsWith(`${PACKAGE}.`)
			? { ...node, type: node.type.replace(`${PACKAGE}.`, prefix), credentials }
			: node,
	);
	return { ...workflow, nodes };
}

/** Runs the sample workflow in a fresh n8n against a fresh emulator, and returns what came out of it. */
async function runInN8n(entry: string, built: string, { prefix, environment, install }: Installation): Promise<string> {
	const server = await embeddedServer();
	const fileFolders = { N8N_RESTRICT_FILE_ACCESS_TO: PHOTOS };
	const n8n = await N8nServer.create(entry, { environment: { ...fileFolders, ...environment(built) } });
	try {
		await install(built, n8n.folder);
		await n8n.import('credentials', { ...CREDENTIAL, data: { baseUrl: server.url, token: server.token } });
		const settings = { projectId: server.projectId, photoFolder: PHOTOS };
		const sample = await readExample('first-labels', settings);
		await n8n.import('workflow', { active: false, ...adapt(sample, prefix) });
		const expected = await drawnLabels();
		let found: Counts = [];
		for (let round = 0; round < ROUNDS && found.length < expected.length; round++) {
			const run = await n8n.execute(sample.id ?? '');
			assert(!JSON.stringify(run).includes(server.token), 'the execution holds the token');
			found = labelsOf(run);
		}
		assert.deepEqual(found, expected, 'every label that was drawn should have come back');
		await n8n.start();
		const schemas = await checkSchemas(n8n.url, prefix);
		return `${found.length} photographs went to the server, and their labels came back; ${schemas}`;
	} finally {
		await n8n.remove();
		await server.close();
	}
}

/** Names of images, each with the number of its labels, in their order. */
type Counts = ReadonlyArray<readonly [imageName: string, labels: number]>;

/** What the scripted labeler finds drawn, and keeps or corrects. */
async function drawnLabels(): Promise<Counts> {
	const drawn = JSON.parse(await readFile(join(PHOTOS, 'predictions.json'), 'utf8')) as Record<
		string,
		{ labels: Record<string, unknown[]> }
	>;
	return Object.entries(drawn)
		.map(([imageName, { labels }]) => [imageName, Object.values(labels).flat().length] as const)
		.sort();
}

function labelsOf({ data }: IRun): Counts {
	const items = data.resultData.runData['Get labels']?.[0]?.data?.main?.[0] ?? [];
	return items
		.map(({ json }) => json as unknown as SavedImage)
		.map(({ imageName, labels }) => [imageName, labels.length] as const)
		.sort();
}

/** n8n's editor asks so for the fields of a node that was not executed yet. */
async function checkSchemas(url: string, prefix: string): Promise<string> {
	const client = httpClient({ baseURL: url });
	for (const name of [...OPERATION_NAMES, TRIGGER]) {
		const [node, ...rest] = name === TRIGGER ? ['dataGymTrigger'] : ['dataGym', ...name.split('.')];
		const path = ['/schemas', `${prefix}${node}`, '1.0.0', ...rest].join('/');
		const { data } = await client.get<{ type?: unknown; properties?: object }>(`${path}.json`);
		assert(data.type === 'object' && Object.keys(data.properties ?? {}).length > 0, `${path} is no output schema`);
	}
	return `n8n gives the output schemas of ${OPERATION_NAMES.length} operations and of the trigger`;
}

async function main(): Promise<void> {
	const progress = timedOutput();
	const entry = await installN8n(progress);
	const published = await publishToFolder(ROOT, { withWorkflow: false });
	try {
		for (const [name, installation] of Object.entries(INSTALLATIONS)) {
			progress(`${name}: ${await runInN8n(entry, published.folder, installation)}`);
		}
		progress(`The package works in n8n ${N8N_VERSION}.`);
	} finally {
		await published.remove();
	}
}

runMain(main);
