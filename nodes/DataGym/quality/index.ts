import type { Resource } from '../runner/operation';
import { compareProjects } from './compareProjects';

export const quality: Resource = {
	value: 'quality',
	name: 'Quality',
	description: 'How good predictions and labels are',
	operations: [compareProjects],
	start: compareProjects,
};
