import type { IBuilderHint } from 'n8n-workflow';

/** What n8n's assistant and its catalog of nodes are told about this node. */
export const builderHint: IBuilderHint = {
	searchHint:
		'Images come in as binary files and go to a dataset with Image: Upload, which can create the dataset and connect it to a project. ' +
		'Labels of a model go in with Prediction: Import; the project needs a label configuration first (Label Configuration: Upload). ' +
		'Labels come out with Export: Get Labels (set Output to Item per Label for flat rows), training data with Export: Create Training Dataset ' +
		'(YOLO, COCO and more, as a ZIP archive or as files). To start a workflow when images are finished, use DataGym Trigger, not Schedule Trigger.',
	relatedNodes: [
		{
			nodeType: 'n8n-nodes-datagym.dataGymTrigger',
			relationHint: 'Starts the workflow when images, datasets or projects are finished, with their labels',
		},
		{
			nodeType: 'n8n-nodes-base.readWriteFile',
			relationHint: 'Reads images from disk for Image: Upload, and writes training datasets to disk',
		},
		{
			nodeType: 'n8n-nodes-base.httpRequest',
			relationHint: 'Asks a model for predictions, which Prediction: Import takes',
		},
	],
};
