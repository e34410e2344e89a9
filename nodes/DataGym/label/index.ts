import type { Resource } from '../runner/operation';
import { changeClass } from './changeClass';
import { create } from './create';
import { deleteLabel } from './delete';
import { getAll } from './getAll';
import { update } from './update';

export const label: Resource = {
	value: 'label',
	name: 'Label',
	description: 'A labeled object in the image of a task',
	operations: [changeClass, create, deleteLabel, getAll, update],
	start: getAll,
};
