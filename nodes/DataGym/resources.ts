import type { Operation, Resource } from './runner/operation';
import { aiSegmentation } from './aiSegmentation';
import { dataset } from './dataset';
import { exportResource } from './export';
import { image } from './image';
import { label } from './label';
import { labelConfig } from './labelConfig';
import { prediction } from './prediction';
import { project } from './project';
import { quality } from './quality';
import { task } from './task';

export const resources: readonly Resource[] = [
	aiSegmentation,
	dataset,
	exportResource,
	image,
	label,
	labelConfig,
	prediction,
	project,
	quality,
	task,
];

export function findOperation(resource: string, operation: string): Operation | undefined {
	return resources.find(({ value }) => value === resource)?.operations.find(({ value }) => value === operation);
}
