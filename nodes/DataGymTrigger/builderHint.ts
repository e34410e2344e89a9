import type { IBuilderHint } from 'n8n-workflow';

/** What n8n's assistant and its catalog of nodes are told about this node. */
export const builderHint: IBuilderHint = {
	searchHint:
		'Emits each event once. Items already hold the labels of the image, so do not add Export: Get Labels after it. ' +
		'Set Output to Item per Label for flat rows, and Include Image for the file. ' +
		'To train again from time to time, set Trigger On to Every N Finished or Project Finished and continue with Export: Create Training Dataset.',
	relatedNodes: [
		{
			nodeType: 'n8n-nodes-datagym.dataGym',
			relationHint: 'Reads and writes everything else in DataGym, such as training datasets, tasks and predictions',
		},
		{
			nodeType: 'n8n-nodes-base.scheduleTrigger',
			relationHint: 'For exports at fixed times, whatever was finished',
		},
	],
};
