/** @jest-environment ./test/support/engine-environment.ts */
import { openLaboratory, type Laboratory } from '../../support/datagym';
import type { MemoryKind } from '../../support/engine';
import { itemsOf, Scene, toldBy } from './watching';

let lab: Laboratory;

beforeAll(async () => {
	lab = await openLaboratory({ dummyProject: false });
});
afterAll(async () => await lab.close());

describe.each<MemoryKind>(['static data', 'durable cursors'])('with n8n’s %s', (memory) => {
	test('tells each finished image once', async () => {
		const scene = Scene.of(lab, 'Once', ['a', 'b', 'c', 'd']);
		scene.move('COMPLETED', 'a');
		const active = await scene.watch({}, { memory });
		await active.tick();
		scene.move('COMPLETED', 'c', 'b');
		await active.tick();
		await active.tick();
		scene.move('COMPLETED', 'd');
		await active.tick();
		expect(toldBy(active)).toEqual([['completed b', 'completed c'], ['completed d']]);
		await active.deactivate();
	});
});
