import type * as EngineModule from './engine';

const { n8nEngine } = globalThis as { n8nEngine?: typeof EngineModule };
if (!n8nEngine)
	throw new Error(
		'This test file needs the comment "@jest-environment ./test/support/n8n/engineEnvironment.ts" on top.',
	);

export const { startEngine } = n8nEngine;
export type { ActiveWorkflow, Engine, MemoryKind, SavedCredential, WorkflowFile, WorkflowRun } from './engine';
