import {
	NodeConnectionTypes,
	NodeOperationError,
	type IExecuteFunctions,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
} from 'n8n-workflow';
import { testCredential } from '@datagym/shared/credentialTest';
import { getDatasets, searchDatasets, searchImages, searchProjects } from '@datagym/shared/lists';
import { getProjects } from '@datagym/shared/projectList';
import { builderHint } from './builderHint';
import { describe, subtitleOf } from './runner/operation';
import { findOperation, resources } from './resources';
import { dataset } from './dataset';
import {
	getClasses,
	getKeypointClasses,
	getSegmentationClasses,
	getTaskClasses,
	searchClassifications,
	searchTaskClasses,
	searchTaskSegmentations,
} from './lists/classes';
import { getProjectDatasets } from './lists/datasets';
import { searchTaskLabels } from './lists/labels';
import { newDataset } from './lists/newDataset';
import { searchTasks } from './lists/tasks';
import { runOperation } from './runner/runOperation';

export class DataGym implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'DataGym',
		name: 'dataGym',
		icon: { light: 'file:datagym.svg', dark: 'file:datagym.dark.svg' },
		group: ['transform'],
		version: 1,
		subtitle: subtitleOf(resources),
		description: 'Label images for computer vision with DataGym',
		defaults: { name: 'DataGym' },
		usableAsTool: true,
		builderHint,
		inputs: [NodeConnectionTypes.Main],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'dataGymApi', required: true, testedBy: 'testCredential' }],
		properties: describe(resources, dataset),
	};

	methods = {
		credentialTest: { testCredential },
		loadOptions: {
			getClasses,
			getDatasets,
			getKeypointClasses,
			getProjectDatasets,
			getProjects,
			getSegmentationClasses,
			getTaskClasses,
		},
		listSearch: {
			searchClassifications,
			searchDatasets,
			searchImages,
			searchProjects,
			searchTaskClasses,
			searchTaskLabels,
			searchTaskSegmentations,
			searchTasks,
		},
		actionHandler: { newDataset },
	};

	async execute(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
		const resource = this.getNodeParameter('resource', 0);
		const name = this.getNodeParameter('operation', 0);
		const operation = findOperation(String(resource), String(name));
		if (operation === undefined) {
			throw new NodeOperationError(
				this.getNode(),
				`The resource "${String(resource)}" has no operation "${String(name)}"`,
				{
					description:
						'Select the resource and operation again. The workflow may have been created with a newer version of this node.',
				},
			);
		}
		return [await runOperation(this, operation)];
	}
}
