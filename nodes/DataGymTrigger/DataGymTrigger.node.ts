import {
	NodeConnectionTypes,
	type INodeExecutionData,
	type INodeType,
	type INodeTypeDescription,
	type IPollFunctions,
} from 'n8n-workflow';
import { getDatasets, getProjects } from './choices';
import { fields, subtitle } from './fields';
import { watch } from './watch';

export class DataGymTrigger implements INodeType {
	description: INodeTypeDescription = {
		displayName: 'DataGym Trigger',
		name: 'dataGymTrigger',
		icon: { light: 'file:../DataGym/datagym.svg', dark: 'file:../DataGym/datagym.dark.svg' },
		group: ['trigger'],
		version: 1,
		subtitle,
		description: 'Starts the workflow when images are labeled, reviewed, skipped or sent back in DataGym',
		defaults: { name: 'DataGym Trigger' },
		polling: true,
		inputs: [],
		outputs: [NodeConnectionTypes.Main],
		credentials: [{ name: 'dataGymApi', required: true }],
		properties: fields,
	};

	methods = { loadOptions: { getDatasets, getProjects } };

	async poll(this: IPollFunctions): Promise<INodeExecutionData[][] | null> {
		return await watch(this);
	}
}
