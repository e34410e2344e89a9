import type { Resource } from '../runner/operation';
import { clear } from './clear';
import { get } from './get';
import { upload } from './upload';

export const labelConfig: Resource = {
	value: 'labelConfig',
	name: 'Label Configuration',
	description: 'The classes and classifications of a project',
	operations: [clear, get, upload],
	start: get,
};
