import { strict as assert } from 'node:assert';
import type { SavedCredential, WorkflowFile } from '@datagym/test/support/n8n/engine';
import { readExample } from '../examples/workflows';
import { startChatModel, type ChatModel, type ChatRequest, type ToolSchema } from '@datagym/test/emulator/model/chat';
import { startEmulator, type Emulator } from '@datagym/test/emulator/start';
import { httpClient } from '@datagym/test/support/httpClient';
import { installCommunityPackage, N8nServer } from './server';
import { publishToFolder } from '../release/publishedPackage';
import { N8N_VERSION, installN8n } from './install';
import { exitOnSignals, runMain, timedOutput, until } from '../processes';
import { ROOT } from '../paths';

/**
 * The agent example in a real n8n, with n8n's own agent, chat, review and OpenAI nodes; only the language model is an emulator, and the
 * person in the chat.
 */

const PACKAGE = 'n8n-nodes-datagym';
const CREDENTIALS = [
	{ id: 'emulatorAccount01', name: 'DataGym account', type: 'dataGymApi' },
	{ id: 'chatModelAccount', name: 'OpenAI account', type: 'openAiApi' },
];

/** The tools as the model sees them: what n8n makes of the example's nodes. */
const TOOLS: Readonly<Record<string, { saysOf: RegExp; fields: Readonly<Record<string, RegExp>> }>> = {
	List_projects: { saysOf: /projects with their IDs/, fields: { Search: /Part of the project/ } },
	Count_tasks_and_labels: {
		saysOf: /Count the tasks/,
		fields: { Project: /ID of the project/, Label_Source: /export: / },
	},
	Find_tasks: {
		saysOf: /Get tasks of a DataGym project/,
		fields: { Project: /ID of the project/, Status: /completed/, Search: /Part of/ },
	},
	Read_labels: {
		saysOf: /Read the labels/,
		fields: { Project: /ID of the project/, Offset: /nextOffset/, Classes: /Keys of classes/ },
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
		const { answer } = await ask(chat, 'How far is Street scenes?');
		assert.equal(
			answer,
			'Street scenes has 5 tasks: 3 waiting, 2 completed.',
			`${n8n.printed.slice(-3_000)}\n${JSON.stringify(model.requests.at(-1)?.messages)}`,
		);
		progress(`the agent looked the project up, counted its tasks and answered: ${answer}`);
		checkTools(model.requests[0]);
		progress(`the model saw ${Object.keys(TOOLS).length} tools with their descriptions and fields`);
		await checkReview(chat, emulator);
		progress('the agent added an image only after a person had approved it in the chat, and none after a refusal');
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

/** In the example the chat is in the editor only; a public one can be asked from outside. */
function withPublicChat(workflow: WorkflowFile): WorkflowFile {
	const nodes = workflow.nodes.map((node) =>
		node.type.endsWith('.chatTrigger')
			? { ...node, parameters: { ...node.parameters, public: true, mode: 'hostedChat' } }
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

/** What adds an image waits for a person, who sees what is to be added, and has the last word. */
async function checkReview(chat: string, emulator: Emulator): Promise<void> {
	const links = () =>
		[...emulator.store.datasets.values()].flatMap(({ media }) => [...media].map(({ url }) => url ?? ''));
	for (const button of ['Decline', 'Approve']) {
		const link = `https://images.example.com/${button.toLowerCase()}.jpg`;
		const { answer, asked } = await ask(chat, `Add ${link} to Street scenes`, (review) => {
			assert(review.text.includes(link), review.text);
			assert(!links().includes(link), 'the image was added before anybody had approved it');
			return button;
		});
		assert.deepEqual([asked, links().includes(link)], [1, button === 'Approve'], answer);
		assert.match(answer, button === 'Approve' ? /^It is added/ : /^Not added: .*rejected/);
	}
}

/** What n8n shows in the chat for a person to decide. */
interface Review {
	readonly text: string;
	readonly buttons: ReadonlyArray<{ readonly text: string; readonly link: string }>;
}

/**
 * Asks in the chat as a browser does: by HTTP, with the answers through a socket.
 *
 * @param decide the button that the person presses.
 */
async function ask(
	chat: string,
	chatInput: string,
	decide: (review: Review) => string = () => assert.fail('nothing is to be decided'),
): Promise<{ answer: string; asked: number }> {
	const sessionId = `session-${chatInput}`;
	const client = httpClient({ validateStatus: (status) => status === 200 || status === 404 });
	let started: { executionId?: string; resumeToken?: string } = {};
	await until('the chat is open', 60_000, async () => {
		({ data: started } = await client.post<typeof started>(chat, { action: 'sendMessage', sessionId, chatInput }));
		return started.executionId !== undefined;
	});
	const address = new URL('/chat', chat.replace(/^http/, 'ws'));
	const query = { sessionId, executionId: started.executionId, isPublic: 'true', token: started.resumeToken };
	for (const [name, value] of Object.entries(query)) if (value !== undefined) address.searchParams.set(name, value);
	return await conversation(address, async (review) => {
		const button = review.buttons.find(({ text }) => text === decide(review));
		await press(button?.link ?? assert.fail(`no such button in ${JSON.stringify(review)}`));
	});
}

/** n8n ignores programs that only look at the link, such as the previews of mail servers. */
async function press(link: string): Promise<void> {
	await httpClient({ headers: { 'User-Agent': 'Mozilla/5.0 (X11; Linux x64) Chrome/142.0.0.0' } }).get(link);
}

async function conversation(
	address: URL,
	review: (review: Review) => Promise<void>,
): Promise<{ answer: string; asked: number }> {
	const socket = new WebSocket(address);
	let answer = '';
	let asked = 0;
	return await new Promise((resolve, reject) => {
		const timer = setTimeout(
			() => reject(new Error(`The chat gave no answer after ${asked} reviews, but: ${answer}`)),
			90_000,
		);
		socket.onmessage = ({ data }) => {
			const text = String(data);
			if (text === 'n8n|heartbeat') return socket.send('n8n|heartbeat-ack');
			if (text === 'n8n|continue') return;
			if (!text.startsWith('{')) return void (answer = text);
			asked++;
			review(JSON.parse(text) as Review).catch(reject);
		};
		socket.onerror = () => reject(new Error('The socket of the chat failed'));
		socket.onclose = () => {
			clearTimeout(timer);
			resolve({ answer, asked });
		};
	});
}

function checkTools({ tools = [] }: Partial<ChatRequest> = {}): void {
	assert.deepEqual(tools.map(({ function: { name } }) => name).sort(), Object.keys(TOOLS).sort());
	for (const {
		function: { name, description, parameters },
	} of tools) {
		const expected = TOOLS[name];
		assert.match(description ?? '', expected?.saysOf ?? /^$/);
		const properties = fieldsOf(parameters);
		assert.deepEqual(
			Object.keys(properties).sort(),
			Object.keys(expected?.fields ?? {}).sort(),
			`the fields of ${name}`,
		);
		for (const [field, says] of Object.entries(expected?.fields ?? {})) {
			assert.match(properties[field]?.description ?? '', says);
			assert.equal(properties[field]?.type, field === 'Offset' ? 'number' : 'string');
		}
	}
}

/** A tool that a person reviews has its fields one level deeper. */
function fieldsOf({ properties = {} }: ToolSchema = {}): NonNullable<ToolSchema['properties']> {
	return properties.toolParameters?.properties ?? properties;
}

runMain(main);
