import type { Resource } from '../runner/operation';
import { complete } from './complete';
import { get } from './get';
import { getAll } from './getAll';
import { release } from './release';
import { reopen } from './reopen';
import { review } from './review';
import { skip } from './skip';

export const task: Resource = {
	value: 'task',
	name: 'Task',
	description: 'An image in a project, with its labels',
	operations: [complete, get, getAll, release, reopen, review, skip],
	start: getAll,
};
