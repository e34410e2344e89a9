/** @jest-environment ./test/support/n8n/engineEnvironment.ts */
import type { IDataObject } from 'n8n-workflow';
import type { SeedLabels } from '../../../emulator/store/seeding';
import { byId, jsonOf } from '../../../support/datagym';
import { box, ComparedProjects, type Labeled, labelsOf } from './comparedProjects';

let lab: ComparedProjects;
beforeAll(async () => (lab = await ComparedProjects.open()));
afterAll(async () => await lab.close());

describe('Consensus', () => {
	const agreed = labelsOf(
		{
			car: [
				box(0, {
					classifications: { color: ['red'] },
					nested_geometries: {
						plate: [
							{
								polygon: [
									{ x: 5, y: 20 },
									{ x: 30, y: 20 },
									{ x: 30, y: 30 },
									{ x: 5, y: 30 },
								],
							},
						],
					},
				}),
			],
			lamp: [{ point: [{ x: 200, y: 100 }] }],
			lane: [
				{
					line: [
						{ x: 0, y: 300 },
						{ x: 400, y: 310 },
					],
				},
			],
		},
		{ weather: ['sun'], seen: ['snow'] },
	);
	const withMore: SeedLabels = {
		labels: { ...agreed.labels, van: [box(450)] } as IDataObject,
		global_classifications: { weather: ['sun'], seen: ['snow', 'fog'] },
	} as SeedLabels;

	const storedLabels = async (project: Labeled) =>
		jsonOf(
			await lab.datagym.run('export', 'getLabels', {
				projectId: byId(project.project.id),
				labelSource: 'tasks',
				options: { status: ['waiting'] },
			}),
		);

	test.each([
		['a project with the same dataset', true],
		['a project with copies of the images', false],
	])('is imported as it is into %s', async (_, isShared) => {
		const one = lab.label([agreed, labelsOf({ car: [box(0)] })]);
		const other = lab.label([withMore, labelsOf({ van: [box(0)] })], { shared: one });
		const third = lab.label([labelsOf({}), labelsOf({})], isShared ? { shared: one } : {});
		for (const task of third.tasks) lab.datagym.server.seed.move(task, 'WAITING');
		// Copies have other IDs, so that only projects without a common dataset give names alone.
		const compared = isShared ? [one, other] : [one, lab.label([withMore, labelsOf({ van: [box(0)] })])];
		const consensus = jsonOf(await lab.compare('consensus', compared));
		const imported = jsonOf(
			await lab.datagym.run(
				'prediction',
				'import',
				{ projectId: byId(third.project.id) },
				{ items: consensus.map((json) => ({ json: json as IDataObject })) },
			),
		);
		expect(imported.map(({ imageName, status }) => [imageName, status])).toEqual([
			['0.jpg', 'imported'],
			['1.jpg', 'imported'],
		]);
		const [first, second] = await storedLabels(third);
		expect(first).toMatchObject({
			labels: [
				{
					geometry: { type: 'rectangle', x: 0, y: 10, width: 100, height: 50 },
					classifications: { color: { values: ['red'] } },
					children: [{ geometry: { type: 'polygon' } }],
				},
				{ geometry: { type: 'point', x: 200, y: 100 } },
				{
					geometry: {
						type: 'line',
						points: [
							{ x: 0, y: 300 },
							{ x: 400, y: 310 },
						],
					},
				},
			],
			classifications: { weather: { values: ['sun'] }, seen: { values: ['snow'] } },
		});
		expect(second).toMatchObject({ labels: [] });
	});

	test('has the mean of boxes if wanted', async () => {
		const [one, other] = [0, 10].map((x) => lab.label([labelsOf({ car: [box(x)] })]));
		const [item] = jsonOf(await lab.compare('consensus', [one!, other!], { consensusGeometry: 'mean' }));
		expect(item).toMatchObject({ labels: { car: [{ rectangle: [{ x: 5, y: 10, w: 100, h: 50 }] }] } });
	});
});
