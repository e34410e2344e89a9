import type { INodeProperties } from 'n8n-workflow';
import type { SegmentationPoint } from '@datagym/client';
import { isFiniteNumber, isList, isRecord } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { ItemInput } from '../runner/itemInput';

/** The points that tell the AI what is meant. */
export const questionFields: readonly INodeProperties[] = [
	{
		displayName: 'Points on the Object',
		name: 'positivePoints',
		type: 'json',
		default: '',
		required: true,
		placeholder: '[{ "x": 120, "y": 80 }]',
		description:
			'One or more points inside of the outline that is wanted, in pixels from the top left corner of the image',
	},
	{
		displayName: 'Points Beside the Object',
		name: 'negativePoints',
		type: 'json',
		default: '[]',
		placeholder: '[{ "x": 10, "y": 10 }]',
		description: 'Points that the outline should leave out',
	},
	{
		displayName: 'Number of Points',
		name: 'numPoints',
		type: 'number',
		default: 50,
		typeOptions: { minValue: 3 },
		description: 'How many points the outline shall have',
	},
];

export interface SegmentationInput {
	readonly positivePoints: readonly SegmentationPoint[];
	readonly negativePoints: readonly SegmentationPoint[];
	readonly numPoints: number;
}

export function segmentationInput(item: ItemInput): SegmentationInput {
	const positivePoints = points(item, 'positivePoints', 'Points on the Object');
	if (positivePoints.length === 0)
		throw new InputError('“Points on the Object” is empty', 'Give at least one point, such as [{"x": 120, "y": 80}].');
	const negativePoints =
		item.text('negativePoints') === '' ? [] : points(item, 'negativePoints', 'Points Beside the Object');
	return { positivePoints, negativePoints, numPoints: Math.max(3, item.number('numPoints', 50)) };
}

function points(item: ItemInput, field: string, label: string): readonly SegmentationPoint[] {
	const value = item.json(field, label);
	return (isList(value) ? value : [value]).map((point, index) => {
		const [x, y] = isList(point) ? point : isRecord(point) ? [point.x, point.y] : [];
		if (isFiniteNumber(x) && isFiniteNumber(y)) return { x, y };
		throw new InputError(
			`Point ${index + 1} of “${label}” has no x and y that are numbers`,
			'Give points as [{"x": 120, "y": 80}].',
		);
	});
}
