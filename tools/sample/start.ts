import { mkdir, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import {
	startEngine,
	type Engine,
	type NodeFinished,
	type SavedCredential,
	type WorkflowFile,
	type WorkflowRun,
} from '@datagym/test/support/n8n/engine';
import { embeddedServer, type SampleKind, type Target } from './server';
import { describeFailures, describeLabels, describeTraining, type SavedImage } from './report';
import { readExample } from '../examples/workflows';
import { OUT, PHOTOS } from '../paths';
import { pause } from '../processes';

/** The main job: the sample workflows through n8n's engine, against the emulator or the user's own (CONTRIBUTING, "Commands"). */

/** Photographs in, labels out; then labels as training data, and a model's findings back. */
const LABELING = 'first-labels';
const TRAINING = 'labels-to-training';
const OUTPUT = join(OUT, 'labels.json');
/** Milliseconds between two looks at what people have finished. */
const INTERVAL = 2_000;

async function run(kind: SampleKind): Promise<void> {
	const begun = performance.now();
	const tell = (line: string) =>
		console.log(`${((performance.now() - begun) / 1000).toFixed(1).padStart(6)} s  ${line}`);
	const engine = await startEngine({ fileFolders: [PHOTOS, OUT] });
	try {
		tell("n8n's engine is up, with this package loaded");
		const { DATAGYM_URL: url, DATAGYM_TOKEN: token } = process.env;
		const isOwn = url !== undefined && url !== '' && (kind === 'open-core' || (token ?? '') !== '');
		const target = isOwn
			? await ownServer(engine, url, kind === 'open-core' ? undefined : token)
			: await emulated(kind);
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

type Tell = (line: string) => void;

async function runSample(engine: Engine, target: Target, tell: Tell): Promise<void> {
	await mkdir(OUT, { recursive: true });
	const credential = await engine.saveCredential('dataGymApi', accessTo(target));
	const settings = { projectId: target.projectId, photoFolder: PHOTOS };
	const labelingWorkflow = await readExample(LABELING, settings);
	tell(`examples/${LABELING}.json:`);
	const first = await runWorkflow(engine, credential, labelingWorkflow, (finished) => tellNode(tell, finished));
	const labeling = await untilLabeled(
		first,
		async () => {
			await pause(INTERVAL);
			return await runWorkflow(engine, credential, labelingWorkflow, () => undefined);
		},
		() => tell(`waiting until the images are labeled by ${target.labelers} …`),
	);
	const images = labeledImages(labeling.run);
	tell(`  run again, Get labels: ${count(images.length, 'item')}`);
	await writeFile(OUTPUT, JSON.stringify(images, undefined, '\t'));
	// The training sample imports a model's findings into tasks that must stay open for them.
	await target.stopLabeling();
	const trainingWorkflow = await readExample(TRAINING, { ...settings, outputFolder: OUT });
	tell(`examples/${TRAINING}.json:`);
	const training = await runWorkflow(engine, credential, trainingWorkflow, (finished) => tellNode(tell, finished));
	tell('done\n');
	const failures = [...first.failures, ...training.failures];
	if (failures.length > 0) console.log(`Left out on the way:\n${failures.map((line) => `  ${line}`).join('\n')}\n`);
	console.log(describeLabels(images));
	console.log(`\n${describeTraining(training.run)}`);
	console.log(
		`\nEverything is in ${relative(process.cwd(), OUT)}: labels.json, photographs_yolo.zip, instances_train.json.`,
	);
}

type Run = Awaited<ReturnType<typeof runWorkflow>>;

/** The workflow is run again until it returns each photograph, as a person would run it. */
async function untilLabeled(first: Run, again: () => Promise<Run>, onWait: () => void): Promise<Run> {
	let last = first;
	if (!isLabeled(last.run)) onWait();
	while (!isLabeled(last.run)) last = await again();
	return last;
}

function isLabeled(run: WorkflowRun): boolean {
	const labeled = new Set(run.itemsOf('Get labels').map(({ json }) => json.imageId));
	return run.itemsOf('Upload photographs').every(({ json }) => labeled.has(json.imageId));
}

const labeledImages = (run: WorkflowRun) => run.itemsOf('Get labels').map(({ json }) => json as unknown as SavedImage);

async function runWorkflow(
	engine: Engine,
	credential: SavedCredential,
	workflow: WorkflowFile,
	onNodeFinished: (finished: NodeFinished) => void,
) {
	const run = await engine.runWorkflow(workflow, { credentials: [credential], onNodeFinished });
	if (run.error)
		throw new Error(`${run.error.node ?? 'The workflow'}: ${run.error.message}\n${run.error.description ?? ''}`);
	const dataGymNodes = workflow.nodes.filter(({ type }) => type === 'n8n-nodes-datagym.dataGym');
	return { run, failures: dataGymNodes.flatMap(({ name }) => describeFailures(name, run.itemsOf(name))) };
}

function tellNode(tell: Tell, finished: NodeFinished): void {
	tell(`  ${finished.node}: ${count(Math.max(...finished.items, 0), 'item')}`);
}

const count = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;

async function emulated(kind: SampleKind): Promise<Target> {
	const { token, ...open } = await embeddedServer(kind);
	return kind === 'open-core' ? open : { ...open, token };
}

const accessTo = ({ url: baseUrl, token }: Pick<Target, 'url' | 'token'>) =>
	token === undefined ? { baseUrl, authentication: 'none' } : { baseUrl, token };

async function ownServer(engine: Engine, url: string, token: string | undefined): Promise<Target> {
	const access = { url, ...(token !== undefined && { token }) };
	const credential = await engine.saveCredential('dataGymApi', accessTo(access));
	const projects = await searchProjects(engine, credential);
	const wanted = process.env.DATAGYM_PROJECT;
	const project = projects.find(({ name, value }) => name === wanted || value === wanted);
	if (!project) {
		const names = projects.map(({ name, value }) => `  ${name} (${String(value)})`).join('\n');
		throw new Error(
			`Set DATAGYM_PROJECT to the name or ID of the project that the sample may work in.${wanted ? ` There is none "${wanted}".` : ''}\n` +
				`It adds the dataset "First photographs", and classes if the project has none. Projects on ${url}:\n${names || '  (none: make one in DataGym)'}`,
		);
	}
	return {
		...access,
		projectId: String(project.value),
		labelers: `people: finish the tasks of "${project.name}" in DataGym`,
		stopLabeling: async () => undefined,
		close: async () => undefined,
	};
}

async function searchProjects(engine: Engine, credential: SavedCredential) {
	const list = { nodeType: 'n8n-nodes-datagym.dataGym', method: 'searchProjects', parameters: {} };
	return (await engine.searchList(list, [credential])).results;
}

/** @param kind of the emulator, or of the user's own server. */
export async function start(kind: SampleKind): Promise<void> {
	await run(kind).catch((error: unknown) => {
		const remedy = error instanceof Error && 'description' in error ? `\n${String(error.description)}` : '';
		console.error(error instanceof Error ? `${error.message}${remedy}` : error);
		process.exitCode = 1;
	});
}
