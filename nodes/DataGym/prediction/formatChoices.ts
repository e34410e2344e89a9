/** Values are saved in workflows and never renamed. */
export const FORMAT_CHOICES = [
	{
		name: 'AWS Rekognition',
		value: 'rekognition',
		description: 'The answer of DetectLabels, DetectCustomLabels or DetectFaces',
	},
	{ name: 'COCO Annotations', value: 'coco', description: 'A whole file: images, categories and annotations' },
	{ name: 'COCO Results', value: 'cocoResults', description: 'A list with image_id, category_id, bbox and score' },
	{ name: 'CVAT XML', value: 'cvat', description: 'CVAT for images 1.1' },
	{ name: 'DataGym JSON', value: 'dataGym', description: 'As DataGym’s import takes it and its export gives it' },
	{ name: 'Google Vision', value: 'googleVision', description: 'The answer of object localization' },
	{
		name: 'Hugging Face Object Detection',
		value: 'huggingFace',
		description: 'A list with label, score and box (xmin, ymin, xmax, ymax)',
	},
	{ name: 'Label Studio', value: 'labelStudio', description: 'Tasks with annotations or predictions' },
	{ name: 'LabelMe', value: 'labelMe', description: 'The JSON of one image' },
	{ name: 'Pascal VOC XML', value: 'pascalVoc', description: 'The XML of one image' },
	{ name: 'Plain Boxes', value: 'plainBoxes', description: 'A list of boxes, in fields that you name' },
	{ name: 'Roboflow', value: 'roboflow', description: 'The response of an inference server' },
	{ name: 'Ultralytics JSON', value: 'ultralytics', description: 'What results.to_json() gives for one image' },
	{
		name: 'YOLO',
		value: 'yolo',
		description: 'The label file (.txt) of one image: boxes or outlines, with or without confidence',
	},
] as const;

export type PredictionFormatName = (typeof FORMAT_CHOICES)[number]['value'];
