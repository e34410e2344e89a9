import type { Scenario } from '../scenario';
import { IMAGES } from './images';

export const trigger: readonly Scenario[] = [
	{
		area: 'Trigger',
		title: 'A poll tells a task that was completed since the last one, with its labels, and once',
		source: 'docs/contract.md#task-list',
		missingIn2020: { resource: 'task', operation: 'complete', parameters: { taskId: 't' } },
		async run(world, check) {
			const watching = await world.watch({ projectIds: [world.made.get('the project')], output: 'labels' });
			try {
				await watching.tick();
				await world.run('task', 'complete', { taskId: world.made.get('the task 1') });
				await watching.tick();
				await watching.tick();
			} finally {
				await watching.deactivate();
			}
			check.equal(
				'errors',
				watching.errors.map(({ message }) => message),
				[],
			);
			const items = watching.runs.flatMap((run) => run.itemsOf('Trigger')).map(({ json }) => json);
			check.equal(
				'events',
				items.map(({ event, imageName, status }) => [event, imageName, status]),
				[['completed', IMAGES[0], 'completed']],
			);
			check.equal('labels', (items[0]?.labels as unknown[] | undefined)?.length, 1);
		},
	},
];
