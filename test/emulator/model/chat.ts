import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a client sends to `/chat/completions`; the parts that matter here. */
export interface ChatRequest {
	model: string;
	messages: ChatMessage[];
	tools?: ChatTool[];
	stream?: boolean;
}

export interface ChatMessage {
	role: 'system' | 'user' | 'assistant' | 'tool';
	content: string | Array<{ text?: string }> | null;
}

/** JSON Schema; n8n puts the fields of a tool that a person reviews into `toolParameters`. */
export interface ToolSchema {
	properties?: Record<string, ToolSchema & { type?: string; description?: string }>;
	required?: string[];
}

export interface ChatTool {
	function: {
		name: string;
		description?: string;
		parameters?: ToolSchema;
	};
}

export interface ChatModel {
	/** To be entered as the base URL of an OpenAI credential. */
	url: string;
	/** Every request for an answer so far. */
	readonly requests: ChatRequest[];
	close(): Promise<void>;
}

type Answer = { text: string } | { call: string; parameters: Record<string, unknown> };

/**
 * Stands in for a language model, for two sorts of questions: how far a project is, and to add a link to its dataset. It does what a
 * model would: looks up the project by a first tool, counts its tasks or adds the link by a second one, and answers with what came back.
 * It knows tools by their descriptions and fills their fields by the fields' descriptions, so it fails where those say nothing.
 */
export async function startChatModel(port = 0): Promise<ChatModel> {
	const requests: ChatRequest[] = [];
	const server = createServer(async (request, response) => {
		if (request.method === 'GET')
			return sendJson(response, { object: 'list', data: [{ id: 'gpt-5-mini', object: 'model' }] });
		const asked = JSON.parse(await readText(request)) as ChatRequest;
		requests.push(asked);
		send(response, asked, decide(asked));
	});
	server.listen(port, '127.0.0.1');
	await once(server, 'listening');
	return {
		url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1`,
		requests,
		async close() {
			server.closeAllConnections();
			server.close();
			await once(server, 'close');
		},
	};
}

function decide({ messages, tools = [] }: ChatRequest): Answer {
	const asked = messages.findLastIndex(({ role }) => role === 'user');
	const question = textOf(messages[asked]);
	const results = messages
		.slice(asked + 1)
		.filter(({ role }) => role === 'tool')
		.map(textOf);
	const [list, count] = results;
	const [link] = /https?:\S+/.exec(question) ?? [];
	if (list === undefined)
		return (
			callOf(tools, /\bprojects\b/i, /\bIDs?\b/, filledWith('')) ?? { text: 'I have no tool that lists projects.' }
		);
	const project = recordsIn(list).find(
		({ name }) => typeof name === 'string' && question.toLowerCase().includes(name.toLowerCase()),
	);
	if (project === undefined)
		return {
			text: `I do not know which project you mean. There are: ${recordsIn(list)
				.map(({ name }) => name)
				.join(', ')}.`,
		};
	if (link !== undefined)
		return count === undefined
			? addLink(tools, link, String([project.datasets].flat()[0]))
			: { text: recordsIn(count).some(({ status }) => status === 'added') ? 'It is added.' : `Not added: ${count}` };
	if (count === undefined)
		return (
			callOf(tools, /\bcount\b/i, /\btasks\b/i, filledWith(String(project.projectId))) ?? {
				text: 'I have no tool that counts tasks.',
			}
		);
	const [counts] = recordsIn(count);
	const statuses = Object.entries((counts?.tasksByStatus ?? {}) as Record<string, number>).filter(
		([, number]) => number > 0,
	);
	return {
		text: `${String(project.name)} has ${String(counts?.taskCount)} tasks: ${statuses.map(([status, number]) => `${number} ${status}`).join(', ')}.`,
	};
}

/** @param dataset its name with its ID, as the tool for projects gives it. */
function addLink(tools: readonly ChatTool[], link: string, dataset: string): Answer {
	const id = /ID ([\w-]+)/.exec(dataset)?.[1] ?? '';
	return (
		callOf(tools, /\badd\b/i, /\blinks\b/, (description) =>
			/^ID\b/.test(description) ? id : /^Links\b/.test(description) ? link : '',
		) ?? { text: 'I have no tool that adds links.' }
	);
}

/** The ID for the field that asks for one, and the first choice of those that name choices. */
const filledWith = (id: string) => (description: string) =>
	/^ID\b/.test(description) ? id : (/^(\w+):/.exec(description)?.[1] ?? '');

/** The tool whose description says both, with a value for each of its fields by the field's description. */
function callOf(
	tools: readonly ChatTool[],
	what: RegExp,
	more: RegExp,
	valueFor: (description: string) => string,
): Answer | undefined {
	const tool = tools.find(({ function: { description = '' } }) => what.test(description) && more.test(description));
	if (tool === undefined) return undefined;
	const filled = ({ properties = {} }: ToolSchema): Record<string, unknown> =>
		Object.fromEntries(
			Object.entries(properties).map(([name, field]) => [
				name,
				field.type === 'object' ? filled(field) : valueFor(field.description ?? ''),
			]),
		);
	return { call: tool.function.name, parameters: filled(tool.function.parameters ?? {}) };
}

function textOf(message: ChatMessage | undefined): string {
	const { content = '' } = message ?? {};
	return typeof content === 'string' ? content : (content ?? []).map(({ text = '' }) => text).join('');
}

/** The JSON objects in a tool's result, which n8n wraps in different ways. */
function recordsIn(text: string): Array<Record<string, unknown>> {
	const flatten = (value: unknown): Array<Record<string, unknown>> => {
		if (Array.isArray(value)) return value.flatMap(flatten);
		if (typeof value === 'string') return recordsIn(value);
		if (typeof value !== 'object' || value === null) return [];
		const record = value as Record<string, unknown>;
		return 'response' in record || 'json' in record ? flatten(record.response ?? record.json) : [record];
	};
	try {
		return flatten(JSON.parse(text));
	} catch {
		return [];
	}
}

function send(response: ServerResponse, { model, stream }: ChatRequest, answer: Answer): void {
	const message =
		'text' in answer
			? { role: 'assistant', content: answer.text }
			: { role: 'assistant', content: null, tool_calls: [toolCall(answer)] };
	const finish_reason = 'text' in answer ? 'stop' : 'tool_calls';
	const common = { id: 'chatcmpl-emulator', created: Math.floor(Date.now() / 1000), model };
	if (!stream) {
		return sendJson(response, {
			...common,
			object: 'chat.completion',
			choices: [{ index: 0, message, finish_reason }],
			usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
		});
	}
	response.writeHead(200, { 'Content-Type': 'text/event-stream' });
	for (const choice of [
		{ index: 0, delta: message, finish_reason: null },
		{ index: 0, delta: {}, finish_reason },
	]) {
		response.write(`data: ${JSON.stringify({ ...common, object: 'chat.completion.chunk', choices: [choice] })}\n\n`);
	}
	response.end('data: [DONE]\n\n');
}

let calls = 0;

function toolCall({ call: name, parameters }: Extract<Answer, { call: string }>) {
	return {
		index: 0,
		id: `call_${++calls}`,
		type: 'function',
		function: { name, arguments: JSON.stringify(parameters) },
	};
}

function sendJson(response: ServerResponse, value: object): void {
	response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
}

async function readText(request: IncomingMessage): Promise<string> {
	let text = '';
	for await (const chunk of request) text += String(chunk);
	return text;
}
