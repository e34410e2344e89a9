import type { Resource } from '../runner/operation';
import { findIssues } from './findIssues';

export const quality: Resource = {
	value: 'quality',
	name: 'Quality',
	description: 'How good predictions and labels are',
	operations: [findIssues],
	start: findIssues,
};
