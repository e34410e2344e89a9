import type { Resource } from '../runner/operation';
import { comparePredictions } from './comparePredictions';

export const quality: Resource = {
	value: 'quality',
	name: 'Quality',
	description: 'How good predictions and labels are',
	operations: [comparePredictions],
	start: comparePredictions,
};
