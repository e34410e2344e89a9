import type { Scenario } from '../scenario';
import { refusal, type World } from '../world';

const missing = (operation: string) => ({
	resource: 'label',
	operation,
	parameters: { taskId: 't', labelId: 'l', classKey: 'c', geometry: '[]' },
});

const TRIANGLE = [
	{ x: 1, y: 1 },
	{ x: 9.5, y: 1 },
	{ x: 9.5, y: 9 },
];
const taskOf = (world: World) => world.made.get('the task 3');
const create = async (world: World, classKey: string, geometry: unknown, parameters: object = {}) =>
	(
		await world.run('label', 'create', {
			taskId: taskOf(world),
			classKey,
			geometry: JSON.stringify(geometry),
			...parameters,
		})
	)[0]?.labelId;
const find = async (world: World, labelId: string) =>
	(await world.run('label', 'getAll', { taskId: taskOf(world) })).find((label) => label.labelId === labelId);

export const labels: readonly Scenario[] = [
	{
		area: 'Single labels',
		title: 'A label is created with decimals and answers',
		source: 'docs/contract.md#label-values [279-283]',
		missingIn2020: missing('create'),
		async run(world, check) {
			world.made.set(
				'the label',
				await create(world, 'car', [{ x: 3.5, y: 4.5, w: 20, h: 10 }], { classifications: '{"color": "red"}' }),
			);
			const label = await find(world, world.made.get('the label'));
			check.equal('geometry', label?.geometry, { type: 'rectangle', x: 3.5, y: 4.5, width: 20, height: 10 });
			check.equal('answers', label?.classifications, { color: { values: ['red'], children: {} } });
		},
	},
	{
		area: 'Single labels',
		title: 'A label inside of another stays there when it is updated',
		source: 'docs/contract.md#label-values [284, 707]',
		missingIn2020: missing('update'),
		async run(world, check) {
			const parentLabelId = world.made.get('the label');
			world.made.set('the inner label', await create(world, 'plate', TRIANGLE, { options: { parentLabelId } }));
			const labelId = world.made.get('the inner label');
			await world.run('label', 'update', {
				taskId: taskOf(world),
				labelId,
				geometry: JSON.stringify([...TRIANGLE, { x: 1, y: 9 }]),
			});
			const label = await find(world, labelId);
			check.equal('outer label', label?.parentLabelId, parentLabelId);
			check.equal('points', (label?.geometry as { points?: unknown[] } | null)?.points?.length, 4);
		},
	},
	{
		area: 'Single labels',
		title: 'A segmentation is stored, which an import cannot do',
		source: 'docs/contract.md#import-geometries [400]',
		missingIn2020: missing('create'),
		async run(world, check) {
			const labelId = await create(world, 'sky', [
				[
					{ x: 0, y: 0 },
					{ x: 40, y: 0 },
					{ x: 40, y: 10 },
					{ x: 0, y: 10 },
				],
			]);
			const label = await find(world, String(labelId));
			check.equal('type', label?.type, 'segmentation');
		},
	},
	{
		area: 'Single labels',
		title: 'A change of class keeps the geometry, and gives another ID',
		source: 'docs/contract.md#label-values [298]',
		missingIn2020: missing('changeClass'),
		async run(world, check) {
			const labelId = String(
				await create(world, 'car', [{ x: 1, y: 2, w: 3, h: 4 }], { classifications: '{"color": "blue"}' }),
			);
			const [changed] = await world.run('label', 'changeClass', { taskId: taskOf(world), labelId, classKey: 'van' });
			world.made.set('the van', changed?.labelId);
			check.equal('same ID', changed?.labelId === labelId, false);
			check.equal('geometry', (await find(world, world.made.get('the van')))?.geometry, {
				type: 'rectangle',
				x: 1,
				y: 2,
				width: 3,
				height: 4,
			});
		},
	},
	{
		area: 'Single labels',
		title: 'A label is deleted once',
		source: 'docs/contract.md#label-values [305, 306]',
		missingIn2020: missing('delete'),
		async run(world, check) {
			const labelId = world.made.get('the van');
			await world.run('label', 'delete', { taskId: taskOf(world), labelId });
			check.equal('found', await find(world, labelId), undefined);
			check.equal('answer to the second time', await refusal(world.api.labels.delete(labelId)), '404 ex_notfound');
		},
	},
];
