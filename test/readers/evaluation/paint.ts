import { readFileSync, writeFileSync } from 'node:fs';
import { maskRunsOf } from '@datagym/labels/quality/maskRuns';
import type { ImageSize, Ring } from '@datagym/labels/model';

/** Paints the outlines of test_evaluation.py: `tsx paint.ts <outlines.json> <masks.json>`. */
const [source = '', target = ''] = process.argv.slice(2);
const outlines = JSON.parse(readFileSync(source, 'utf8')) as readonly { size: ImageSize; points: Ring }[];
const masks = outlines.map(({ size, points }) => {
	const mask = maskRunsOf({ type: 'polygon', points }, size);
	return mask && { ...mask, edges: [...mask.edges] };
});
writeFileSync(target, JSON.stringify(masks));
