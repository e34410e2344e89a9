import type { INode, INodeType } from 'n8n-workflow';
import type * as NodeAsTool from 'n8n-core/dist/execution-engine/node-execution-context/utils/create-node-as-tool';
import { requireFromCore } from './n8nInternals';

/** A tool as it is put to a language model. */
export interface AiTool {
	name: string;
	description: string;
	/** JSON Schema of what the model has to give. */
	parameters: { properties: Record<string, { type?: string; description?: string }>; required?: string[] };
}

interface FunctionCalling {
	convertToOpenAITool(tool: object): { function: AiTool };
}

const { createNodeAsTool } = requireFromCore(
	'n8n-core/dist/execution-engine/node-execution-context/utils/create-node-as-tool',
) as typeof NodeAsTool;
const { convertToOpenAITool } = requireFromCore('@langchain/core/utils/function_calling') as FunctionCalling;

/** The tool that n8n and its language model nodes make of a node at an agent. Throws n8n's error for a wrong `$fromAI`. */
export function describeAiTool(node: INode, nodeType: INodeType): AiTool {
	const { response } = createNodeAsTool({ node, nodeType, handleToolInvocation: async () => undefined });
	return convertToOpenAITool(response).function;
}
