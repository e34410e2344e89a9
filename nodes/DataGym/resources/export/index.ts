import type { Resource } from '../../operation';
import { createDataset } from './createDataset';
import { downloadBitmap } from './downloadBitmap';
import { getLabels } from './getLabels';

export const exportResource: Resource = {
	value: 'export',
	name: 'Export',
	description: 'Finished labels of a project',
	operations: [createDataset, downloadBitmap, getLabels],
};
