import type { Resource } from '../runner/operation';
import { comparePredictions } from './comparePredictions';
import { compareProjects } from './compareProjects';
import { findIssues } from './findIssues';

export const quality: Resource = {
	value: 'quality',
	name: 'Quality',
	description: 'How good predictions and labels are',
	operations: [comparePredictions, compareProjects, findIssues],
	start: comparePredictions,
};
