import type { Resource } from '../runner/operation';
import { addDataset } from './addDataset';
import { create } from './create';
import { deleteProject } from './delete';
import { get } from './get';
import { getAll } from './getAll';
import { getStatistics } from './getStatistics';
import { removeDataset } from './removeDataset';
import { update } from './update';

export const project: Resource = {
	value: 'project',
	name: 'Project',
	description: 'A labeling project with one or more datasets',
	operations: [addDataset, create, deleteProject, get, getAll, getStatistics, removeDataset, update],
	start: getAll,
};
