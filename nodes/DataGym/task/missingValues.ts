import type { IdentifiedLabels, LabelValue, ServerEntry } from '@datagym/labels';

/**
 * What keeps a task from being completed, each in words: "Car" 2 → "Color" has no answer. By the server's own rules
 * (docs/contract.md#complete-a-task): it checks the labels that are there, and tells of one by its ID only.
 */
export function missingValues({ entries, values }: IdentifiedLabels): readonly string[] {
	const known = new Map<string, ServerEntry>();
	for (const entry of entries) collect(entry, known);
	return faultsIn(values, '', known);
}

/** Where a label is, in words; undefined if the task has none of that ID. */
export function placeOfValue(values: readonly LabelValue[], valueId: string, place = ''): string | undefined {
	for (const [index, value] of values.entries()) {
		const here = join(place, nameAmong(values, index));
		const found = value.valueId === valueId ? here : placeOfValue(value.children, valueId, here);
		if (found !== undefined) return found;
	}
	return undefined;
}

function collect(entry: ServerEntry, into: Map<string, ServerEntry>): void {
	into.set(entry.entryId, entry);
	for (const child of entry.children) collect(child, into);
}

function faultsIn(values: readonly LabelValue[], place: string, known: ReadonlyMap<string, ServerEntry>): string[] {
	return values.flatMap((value, index) => {
		const here = join(place, nameAmong(values, index));
		const fault = faultOf(value, known.get(value.entryId));
		return [...(fault === undefined ? [] : [`${here} ${fault}`]), ...faultsIn(value.children, here, known)];
	});
}

/** "Car", or "Car" 2 where there are several. */
function nameAmong(values: readonly LabelValue[], index: number): string {
	const { name = '', entryId } = values[index] ?? {};
	const same = values.filter((value) => value.entryId === entryId);
	const number = values.slice(0, index + 1).filter((value) => value.entryId === entryId).length;
	return same.length === 1 ? `"${name}"` : `"${name}" ${number}`;
}

function join(place: string, name: string): string {
	return place === '' ? name : `${place} → ${name}`;
}

function faultOf({ type, content }: LabelValue, entry: ServerEntry | undefined): string | undefined {
	switch (type) {
		case 'select':
			return choiceFault(content.selectKey ? [content.selectKey] : [], entry, true);
		case 'checklist':
			return choiceFault(content.checkedValues ?? [], entry, entry?.required === true);
		case 'freetext':
			return textFault(content.text ?? '', entry);
		case 'line':
			return pointsFault(content.points ?? [], 2);
		case 'polygon':
			return pointsFault(content.points ?? [], 3);
		case 'image_segmentation':
			return content.pointsCollection?.length
				? pointsFault(
						content.pointsCollection.flatMap(({ points }) => points),
						0,
					)
				: 'has no polygon';
		default:
			return [content.x, content.y, content.width, content.height].includes(null) ? 'has no coordinates' : undefined;
	}
}

function choiceFault(
	chosen: readonly string[],
	entry: ServerEntry | undefined,
	isChecked: boolean,
): string | undefined {
	if (chosen.length === 0) return entry?.required === true ? 'has no value' : undefined;
	const unknown =
		isChecked && entry !== undefined ? chosen.find((key) => !Object.hasOwn(entry.options ?? {}, key)) : undefined;
	return unknown === undefined ? undefined : `has the unknown option "${unknown}"`;
}

function textFault(text: string, entry: ServerEntry | undefined): string | undefined {
	if (text === '') return entry?.required === true ? 'has no value' : undefined;
	const longest = entry?.maxLength ?? Infinity;
	return text.length > longest ? `has ${text.length} characters, but at most ${longest} are allowed` : undefined;
}

function pointsFault(
	points: ReadonlyArray<{ readonly x: number | null; readonly y: number | null }>,
	fewest: number,
): string | undefined {
	if (points.length < fewest) return `has ${points.length} of at least ${fewest} points`;
	return points.some(({ x, y }) => x === null || y === null) ? 'has a point without coordinates' : undefined;
}
