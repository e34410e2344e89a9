import { strict as assert } from 'node:assert';
import { cp, mkdir, readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { INode, IRun } from 'n8n-workflow';
import type { SavedCredential, WorkflowFile } from '../engine';
import { startStandIn } from '../stand-in/start';
import { chain, manualTrigger, node } from '../test/support/workflow';
import { installN8n, N8N_VERSION } from './n8n-installation';
import { N8nInstance } from './n8n-instance';
import { publishToFolder } from './published-package';

const SOURCE = resolve(__dirname, '..');
const PHOTOS = join(SOURCE, 'examples', 'photos');
const PACKAGE = 'n8n-nodes-datagym';
const CREDENTIAL: SavedCredential = { id: 'standInAccount01', name: 'Stand-in', type: 'dataGymApi' };

/** Makes a dataset of the sample photographs and lists it. */
function photographsWorkflow(): WorkflowFile {
	const dataGym = (name: string, parameters: INode['parameters'], once = false) =>
		node(name, `${PACKAGE}.dataGym`, parameters, {
			executeOnce: once,
			credentials: { [CREDENTIAL.type]: { id: CREDENTIAL.id, name: CREDENTIAL.name } },
		});
	const datasetId = { __rl: true, mode: 'id', value: "={{ $('Create').first().json.datasetId }}" };
	return {
		id: 'realN8nCheck0001',
		name: 'Real n8n check',
		...chain(
			manualTrigger,
			dataGym('Create', { resource: 'dataset', operation: 'create', name: 'Photographs' }),
			node('Read', 'n8n-nodes-base.readWriteFile', { operation: 'read', fileSelector: `${PHOTOS}/*.{jpg,png}`, options: {} }),
			dataGym('Upload', { resource: 'image', operation: 'upload', datasetId }),
			dataGym('List', { resource: 'image', operation: 'getAll', datasetId, returnAll: true }, true),
		),
	};
}

/** A way in which people install the package. */
interface Installation {
	/** What n8n then puts before the names of its nodes. */
	prefix: string;
	environment(built: string): NodeJS.ProcessEnv;
	install(built: string, instanceFolder: string): Promise<void>;
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
		install: async (built, instanceFolder) => {
			const folder = join(instanceFolder, '.n8n', 'nodes', 'node_modules', PACKAGE);
			await mkdir(folder, { recursive: true });
			await cp(built, folder, { recursive: true });
		},
	},
};

function renameNodes(workflow: WorkflowFile, prefix: string): WorkflowFile {
	const nodes = workflow.nodes.map((one) => ({ ...one, type: one.type.replace(`${PACKAGE}.`, prefix) }));
	return { ...workflow, nodes };
}

/** Runs the workflow in a fresh n8n against a fresh stand-in, and returns what the check found. */
async function runInN8n(entry: string, built: string, { prefix, environment, install }: Installation): Promise<string> {
	const standIn = await startStandIn();
	const instance = await N8nInstance.create(entry, { N8N_RESTRICT_FILE_ACCESS_TO: PHOTOS, ...environment(built) });
	try {
		await install(built, instance.folder);
		await instance.importCredential(CREDENTIAL, { baseUrl: standIn.url, token: standIn.token });
		const workflow = renameNodes(photographsWorkflow(), prefix);
		await instance.importWorkflow(workflow);
		const run = await instance.execute(workflow.id ?? '');
		const photos = (await readdir(PHOTOS)).filter((file) => /\.(jpg|png)$/.test(file)).sort();
		assert.deepEqual(namesOf(run, 'List'), photos, 'the dataset should hold the photographs');
		assert(!JSON.stringify(run).includes(standIn.token), 'the execution holds the token');
		return `${photos.length} photographs went through n8n ${N8N_VERSION} to the server`;
	} finally {
		await instance.remove();
		await standIn.close();
	}
}

function namesOf(run: IRun, nodeName: string): string[] {
	const items = run.data.resultData.runData[nodeName]?.[0]?.data?.main?.[0] ?? [];
	return items.map(({ json }) => String(json.imageName)).sort();
}

async function main(): Promise<void> {
	const begun = performance.now();
	const progress = (line: string) => console.log(`${((performance.now() - begun) / 1_000).toFixed(0).padStart(4)} s  ${line}`);
	const entry = await installN8n(progress);
	const published = await publishToFolder(SOURCE, { withWorkflow: false });
	try {
		for (const [name, installation] of Object.entries(INSTALLATIONS)) {
			progress(`${name}: ${await runInN8n(entry, published.folder, installation)}`);
		}
		progress('The package works in a real n8n.');
	} finally {
		await published.remove();
	}
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
