import { strict as assert } from 'node:assert';
import type { SavedCredential, WorkflowFile } from '@datagym/test/support/n8n/engine';
import { readExample } from '../examples/workflows';
import { startChatModel, type ChatModel, type ChatRequest } from '@datagym/test/emulator/model/chat';
import { startEmulator, type Emulator } from '@datagym/test/emulator/start';
import { httpClient } from '@datagym/test/support/httpClient';
import { installCommunityPackage, N8nServer } from './server';
import { publishToFolder } from '../release/publishedPackage';
import { N8N_VERSION, installN8n } from './install';
import { exitOnSignals, runMain, timedOutput, until } from '../processes';
import { ROOT } from '../paths';

/** The agent example in a real n8n, with n8n's own agent, chat and OpenAI nodes; only the language model is an emulator. */

const PACKAGE = 'n8n-nodes-datagym';
const CREDENTIALS = [
	{ id: 'emulatorAccount01', name: 'DataGym account', type: 'dataGymApi' },
	{ id: 'chatModelAccount', name: 'OpenAI account', type: 'openAiApi' },
];

/** The tools as the model sees them: what n8n makes of the example's nodes. */
const TOOLS: Readonly<Record<string, { saysOf: RegExp; fields: Readonly<Record<string, RegExp>> }>> = {
	List_projects: { saysOf: /projects with their IDs/, fields: {} },
	Count_tasks_and_labels: {
		saysOf: /Count the tasks/,
		fields: { Project: /ID of the project/, Label_Source: /export: / },
	},
	Find_tasks: {
		saysOf: /Get tasks of a DataGym project/,
		fields: { Project: /ID of the project/, Status: /completed/, Search: /Part of/ },
	},
	Add_images_by_link: { saysOf: /Add images/, fields: { Dataset: /ID of the dataset/, Image_URL: /Links/ } },
};

async function main(): Promise<void> {
	exitOnSignals();
	const progress = timedOutput();
	const entry = await installN8n(progress);
	const [emulator, model] = await Promise.all([startEmulator(), startChatModel()]);
	const n8n = await N8nServer.create(entry);
	try {
		await installPackage(n8n);
		const chat = await importAgent(n8n, emulator, model);
		seedProjects(emulator);
		await n8n.start();
		const answer = await ask(chat, 'How far is Street scenes?');
		assert.equal(
			answer,
			'Street scenes has 5 tasks: 3 waiting, 2 completed.',
			`${n8n.printed.slice(-3_000)}\n${JSON.stringify(model.requests.at(-1)?.messages)}`,
		);
		progress(`the agent looked the project up, counted its tasks and answered: ${answer}`);
		checkTools(model.requests[0]);
		progress(`the model saw ${Object.keys(TOOLS).length} tools with their descriptions and fields`);
		assert(!JSON.stringify(model.requests).includes(emulator.token), 'the model was told the token');
		progress(`The DataGym node is a tool of agents in n8n ${N8N_VERSION}.`);
	} finally {
		await n8n.remove();
		await model.close();
		await emulator.close();
	}
}

async function installPackage({ folder }: N8nServer): Promise<void> {
	const published = await publishToFolder(ROOT, { withWorkflow: false });
	await installCommunityPackage(published.folder, PACKAGE, folder);
	await published.remove();
}

/** @returns the address of the chat. */
async function importAgent(n8n: N8nServer, emulator: Emulator, model: ChatModel): Promise<string> {
	const data = [
		{ baseUrl: emulator.url, token: emulator.token },
		{ apiKey: 'none-needed', url: model.url },
	];
	for (const [index, credential] of CREDENTIALS.entries())
		await n8n.import('credentials', { ...credential, data: data[index] });
	const workflow = withPublicChat(withCredentials(await readExample('agent-with-datagym')));
	await n8n.import('workflow', { active: false, ...workflow });
	await n8n.command('publish:workflow', `--id=${workflow.id}`);
	const chat = workflow.nodes.find(({ type }) => type.endsWith('.chatTrigger'));
	return `${n8n.url}/webhook/${chat?.webhookId}/chat`;
}

function withCredentials(workflow: WorkflowFile): WorkflowFile {
	const saved = new Map<string, Omit<SavedCredential, 'type'>>(
		CREDENTIALS.map(({ type, ...credential }) => [type, credential]),
	);
	const nodes = workflow.nodes.map((node) => {
		const chosen = Object.keys(node.credentials ?? {}).map((type) => [type, saved.get(type)] as const);
		return chosen.length === 0
			? node
			: { ...node, credentials: Object.fromEntries(chosen) as NonNullable<typeof node.credentials> };
	});
	return { ...workflow, nodes };
}

/** In the example the chat is in the editor only; a public one can be asked by HTTP. */
function withPublicChat(workflow: WorkflowFile): WorkflowFile {
	const nodes = workflow.nodes.map((node) =>
		node.type.endsWith('.chatTrigger')
			? { ...node, parameters: { ...node.parameters, public: true, mode: 'webhook' } }
			: node,
	);
	return { ...workflow, nodes };
}

function seedProjects({ seed }: Emulator): void {
	const { project, dataset } = seed.project({
		name: 'Street scenes',
		datasetName: 'Streets',
		classes: [{ entryKey: 'car', type: 'rectangle' }],
	});
	seed.tasks(project, dataset!, { count: 5, state: (index) => (index < 2 ? 'COMPLETED' : 'WAITING') });
	seed.project({ name: 'Fruit' });
}

async function ask(chat: string, chatInput: string): Promise<string> {
	const client = httpClient({ validateStatus: (status) => status === 200 || status === 404 });
	let output: string | undefined;
	await until('the chat is open', 60_000, async () => {
		const { data } = await client.post<{ output?: string }>(chat, {
			action: 'sendMessage',
			sessionId: 'one',
			chatInput,
		});
		({ output } = data);
		return output !== undefined;
	});
	return output ?? '';
}

function checkTools({ tools = [] }: Partial<ChatRequest> = {}): void {
	assert.deepEqual(tools.map(({ function: { name } }) => name).sort(), Object.keys(TOOLS).sort());
	for (const {
		function: { name, description, parameters },
	} of tools) {
		const expected = TOOLS[name];
		assert.match(description ?? '', expected?.saysOf ?? /^$/);
		const properties = parameters?.properties ?? {};
		assert.deepEqual(
			Object.keys(properties).sort(),
			Object.keys(expected?.fields ?? {}).sort(),
			`the fields of ${name}`,
		);
		for (const [field, says] of Object.entries(expected?.fields ?? {})) {
			assert.match(properties[field]?.description ?? '', says);
			assert.equal(properties[field]?.type, 'string');
		}
	}
}

runMain(main);
