import type { ConversionReport } from '../dataset/conversionReport';
import { simplifiedMask, withoutSpecks } from '../geometry/maskShapes';
import type { Geometry, GeometryType, Region } from '../model';

/**
 * A shape that follows the pixels of a mask as people can edit it: without specks and, but for the box around it, simplified to
 * the tolerance in pixels. Other shapes come back themselves.
 *
 * @param type the geometry of its class, if it is known.
 */
export function maskGeometry(
	geometry: Geometry,
	type: GeometryType | undefined,
	tolerance: number,
	{ report, imageName, className }: { report: ConversionReport; imageName: string; className: string },
): Geometry {
	const regions = regionsIn(geometry);
	if (regions === undefined) return geometry;
	const cleaned = withoutSpecks(regions);
	if (cleaned.specks > 0) report.add('specks', imageName, className, cleaned.specks);
	const shape = type === 'rectangle' ? cleaned.regions : simplifiedMask(cleaned.regions, tolerance);
	if (shape === regions) return geometry;
	if (geometry.type === 'segmentation') return { type: 'segmentation', regions: shape };
	return { type: 'polygon', points: shape[0]?.[0] ?? [] };
}

function regionsIn(geometry: Geometry): readonly Region[] | undefined {
	if (geometry.type === 'segmentation') return geometry.regions;
	return geometry.type === 'polygon' ? [[geometry.points]] : undefined;
}
