import { ifDone } from '../alreadyDone';
import { checkConsent, counted, deleteAgain, deleteLabels } from '../deletion';
import { datasetId } from '../fields';
import type { ItemOperation } from '../runner/operation';

const ifDeleted = ifDone('If Already Deleted', 'ifDeleted');

export const deleteDataset: ItemOperation = {
	value: 'delete',
	name: 'Delete',
	action: 'Delete dataset',
	description: 'Delete a dataset with its images and tasks. Open core only.',
	isDestructive: true,
	fields: [
		{
			displayName: 'This deletes all images of the dataset, and their tasks and labels in all projects.',
			name: 'deleteNotice',
			type: 'notice',
			default: '',
		},
		datasetId,
		deleteLabels,
	],
	options: [ifDeleted],
	async run(item, { api }) {
		await api.require('datasetDeletion');
		const id = item.id(datasetId);
		// The list has the number of images; the dataset itself would come with all of them.
		const dataset = (await api.datasets.list()).find((candidate) => candidate.datasetId === id);
		if (dataset === undefined) {
			await deleteAgain(item, ifDeleted, 'dataset', async () => await api.datasets.delete(id));
			return [{ json: { datasetId: id, deleted: true, deletedNow: false } }];
		}
		const { name, imageCount, projectCount } = dataset;
		const images = counted(imageCount, 'image');
		const loss =
			imageCount * projectCount === 0
				? images
				: `${images}, with tasks and labels in ${counted(projectCount, 'project')}`;
		checkConsent(item, `The dataset "${name}"`, loss);
		await api.datasets.delete(id);
		return [
			{
				json: {
					datasetId: id,
					datasetName: name,
					deleted: true,
					deletedNow: true,
					deletedImages: imageCount,
					affectedProjects: projectCount,
				},
			},
		];
	},
};
