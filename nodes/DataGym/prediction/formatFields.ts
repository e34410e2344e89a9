import type { INodeProperties } from 'n8n-workflow';
import {
	type BoxMeaning,
	type CoordinateUnit,
	READABLE_FORMATS,
	type ReadableFormat,
	type ReadingParameter,
} from '@datagym/labels';
import { field } from '@datagym/shared/fields';
import type { ChoiceOf } from '../runner/itemInput';

const boxFieldsFor = (form: string, names: string) =>
	field({
		displayName: 'Box Fields',
		name: 'boxFields',
		type: 'string',
		default: names,
		required: true,
		displayOptions: { show: { boxForm: [form] } },
		description: 'Four fields in this order, or one list, e.g. bbox',
	});

export const imageReference = field({
	displayName: 'Image',
	name: 'imageReference',
	type: 'string',
	default: '',
	placeholder: 'e.g. front_000123.jpg',
	hint: 'Leave empty to find the image by the item, or by the item that it was made from',
	description: 'Image ID, file name or label file name',
});

export const categoriesFrom = field({
	displayName: 'Categories From',
	name: 'categoriesFrom',
	type: 'options',
	default: 'groundTruth',
	options: [
		{
			name: 'COCO Classes',
			value: 'coco',
			description: 'The 80 classes, with IDs from 1 to 90',
		},
		{
			name: 'Ground-Truth File',
			value: 'groundTruthFile',
			description: 'COCO annotations in a binary field',
		},
		{ name: 'Ground-Truth JSON', value: 'groundTruth', description: 'COCO annotations as JSON' },
		{ name: 'Names', value: 'names', description: 'Category IDs and their names' },
	],
	description: 'Where to read names of categories and images',
});

export const groundTruth = field({
	displayName: 'Ground Truth',
	name: 'groundTruth',
	type: 'json',
	default: '{}',
	required: true,
	placeholder: "e.g. {{ $('Get instances.json').item.json }}",
	displayOptions: { show: { categoriesFrom: ['groundTruth'] } },
	description: 'The COCO file that the results refer to',
});

export const groundTruthBinaryField = field({
	displayName: 'Ground-Truth Binary Field',
	name: 'groundTruthBinaryField',
	type: 'string',
	default: 'groundTruth',
	required: true,
	displayOptions: { show: { categoriesFrom: ['groundTruthFile'] } },
	hint: 'The name of the input binary field that holds the COCO file with the images and categories',
	description: 'Name of the binary field in the input',
});

export const categoryNames = field({
	displayName: 'Category Names',
	name: 'categoryNames',
	type: 'json',
	default: '{}',
	required: true,
	placeholder: 'e.g. { "1": "car", "2": "van" }',
	displayOptions: { show: { categoriesFrom: ['names'] } },
	description: 'JSON from category ID to name',
});

const imageOfResults = field({
	displayName: 'Image',
	name: 'imageReference',
	type: 'string',
	default: '',
	placeholder: 'e.g. front_000123.jpg',
	displayOptions: { show: { categoriesFrom: ['coco', 'names'] } },
	description: 'Image ID or file name, if not in image_id',
});

export const classNames = field({
	displayName: 'Class Names',
	name: 'classNames',
	type: 'string',
	default: '',
	typeOptions: { rows: 2 },
	placeholder: 'e.g. car, person, van',
	hint: 'data.yaml, one name per line, a list, or JSON',
	description: 'Names by class ID. Leave empty for exported datasets.',
});

export const normalized = field({
	displayName: 'Normalized',
	name: 'normalized',
	type: 'boolean',
	default: false,
	description: 'Whether coordinates are fractions, as with normalize=True',
});

export const firstPixel = field({
	displayName: 'First Pixel',
	name: 'firstPixel',
	type: 'options',
	default: 0,
	options: [
		{ name: 'Counted From 0', value: 0, description: 'As in LabelImg, CVAT and Create Training Dataset' },
		{ name: 'Counted From 1', value: 1, description: 'As in the files of the VOC challenge itself' },
	],
	description: 'Coordinate of the first pixel',
});

