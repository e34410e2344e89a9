import type { Scenario } from '../scenario';
import { byId } from '../world';

export const services: readonly Scenario[] = [
	{
		area: 'AI segmentation',
		title: "The server's AI gives the outline of an object",
		source: 'section 9 [475]',
		missingIn2020: {
			resource: 'aiSegmentation',
			operation: 'segment',
			parameters: { imageId: byId('i'), positivePoints: '[[1, 1]]' },
		},
		async run(world, check) {
			const imageId = byId(world.made.get('the image 1'));
			const { items, error } = await world.try('aiSegmentation', 'segment', {
				imageId,
				positivePoints: '[{"x": 20, "y": 20}]',
				numPoints: 10,
			});
			if (error?.httpCode === '503') check.missing('the server is without AI, as the open-source release is');
			check.equal('error', error?.message, undefined);
			check.equal('an outline of three points or more', Number(items[0]?.json.pointCount) >= 3, true);
		},
	},
	{
		area: 'Video',
		title: 'Labels of videos have an endpoint (tried with the task of an image)',
		source: 'section 7 [689]',
		missingIn2020: { resource: 'export', operation: 'getVideoTask', parameters: { taskId: 't' } },
		async run(world, check) {
			const { error } = await world.try('export', 'getVideoTask', { taskId: world.made.get('the task 1') });
			check.equal('message for the task of an image', error?.message, 'The task is not a video task');
		},
	},
];
