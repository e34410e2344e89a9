import { startChatModel, type ChatMessage, type ChatModel, type ChatTool } from './model/chat';

let model: ChatModel;

beforeAll(async () => {
	model = await startChatModel();
});
afterAll(async () => {
	await model.close();
});

const LIST: ChatTool = { function: { name: 'look', description: 'Get all projects with their IDs' } };
const COUNT: ChatTool = {
	function: {
		name: 'tally',
		description: 'Count the tasks of a project',
		parameters: {
			properties: {
				Project: { description: 'ID of the project' },
				Labels: { description: 'no: only tasks. export: labels, too' },
			},
		},
	},
};
const question: ChatMessage = { role: 'user', content: 'How far is fruit?' };
const projects: ChatMessage = {
	role: 'tool',
	content: JSON.stringify([
		{ projectId: 'p1', name: 'Cars' },
		{ projectId: 'p2', name: 'Fruit' },
	]),
};

interface Completion {
	choices: Array<{
		finish_reason: string;
		message: { content: string | null; tool_calls?: Array<{ function: { name: string; arguments: string } }> };
	}>;
}

async function ask(messages: ChatMessage[], tools: ChatTool[], stream = false): Promise<Response> {
	return await fetch(`${model.url}/chat/completions`, {
		method: 'POST',
		body: JSON.stringify({ model: 'any', messages, tools, stream }),
	});
}

async function answerTo(messages: ChatMessage[], tools = [LIST, COUNT]) {
	const { choices } = (await (await ask(messages, tools)).json()) as Completion;
	const { content, tool_calls: calls } = choices[0]!.message;
	return calls?.map(({ function: { name, arguments: given } }) => [name, JSON.parse(given)]) ?? content;
}

test('the emulator for a language model finds tools and fields by their descriptions', async () => {
	expect(await answerTo([question])).toEqual([['look', {}]]);
	expect(await answerTo([question, projects])).toEqual([['tally', { Project: 'p2', Labels: 'no' }]]);
	const counts: ChatMessage = {
		role: 'tool',
		content: JSON.stringify([
			{ response: [{ taskCount: 3, tasksByStatus: { waiting: 2, completed: 1, skipped: 0 } }] },
		]),
	};
	expect(await answerTo([question, projects, counts])).toBe('Fruit has 3 tasks: 2 waiting, 1 completed.');
});

test('it says so when a description is missing, or the project', async () => {
	expect(await answerTo([question], [{ function: { name: 'look' } }])).toBe('I have no tool that lists projects.');
	expect(await answerTo([{ role: 'user', content: 'How far is Tea?' }, projects])).toBe(
		'I do not know which project you mean. There are: Cars, Fruit.',
	);
});

test('it streams when it is asked to', async () => {
	const text = await (await ask([question], [LIST], true)).text();
	expect(text).toMatch(/^data: .*"tool_calls"/);
	expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
});
