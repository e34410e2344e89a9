import { NodeHelpers, type INode, type INodeParameters } from 'n8n-workflow';
import { fields, options } from '@datagym/nodes/DataGym/prediction/fields';
import { readText } from '../../docs/markdown';

/** The fields that the editor shows, without those of every format. */
function fieldsShown(parameters: INodeParameters): string[] {
	const shown =
		NodeHelpers.getNodeParameters([...fields], parameters, true, false, { typeVersion: 1 } as INode, null) ?? {};
	const ofEveryFormat = ['projectId', 'format', 'predictionsFrom', 'existingLabels', 'options'];
	return Object.keys(shown).filter((name) => !ofEveryFormat.includes(name));
}

describe('the fields of Prediction: Import', () => {
	test.each<[string, INodeParameters, string[]]>([
		['a workflow that was saved without a format', {}, ['predictions', 'imageReference']],
		['AWS Rekognition', { format: 'rekognition' }, ['predictions', 'imageReference']],
		['COCO annotations', { format: 'coco' }, ['predictions']],
		['COCO results', { format: 'cocoResults' }, ['predictions', 'categoriesFrom', 'groundTruth']],
		[
			'COCO results with a file',
			{ format: 'cocoResults', categoriesFrom: 'groundTruthFile' },
			['predictions', 'categoriesFrom', 'groundTruthBinaryField'],
		],
		[
			'COCO results of a COCO model',
			{ format: 'cocoResults', categoriesFrom: 'coco' },
			['predictions', 'categoriesFrom', 'imageReference'],
		],
		[
			'COCO results with names',
			{ format: 'cocoResults', categoriesFrom: 'names' },
			['predictions', 'categoriesFrom', 'categoryNames', 'imageReference'],
		],
		['CVAT', { format: 'cvat' }, ['labelText']],
		['Google Vision', { format: 'googleVision' }, ['predictions', 'imageReference']],
		['Hugging Face', { format: 'huggingFace' }, ['predictions', 'imageReference']],
		['Label Studio', { format: 'labelStudio' }, ['predictions']],
		['LabelMe', { format: 'labelMe' }, ['predictions']],
		['Pascal VOC', { format: 'pascalVoc' }, ['labelText', 'firstPixel']],
		[
			'plain boxes',
			{ format: 'plainBoxes' },
			['predictions', 'imageReference', 'boxForm', 'boxFields', 'units', 'classField', 'scoreField'],
		],
		['Roboflow', { format: 'roboflow' }, ['predictions', 'imageReference']],
		['Ultralytics', { format: 'ultralytics' }, ['predictions', 'imageReference', 'normalized']],
		['YOLO', { format: 'yolo' }, ['labelText', 'imageReference', 'classNames']],
		[
			'YOLO from a file',
			{ format: 'yolo', predictionsFrom: 'file' },
			['binaryPropertyName', 'imageReference', 'classNames'],
		],
		['COCO from a file', { format: 'coco', predictionsFrom: 'file' }, ['binaryPropertyName']],
	])('of %s are those that it needs', (_, parameters, expected) => {
		expect(fieldsShown(parameters).sort()).toEqual([...expected].sort());
	});
});

test('each option has its place in the groups of the page, since n8n shows them in one list', () => {
	const [, groups = ''] = readText('docs/predictions.md').split('The options by what they are for:');
	const [table = ''] = groups.split('**Test it first:**');
	const named = [...table.matchAll(/\*([A-Z][^*]*)\*/g)].map(([, name = '']) => name);
	expect(named.sort()).toEqual(options.map(({ displayName }) => displayName).sort());
});
