import { isList, isRecord, textOf, type JsonRecord } from '../parsing/record';
import type { ChosenGeometry, ClassReport, ClassSource, SourceClass } from './classSource';

const GEOMETRIES: Readonly<Record<string, ChosenGeometry>> = {
	rectangle: 'rectangle',
	polygon: 'polygon',
	line: 'line',
	point: 'point',
	superpixel: 'image_segmentation',
	'raster-segmentation': 'image_segmentation',
};
const CLASSIFICATIONS: Readonly<Record<string, 'select' | 'checklist' | 'freetext'>> = {
	radio: 'select',
	dropdown: 'select',
	checklist: 'checklist',
	text: 'freetext',
};
/** More levels than any ontology has. */
const DEEPEST = 20;

/**
 * Labelbox's ontology, `normalized` or not: `{"tools": [{"tool", "name", "color", "required", "classifications"}], "classifications":
 * [{"type", "name", "instructions", "required", "options": [{"label", "value", "options"}]}]}`; classifications nest in options.
 * Source: Labelbox/labelbox-python, `schema/ontology.py` (`Tool`, `OntologyBuilder`), `schema/tool_building/classification.py`,
 * and its `tests/unit/test_unit_ontology.py`.
 */
export const labelboxClasses: ClassSource = {
	key: 'labelbox',
	name: 'Labelbox Ontology',
	description: 'Ontology of a project as JSON',
	partOf(value) {
		if (!isRecord(value)) return undefined;
		const ontology = [value, value.normalized, value.ontology].find(isOntology);
		return ontology;
	},
	read(part, report) {
		const ontology = isRecord(part) ? part : {};
		return [
			...listOf(ontology.tools).flatMap((tool) => toolOf(tool, report)),
			...listOf(ontology.classifications).flatMap((each) => classificationOf(each, report, 1)),
		];
	},
};

function isOntology(value: unknown): boolean {
	if (!isRecord(value) || (!isList(value.tools) && !isList(value.classifications))) return false;
	const isTool = (tool: JsonRecord) => textOf(tool.tool) !== undefined;
	const isQuestion = (each: JsonRecord) => textOf(each.type) !== undefined;
	return listOf(value.tools).every(isTool) && listOf(value.classifications).every(isQuestion);
}

function toolOf(tool: JsonRecord, report: ClassReport): readonly SourceClass[] {
	const name = textOf(tool.name) ?? '';
	const type = GEOMETRIES[String(tool.tool)];
	if (type === undefined) {
		report.add('not-supported', `${name} (${String(tool.tool)})`);
		return [];
	}
	if (tool.required === true) report.add('required', name);
	return [
		{
			name,
			type,
			color: textOf(tool.color),
			children: listOf(tool.classifications).flatMap((each) => classificationOf(each, report, 1)),
		},
	];
}

/** Those inside an option are asked for whatever is chosen, so that they cannot be required. */
function classificationOf(value: JsonRecord, report: ClassReport, level: number): readonly SourceClass[] {
	const title = textOf(value.instructions);
	const name = textOf(value.name) ?? title ?? '';
	const type = CLASSIFICATIONS[String(value.type).replace('response-', '')];
	if (type === undefined || level > DEEPEST) {
		report.add(type === undefined ? 'not-supported' : 'depth', name);
		return [];
	}
	if (type === 'freetext') {
		report.add('text', name);
		return [{ name, title, type, required: value.required === true, children: [] }];
	}
	const options = listOf(value.options);
	const nested = options.flatMap((option) => listOf(option.options));
	for (const inside of nested) report.add('condition', textOf(inside.name) ?? '');
	return [
		{
			name,
			title,
			type,
			required: value.required === true,
			options: options.map(({ value: answer, label }) => ({
				name: wordOf(answer) ?? wordOf(label) ?? '',
				title: wordOf(label),
			})),
			children: nested.flatMap((inside) => classificationOf({ ...inside, required: false }, report, level + 1)),
		},
	];
}

const wordOf = (value: unknown) => (typeof value === 'number' ? String(value) : textOf(value));

function listOf(value: unknown): readonly JsonRecord[] {
	return isList(value) ? value.filter(isRecord) : [];
}
