import { readGrayBmp } from '@datagym/labels/codecs/grayBmp';
import type { Scenario } from '../scenario';
import { byId, refusal, type World } from '../world';
import { HEIGHT, WIDTH } from '../pictures';
import { IMAGES } from './images';

const project = (world: World) => ({ projectId: byId(world.made.get('the project')) });

/** Completes the tasks that the scenarios before have labeled. */
async function finish(world: World): Promise<void> {
	await world.run('label', 'update', { taskId: world.made.get('the task 3'), classifications: '{"weather": "rain"}' });
	for (const number of [1, 3]) await world.run('task', 'complete', { taskId: world.made.get(`the task ${number}`) });
}

export const exports: readonly Scenario[] = [
	{
		area: 'Export',
		title: 'The labels of a project are exported',
		source: 'docs/contract.md#export',
		async run(world, check) {
			const items = await world.run('export', 'getLabels', project(world));
			if ((await world.api.generation()) !== 'image') return;
			check.equal('finished images', items.length, 0);
			check.remark('no task can be finished through the documented API');
		},
	},
	{
		area: 'Export',
		title: 'It holds completed and skipped tasks, with whole numbers; task details hold decimals',
		source: 'docs/contract.md#export [334]',
		missingIn2020: { resource: 'task', operation: 'complete', parameters: { taskId: 't' } },
		async run(world, check) {
			await finish(world);
			const x = async (source: string) => {
				const items = await world.run('export', 'getLabels', { ...project(world), labelSource: source });
				check.equal(
					`images from the source "${source}"`,
					items.map(({ imageName }) => imageName).sort(),
					[...IMAGES].sort(),
				);
				const image = items.find(({ imageName }) => imageName === IMAGES[0]) as
					| { labels?: Array<{ geometry?: { x?: number } }> }
					| undefined;
				return image?.labels?.[0]?.geometry?.x;
			};
			check.equal('left edge in the export', await x('export'), 10);
			check.equal('left edge in the task details', await x('tasks'), 10.5);
		},
	},
	{
		area: 'Export',
		title: 'Bitmaps of segmentations have the image’s size',
		source: 'docs/contract.md#bitmaps [339]',
		missingIn2020: { resource: 'export', operation: 'downloadMasks', parameters: { projectId: byId('p') } },
		async run(world, check) {
			const [mask, ...others] = await world.runForItems('export', 'downloadMasks', {
				...project(world),
				fileFormat: 'bmp',
				options: { includeEmpty: false },
			});
			check.equal('others that are not empty', others.length, 0);
			const picture = mask === undefined ? undefined : readGrayBmp(await world.engine.readBinary(mask));
			check.equal('size', [picture?.width, picture?.height], [WIDTH, HEIGHT]);
			check.equal('white pixels, edges included', picture?.pixels.filter((pixel) => pixel === 255).length, 41 * 11);
		},
	},
	{
		area: 'Export',
		title: 'There is no bitmap of an unknown class',
		source: 'docs/contract.md#bitmaps [341]',
		missingIn2020: { resource: 'task', operation: 'getAll', parameters: { projectId: byId('p') } },
		async run({ api, made }, check) {
			check.equal('answer', await refusal(api.exports.bitmap(made.get('the task 3'), 'moon')), '404 ex_notfound');
		},
	},
	{
		area: 'Export',
		title: 'Statistics agree with what was done',
		source: 'docs/contract.md#tasks',
		missingIn2020: { resource: 'task', operation: 'getAll', parameters: { projectId: byId('p') } },
		async run(world, check) {
			const [counted] = await world.run('project', 'getStatistics', { ...project(world), labelSource: 'tasks' });
			const statuses = (counted?.tasksByStatus ?? {}) as Record<string, number>;
			check.equal(
				'tasks, completed, skipped, labels',
				[counted?.taskCount, statuses.completed, statuses.skipped, counted?.labelCount],
				[4, 3, 1, 4],
			);
		},
	},
];
