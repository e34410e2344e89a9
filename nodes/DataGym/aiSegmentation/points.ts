import type { IDataObject, INodeProperties } from 'n8n-workflow';
import type { SegmentationPoint, SegmentationPrompt } from '@datagym/client';
import { isFiniteNumber, isList, isRecord } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import { field } from '@datagym/shared/fields';
import type { ItemInput } from '../runner/itemInput';

const positivePoints = field({
	displayName: 'Points on the Object',
	name: 'positivePoints',
	type: 'json',
	default: '[]',
	required: true,
	placeholder: '[{ "x": 120, "y": 80 }]',
	description: 'In pixels from the top left corner',
});

const negativePoints = field({
	displayName: 'Points Outside the Object',
	name: 'negativePoints',
	type: 'json',
	default: '[]',
	placeholder: '[{ "x": 10, "y": 10 }]',
	description: 'Points to exclude from the polygon',
});

const numPoints = field({
	displayName: 'Number of Points',
	name: 'numPoints',
	type: 'number',
	default: 50,
	typeOptions: { minValue: 3 },
	description: 'Number of points in the polygon',
});

/** The points that tell the AI what is meant. */
export const pointFields = [positivePoints, negativePoints, numPoints];

/** @throws InputError if a point is not one, or none is on the object. */
export function pointsInput(item: ItemInput): Omit<SegmentationPrompt, 'imageId'> {
	const positive = pointsOf(item.json(positivePoints), positivePoints);
	if (positive.length === 0)
		throw new InputError('"Points on the Object" is empty', 'Enter at least one point, such as [{"x": 120, "y": 80}].');
	return {
		positivePoints: positive,
		negativePoints: pointsOf(item.optionalJson(negativePoints) ?? [], negativePoints),
		numPoints: item.number(numPoints),
	};
}

function pointsOf(value: unknown, { displayName }: INodeProperties): readonly SegmentationPoint[] {
	return (isList(value) ? value : [value]).map((point, index) => {
		const [x, y] = isList(point) ? point : isRecord(point) ? [point.x, point.y] : [];
		if (isFiniteNumber(x) && isFiniteNumber(y)) return { x, y };
		throw new InputError(
			`Point ${index + 1} of "${displayName}" must have numbers as x and y`,
			'Enter points such as [{"x": 120, "y": 80}].',
		);
	});
}

/** An outline as Label: Create takes it for a polygon class; for a segmentation class put it into a list. */
export function outlineRecord(imageId: string, outline: readonly SegmentationPoint[]): IDataObject {
	return { imageId, geometry: outline.map(({ x, y }) => ({ x, y })), pointCount: outline.length };
}
