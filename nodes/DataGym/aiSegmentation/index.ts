import type { Resource } from '../runner/operation';
import { calculate } from './calculate';
import { finish } from './finish';
import { prepare } from './prepare';
import { segment } from './segment';

export const aiSegmentation: Resource = {
	value: 'aiSegmentation',
	name: 'AI Segmentation',
	description: "Outlines that the server's AI finds from some points; the open-source server has none",
	operations: [calculate, finish, prepare, segment],
	start: segment,
};
