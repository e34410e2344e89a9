import type { ClassReport, SourceClass } from './classSource';

/** The class with its keypoints as points nested in it, or beside it where nothing can be nested. */
export function withKeypoints(
	source: SourceClass,
	keypoints: readonly string[],
	report: ClassReport,
): readonly SourceClass[] {
	const points = keypoints.map((name): SourceClass => ({ name, type: 'point', children: [] }));
	if (source.type !== 'image_segmentation') return [{ ...source, children: [...source.children, ...points] }];
	for (const { name } of points) report.add('points-beside', name);
	return [source, ...points];
}
