import type { Resource } from '../runner/operation';
import { addDataset } from './addDataset';
import { get } from './get';
import { getAll } from './getAll';
import { getStatistics } from './getStatistics';
import { removeDataset } from './removeDataset';

export const project: Resource = {
	value: 'project',
	name: 'Project',
	description: 'A labeling project with one or more datasets',
	operations: [addDataset, get, getAll, getStatistics, removeDataset],
	start: getAll,
};
