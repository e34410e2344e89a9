import type { Resource } from '../runner/operation';
import { compareVersions } from './compareVersions';
import { createDataset } from './createDataset';
import { downloadBitmap } from './downloadBitmap';
import { downloadMasks } from './downloadMasks';
import { getLabels } from './getLabels';
import { getVideoTask } from './getVideoTask';
import { preview } from './preview';

export const exportResource: Resource = {
	value: 'export',
	name: 'Export',
	description: 'The finished labels of a project',
	operations: [compareVersions, createDataset, downloadBitmap, downloadMasks, getLabels, getVideoTask, preview],
	start: getLabels,
};
