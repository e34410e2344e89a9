import type { Resource } from '../runner/operation';
import { calculate } from './calculate';
import { finish } from './finish';
import { prepare } from './prepare';
import { segment } from './segment';

export const aiSegmentation: Resource = {
	value: 'aiSegmentation',
	name: 'AI Segmentation',
	description: 'Polygons that AI finds from points. Not in the open-source server.',
	operations: [calculate, finish, prepare, segment],
	start: segment,
};
