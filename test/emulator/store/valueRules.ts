import type { LabelEntry, LabelValue, Point } from './model';

/** What a value lacks before its task may be completed, or null (docs/contract.md#complete-a-task). */
export function contentFault(value: LabelValue): string | null {
	const { content, entry } = value;
	switch (content.type) {
		case 'POINT':
			return content.x === null || content.y === null ? 'coordinates are missing' : null;
		case 'RECTANGLE':
			return [content.x, content.y, content.width, content.height].includes(null) ? 'coordinates are missing' : null;
		case 'LINE':
			return pointsFault(content.points, 2);
		case 'POLYGON':
			return pointsFault(content.points, 3);
		case 'IMAGE_SEGMENTATION':
			return content.rings.length === 0
				? 'no outline'
				: pointsFault(
						content.rings.flatMap((ring) => ring.points),
						0,
					);
		case 'SELECT':
			return selectFault(content.selectKey, entry);
		case 'CHECKLIST':
			return checklistFault(content.checkedValues, entry);
		case 'FREETEXT':
			return textFault(content.text, entry);
	}
}

function pointsFault(points: Point[], least: number): string | null {
	if (points.length < least) return `fewer than ${least} points`;
	return points.some((point) => point.x === null || point.y === null) ? 'coordinates are missing' : null;
}

function selectFault(key: string | null, entry: LabelEntry): string | null {
	if (key === null) return entry.required ? 'no choice' : null;
	return Object.hasOwn(entry.options ?? {}, key) ? null : 'not an option';
}

/** Unknown options matter only when the checklist is required [617]. */
function checklistFault(checked: string[], entry: LabelEntry): string | null {
	if (!entry.required) return null;
	if (checked.length === 0) return 'no choice';
	return checked.every((key) => Object.hasOwn(entry.options ?? {}, key)) ? null : 'not an option';
}

function textFault(text: string | null, entry: LabelEntry): string | null {
	if (text === null || text === '') return entry.required ? 'no text' : null;
	return text.length > (entry.maxLength ?? Infinity) ? 'longer than allowed' : null;
}