export const boxForm = field({
	displayName: 'Box Form',
	name: 'boxForm',
	type: 'options',
	default: 'corners',
	options: [
		{ name: 'Center and Size', value: 'centerSize', description: 'X and y of the center, then width and height' },
		{ name: 'Center and Size, Y First', value: 'centerSizeYFirst', description: 'Y, x, height, width' },
		{ name: 'Corner and Size', value: 'cornerSize', description: 'The top left corner, then width and height' },
		{ name: 'Corner and Size, Y First', value: 'cornerSizeYFirst', description: 'Y, x, height, width' },
		{ name: 'Two Corners', value: 'corners', description: 'X and y of opposite corners' },
		{ name: 'Two Corners, Y First', value: 'cornersYFirst', description: 'Y1, x1, y2, x2' },
	],
	description: 'Meaning of the four numbers of a box',
});

export const boxFields = boxFieldsFor('corners', 'xmin, ymin, xmax, ymax');

const otherBoxFields = [
	boxFieldsFor('cornerSize', 'x, y, width, height'),
	boxFieldsFor('centerSize', 'x, y, width, height'),
	boxFieldsFor('cornersYFirst', 'ymin, xmin, ymax, xmax'),
	boxFieldsFor('cornerSizeYFirst', 'y, x, height, width'),
	boxFieldsFor('centerSizeYFirst', 'y, x, height, width'),
];

/** What each box form stands for. */
export const BOX_MEANING: Readonly<Record<ChoiceOf<typeof boxForm>, BoxMeaning>> = {
	corners: 'corners',
	cornerSize: 'corner-size',
	centerSize: 'center-size',
	cornersYFirst: 'corners-y-first',
	cornerSizeYFirst: 'corner-size-y-first',
	centerSizeYFirst: 'center-size-y-first',
};

/** The name of the box form that stands for a meaning. */
export function boxFormName(meaning: BoxMeaning): string {
	return boxForm.options.find(({ value }) => BOX_MEANING[value] === meaning)?.name ?? meaning;
}

export function unitName(unit: CoordinateUnit): string {
	return units.options.find(({ value }) => value === unit)?.name ?? unit;
}

export const units = field({
	displayName: 'Units',
	name: 'units',
	type: 'options',
	default: 'pixels',
	options: [
		{ name: 'Fractions', value: 'fractions', description: 'From 0 to 1, of the image width and height' },
		{ name: 'Percentages', value: 'percentages', description: 'From 0 to 100' },
		{ name: 'Pixels', value: 'pixels' },
		{ name: 'Thousandths', value: 'thousandths', description: 'From 0 to 1000, as from many language models' },
	],
	description: 'Unit of the coordinates',
});

export const classField = field({
	displayName: 'Class Field',
	name: 'classField',
	type: 'string',
	default: 'label',
	description: 'Leave empty if there is none',
});

export const scoreField = field({
	displayName: 'Score Field',
	name: 'scoreField',
	type: 'string',
	default: 'score',
	description: 'From 0 to 1. Leave empty if there is none.',
});

/** The fields of each parameter that a format can ask for; they are shown for the formats that do. */
const PARAMETER_FIELDS: Readonly<Record<ReadingParameter, readonly INodeProperties[]>> = {
	image: [imageReference],
	cocoReferences: [categoriesFrom, groundTruth, groundTruthBinaryField, categoryNames, imageOfResults],
	classNames: [classNames],
	isNormalized: [normalized],
	firstPixel: [firstPixel],
	plainBoxFields: [boxForm, boxFields, ...otherBoxFields, units, classField, scoreField],
	labelClasses: [],
	keypoints: [],
};

/** The fields of all parameters, each shown for the formats that ask for it. */
export const formatParameters: readonly INodeProperties[] = Object.entries(PARAMETER_FIELDS).flatMap(
	([parameter, fields]) => {
		const asking = formatsWhere(({ reads }) => reads.parameters.some((name) => name === parameter));
		const formats = parameter === 'image' ? ['auto', ...asking] : asking;
		return fields.map((definition) => ({
			...definition,
			displayOptions: { show: { format: formats, ...definition.displayOptions?.show } },
		}));
	},
);

/** The keys of the formats for which a field is shown. */
export function formatsWhere(isShown: (format: ReadableFormat) => boolean): string[] {
	return READABLE_FORMATS.filter(isShown)
		.map(({ key }) => key)
		.sort();
}
