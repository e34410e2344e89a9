/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { INode } from 'n8n-workflow';
import { openHarness, type Harness } from '../../support/datagym';
import type { ActiveWorkflow, WorkflowFile } from '../../support/n8n/engine';
import type { SavedMemory } from '../../support/n8n/pollMemory';
import { chain, node } from '../../support/workflow';
import { Scene, emittedBy } from './scene';

let harness: Harness;

beforeAll(async () => {
	harness = await openHarness({ dummyProject: false });
});
afterAll(async () => await harness.close());

const counter = node('Count runs', 'n8n-nodes-base.code', {
	jsCode: "const data = $getWorkflowStaticData('global'); data.runs = (data.runs ?? 0) + 1; return [];",
});
/** Lets nothing pass: the tests end executions that write by hand, since a Code node needs a task runner. */
const stop = node('Stop', 'n8n-nodes-base.limit', { maxItems: 0 });

function workflowOf(scene: Scene, writer: INode = counter): WorkflowFile {
	const [trigger] = scene.workflow().nodes;
	return chain(trigger!, stop, writer);
}

async function activate(file: WorkflowFile, saved?: SavedMemory): Promise<ActiveWorkflow> {
	return await harness.engine.activate(file, { credentials: [harness.credential], ...(saved && { saved }) });
}

describe('an execution that writes static data and ends after a later poll', () => {
	test('makes the trigger emit nothing twice after a restart of n8n', async () => {
		const scene = Scene.of(harness, 'Twice', ['a', 'b']);
		const before = await activate(workflowOf(scene));
		scene.move('COMPLETED', 'a');
		await before.tick();
		const end = before.beginExecutionThatWrites();
		scene.move('COMPLETED', 'b');
		await before.tick();
		end();
		await before.tick();
		await before.kill();
		const after = await activate(workflowOf(scene), before.saved);
		await after.tick();
		expect([emittedBy(before), emittedBy(after)]).toEqual([[['completed a'], ['completed b']], []]);
		await after.deactivate();
	});

	test('makes the trigger lose nothing after a restart of n8n', async () => {
		const scene = Scene.of(harness, 'Lost', ['a']);
		const before = await activate(workflowOf(scene));
		scene.move('COMPLETED', 'a');
		await before.tick();
		const end = before.beginExecutionThatWrites();
		scene.move('WAITING_CHANGED', 'a');
		await before.tick();
		end();
		await before.tick();
		await before.kill();
		scene.move('COMPLETED', 'a');
		const after = await activate(workflowOf(scene), before.saved);
		await after.tick();
		expect([emittedBy(before), emittedBy(after)]).toEqual([[['completed a']], [['completed a']]]);
		await after.deactivate();
	});

	test.each([
		['in the same process', true],
		['in the same process, though it begins with nothing', false],
	])('is noticed when the workflow is published again %s', async (_when, hasMemory) => {
		const scene = Scene.of(harness, 'Published again', ['a', 'b', 'c']);
		// Without a Code node that the trigger can see, it does not save again.
		const file = { ...scene.workflow(), id: `published-${hasMemory}` };
		const before = await activate(file);
		const nothing = { staticData: '{}' };
		scene.move('COMPLETED', 'a');
		await before.tick();
		const end = before.beginExecutionThatWrites();
		scene.move('COMPLETED', 'b');
		await before.tick();
		end();
		await before.tick();
		await before.kill();
		scene.move('COMPLETED', 'c');
		const after = await activate(file, hasMemory ? before.saved : nothing);
		await after.tick();
		expect([emittedBy(before), emittedBy(after)]).toEqual([[['completed a'], ['completed b']], [['completed c']]]);
		expect(harness.engine.log.text).toContain("was older in n8n's database");
		await after.deactivate();
	});
});

test('a poll that is discarded, since the workflow is published again meanwhile, counts for nothing', async () => {
	const scene = Scene.of(harness, 'Discarded', ['a', 'b']);
	const file = { ...scene.workflow(), id: 'discarded' };
	const before = await activate(file);
	scene.move('COMPLETED', 'a');
	await before.tick();
	scene.move('COMPLETED', 'b');
	let release = () => {};
	const held = new Promise<void>((resolve) => (release = resolve));
	let slow = Promise.resolve();
	await new Promise<void>((resolve) => {
		harness.server.onRequest(async () => {
			resolve();
			await held;
		});
		slow = before.tick();
	});
	harness.server.onRequest(undefined);
	await before.kill();
	release();
	await slow;
	const after = await activate(file, before.saved);
	await after.tick();
	expect([emittedBy(before), emittedBy(after)]).toEqual([[['completed a']], [['completed b']]]);
	await after.deactivate();
});

test('a state that another process wrote is taken as it is', async () => {
	const scene = Scene.of(harness, 'Another process', ['a', 'b']);
	const file = { ...scene.workflow(), id: 'shared' };
	const here = await activate(file);
	scene.move('COMPLETED', 'a');
	await here.tick();
	await here.kill();
	// The other process knows the workflow by no earlier activation.
	const there = await activate({ ...file, id: 'elsewhere' }, here.saved);
	scene.move('COMPLETED', 'b');
	await there.tick();
	await there.kill();
	const saved = { staticData: there.saved.staticData.replace(/"stamp":"[^"]*"/, '"stamp":"other-7"') };
	const again = await activate(file, saved);
	await again.tick();
	expect([emittedBy(there), emittedBy(again)]).toEqual([[['completed b']], []]);
	await again.deactivate();
});

describe('what it costs', () => {
	test('is an execution without items after the first, second, fourth … poll, with a node that writes', async () => {
		const scene = Scene.of(harness, 'Saved again', ['a']);
		const active = await activate(workflowOf(scene));
		scene.move('COMPLETED', 'a');
		await active.tick();
		const runs: number[] = [];
		for (let poll = 1; poll <= 9; poll++) {
			const before = active.runs.length;
			await active.tick();
			if (active.runs.length > before) runs.push(poll);
		}
		expect(runs).toEqual([1, 2, 4, 8]);
		expect(emittedBy(active)).toEqual([['completed a']]);
		expect(harness.engine.log.text).toContain('"Count runs" uses $getWorkflowStaticData');
		await active.deactivate();
	});

	test.each([
		['without such a node', node('Count runs', 'n8n-nodes-base.code', { jsCode: 'return [];' })],
		['if it is disabled', { ...counter, disabled: true }],
	])('is nothing %s', async (_when, writer) => {
		const scene = Scene.of(harness, 'Saved once', ['a']);
		const active = await activate(workflowOf(scene, writer));
		scene.move('COMPLETED', 'a');
		await active.tick();
		for (let poll = 0; poll < 4; poll++) await active.tick();
		expect(active.runs).toHaveLength(1);
		await active.deactivate();
	});
});
