import { mkdir, readFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { startEngine, type Engine, type NodeFinished, type SavedCredential, type WorkflowFile } from '../engine';
import { createProject } from '../stand-in/create-project';
import { startLabeller } from '../stand-in/labeller';
import { startStandIn } from '../stand-in/start';
import { describeLabels, type SavedImage } from './sample-report';

/** The main job: the sample workflow through n8n's engine, against the stand-in server or the user's own (README, "Try it"). */

const ROOT = resolve(__dirname, '..');
const PHOTOS = join(ROOT, 'examples', 'photos');
const WORKFLOW = join(ROOT, 'examples', 'photographs-to-labels.json');
const OUTPUT = join(ROOT, 'out', 'labels.json');

/** A server with a project to work in. */
interface Target {
	url: string;
	token: string;
	projectId: string;
	/** Who labels, for the text on the screen. */
	labellers: string;
	close(): Promise<void>;
}

async function main(): Promise<void> {
	const begun = performance.now();
	const tell = (line: string) => console.log(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${line}`);
	const engine = await startEngine({ fileFolders: [PHOTOS, join(ROOT, 'out')] });
	try {
		tell('n8n’s engine is up, with this package loaded');
		const { DATAGYM_URL: url, DATAGYM_TOKEN: token } = process.env;
		const target = url && token ? await ownServer(engine, url, token) : await embeddedServer();
		tell(`DataGym server: ${target.url}`);
		try {
			await runSample(engine, target, tell);
		} finally {
			await target.close();
		}
	} finally {
		await engine.stop();
	}
}

async function runSample(engine: Engine, target: Target, tell: (line: string) => void): Promise<void> {
	await mkdir(join(ROOT, 'out'), { recursive: true });
	const credential = await engine.saveCredential('dataGymApi', { baseUrl: target.url, token: target.token });
	const workflow = await readWorkflow({ projectId: target.projectId, photoFolder: PHOTOS, outputFile: OUTPUT });
	let waits = 0;
	const run = await engine.runWorkflow(workflow, {
		credentials: [credential],
		onNodeFinished: (finished) => {
			if (finished.node === 'Wait for labelling' && ++waits === 1) tell(`waiting until the images are labelled by ${target.labellers} …`);
			if (isWorthTelling(finished)) tell(`${finished.node}: ${count(Math.max(...finished.items, 0), 'item')}`);
		},
	});
	if (run.error) throw new Error(`${run.error.node ?? 'The workflow'}: ${run.error.message}\n${run.error.description ?? ''}`);
	const images = JSON.parse(await readFile(OUTPUT, 'utf8')) as SavedImage[];
	tell('done\n');
	console.log(describeLabels(images));
	console.log(`\nThe labels are in ${relative(process.cwd(), OUTPUT)}; the workflow is ${relative(process.cwd(), WORKFLOW)}.`);
}

const ROUNDS = ['Wait for labelling', 'Get labels', 'All labelled?'];

const isWorthTelling = ({ node }: NodeFinished) => !ROUNDS.includes(node);

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;

/** The sample as it lies in `examples`, with other values in its Settings node. */
async function readWorkflow(settings: Record<string, string>): Promise<WorkflowFile> {
	const workflow = JSON.parse(await readFile(WORKFLOW, 'utf8')) as WorkflowFile;
	const { assignments } = workflow.nodes.find(({ name }) => name === 'Settings')?.parameters as { assignments: { assignments: Array<{ name: string; value: string }> } };
	for (const assignment of assignments.assignments) assignment.value = settings[assignment.name] ?? assignment.value;
	return workflow;
}

/** A stand-in with an empty project, and somebody who works on its tasks as they come. */
async function embeddedServer(): Promise<Target> {
	const server = await startStandIn();
	const { id } = await createProject(server, { name: 'Sample project' });
	const labeller = startLabeller({ url: server.url, projectId: id, intervalMs: 150, batchSize: 1 });
	return {
		url: server.url,
		token: server.token,
		projectId: id,
		labellers: 'the stand-in’s scripted labeller',
		async close() {
			labeller.stop();
			await labeller.finished;
			await server.close();
		},
	};
}

async function ownServer(engine: Engine, url: string, token: string): Promise<Target> {
	const credential = await engine.saveCredential('dataGymApi', { baseUrl: url, token });
	const projects = await searchProjects(engine, credential);
	const wanted = process.env.DATAGYM_PROJECT;
	const project = projects.find(({ name, value }) => name === wanted || value === wanted);
	if (!project) {
		const names = projects.map(({ name, value }) => `  ${name} (${String(value)})`).join('\n');
		throw new Error(
			`Set DATAGYM_PROJECT to the name or ID of the project that the sample may work in.${wanted ? ` There is none “${wanted}”.` : ''}\n` +
				`It adds the dataset “Sample photographs”, and classes if the project has none. Projects on ${url}:\n${names || '  (none: make one in DataGym)'}`,
		);
	}
	return { url, token, projectId: String(project.value), labellers: `people: finish the tasks of “${project.name}” in DataGym`, close: async () => undefined };
}

async function searchProjects(engine: Engine, credential: SavedCredential) {
	const list = { nodeType: 'n8n-nodes-datagym.dataGym', method: 'searchProjects', parameters: {} };
	return (await engine.searchList(list, [credential])).results;
}

main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exitCode = 1;
});
