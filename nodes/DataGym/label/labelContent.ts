import type { LabelContent, LabelValue } from '@datagym/client';
import { type Classifications, type Geometry, ownValue } from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';

/** A geometry as the server stores it; of a segmentation the first region, whose first ring is the outline. */
export function geometryContent(geometry: Geometry): LabelContent {
	switch (geometry.type) {
		case 'rectangle':
			return { x: geometry.x, y: geometry.y, width: geometry.width, height: geometry.height };
		case 'point':
			return { x: geometry.x, y: geometry.y };
		case 'line':
		case 'polygon':
			return { points: geometry.points };
		case 'segmentation':
			return { pointsCollection: geometry.regions.flat().map((points) => ({ points })) };
	}
}

/** One label or answer and what it shall say. */
export interface Write {
	readonly value: LabelValue;
	readonly content: LabelContent;
	readonly comment?: string;
}

/** What has to be written into the answers that are there, by the key of their question. Others stay as they are. */
export function answerWrites(values: readonly LabelValue[], classifications: Classifications): readonly Write[] {
	return values.flatMap((value) => {
		const answer = ownValue(classifications, value.key);
		return answer === undefined
			? []
			: [
					{ value, content: answerContent(value.type, answer.values) },
					...answerWrites(value.children, answer.children),
				];
	});
}

/** For answers without a place: the server makes the places with the label, and a new question's is missing in an old label. */
export function placelessAnswer(
	values: readonly LabelValue[],
	classifications: Classifications,
): InputError | undefined {
	for (const [key, { children }] of Object.entries(classifications)) {
		const value = values.find((candidate) => candidate.key === key);
		const fault = value === undefined ? placeless(key) : placelessAnswer(value.children, children);
		if (fault !== undefined) return fault;
	}
	return undefined;
}

function placeless(key: string): InputError {
	return new InputError(
		`The label has no place for an answer to “${key}”`,
		'The question may be newer than the label: delete the label and create it again.',
	);
}

function answerContent(type: string, values: readonly string[]): LabelContent {
	if (type === 'SELECT') return { selectKey: values[0] ?? null };
	return type === 'CHECKLIST' ? { checkedValues: values } : { text: values[0] ?? null };
}
