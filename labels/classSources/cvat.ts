import { isList, isRecord, textOf, type JsonRecord } from '../parsing/record';
import type { ChosenGeometry, ClassReport, ClassSource, SourceClass } from './classSource';

/** What a class of each type is drawn with; an ellipse is the box around it, as `readCvat` reads it. */
const GEOMETRIES: Readonly<Record<string, ChosenGeometry>> = {
	rectangle: 'rectangle',
	polygon: 'polygon',
	polyline: 'line',
	points: 'point',
	mask: 'image_segmentation',
	ellipse: 'rectangle',
	skeleton: 'rectangle',
};
/** CVAT's other types. */
const OTHER_TYPES: ReadonlySet<unknown> = new Set(['any', 'tag', 'cuboid']);
/** The checklist of the image that tags are the options of. */
const TAGS = 'class';

/**
 * CVAT's labels, as the tab *Raw* of its constructor shows them: `[{"name", "color"?, "type"?, "attributes": [{"name",
 * "input_type", "mutable", "values", "default_value"}], "sublabels"?, "svg"?}]`; also a task's or project's `labels`, and the `results` of its API.
 * Source: docs.cvat.ai, "Raw"; cvat-ai/cvat, `tests/python/shared/assets/labels.json` and `apps/engine/models.py` (LabelType, AttributeType).
 */
export const cvatClasses: ClassSource = {
	key: 'cvat',
	name: 'CVAT Labels',
	description: 'Labels as in the Raw tab',
	partOf(value) {
		const list = isRecord(value) ? (value.labels ?? value.results) : value;
		return isList(list) && list.length > 0 && list.every(isRecord) && list.some(isLabel) ? list : undefined;
	},
	read(part, report, geometry) {
		const labels = isList(part) ? part.filter(isRecord) : [];
		// Lists of the API have the labels of skeletons twice.
		const own = labels.filter(({ has_parent }) => has_parent !== true);
		const tags = own.filter(({ type }) => type === 'tag');
		for (const { name } of tags) report.add('tag', textOf(name) ?? '');
		const options = tags.flatMap(({ name }) => (textOf(name) === undefined ? [] : [{ name: textOf(name) ?? '' }]));
		return [
			...own.filter(({ type }) => type !== 'tag').flatMap((label) => classesOf(label, report, geometry)),
			...(options.length > 0
				? [{ name: TAGS, title: 'Class', type: 'checklist' as const, options, children: [] }]
				: []),
			...tags.flatMap((label) => attributesOf(label, report)),
		];
	},
};

/** Whether a label has what only CVAT's have. */
function isLabel(value: unknown): boolean {
	if (!isRecord(value) || textOf(value.name) === undefined) return false;
	const { type, attributes, sublabels } = value;
	const isType = type === undefined || OTHER_TYPES.has(type) || GEOMETRIES[String(type)] !== undefined;
	return isType && value.tool === undefined && (type !== undefined || isList(attributes) || isList(sublabels));
}

function classesOf(
	label: JsonRecord,
	report: ClassReport,
	geometry: ChosenGeometry | undefined,
): readonly SourceClass[] {
	const name = textOf(label.name) ?? '';
	const { type = 'any' } = label;
	if (type === 'cuboid') {
		report.add('not-supported', `${name} (cuboid)`);
		return [];
	}
	const known = GEOMETRIES[String(type)];
	if (known === undefined && geometry === undefined) report.add('assumed-geometry', name);
	if (type === 'ellipse') report.add('ellipse', name);
	if (type === 'skeleton') report.add('skeleton', name);
	const sublabels = isList(label.sublabels) ? label.sublabels.filter(isRecord) : [];
	const source: SourceClass = {
		name,
		type: known ?? geometry ?? 'rectangle',
		color: textOf(label.color),
		children: attributesOf(label, report),
	};
	if (sublabels.length === 0) return [source];
	const points = sublabels.map(
		(sublabel): SourceClass => ({
			name: textOf(sublabel.name) ?? '',
			type: 'point',
			color: textOf(sublabel.color),
			children: attributesOf(sublabel, report),
		}),
	);
	return [{ ...source, children: [...source.children, ...points] }];
}

function attributesOf({ name: owner, attributes }: JsonRecord, report: ClassReport): readonly SourceClass[] {
	return (isList(attributes) ? attributes.filter(isRecord) : []).map((attribute) => {
		const name = textOf(attribute.name) ?? '';
		const place = `${textOf(owner) ?? ''}/${name}`;
		if (attribute.mutable === true) report.add('mutable', place);
		const { input_type, default_value } = attribute;
		const values = (isList(attribute.values) ? attribute.values : []).map(String);
		if (default_value !== undefined && default_value !== null && default_value !== '')
			report.add('default-value', place);
		if (input_type === 'checkbox')
			return { name, type: 'select', options: [{ name: 'true' }, { name: 'false' }], children: [] };
		if (input_type === 'select' || input_type === 'radio')
			return { name, type: 'select', options: values.map((value) => ({ name: value })), children: [] };
		report.add(input_type === 'number' ? 'range' : 'text', place);
		return { name, type: 'freetext', children: [] };
	});
}
