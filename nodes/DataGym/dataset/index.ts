import type { Resource } from '../runner/operation';
import { create } from './create';
import { deleteDataset } from './delete';
import { get } from './get';
import { getAll } from './getAll';
import { importOperation } from './import';

export const dataset: Resource = {
	value: 'dataset',
	name: 'Dataset',
	description: 'A collection of images that projects can share',
	operations: [create, deleteDataset, get, getAll, importOperation],
	start: create,
};
