import type { XmlElement } from '@rgrove/parse-xml';
import { elementsOf, rootNameIn, xmlRoot } from '../formats/shared/xml';
import { isRecord } from '../parsing/record';
import type { ChosenGeometry, ClassReport, ClassSource, SourceClass } from './classSource';
import { controlsIn, type Control, type Controls } from './labelStudioControls';
import { isQuestion, questionOf } from './labelStudioQuestions';

/** Controls of labels, and what is drawn with them; an ellipse is the box around it, as `readLabelStudio` reads it. */
const LABELS: Readonly<Record<string, ChosenGeometry>> = {
	RectangleLabels: 'rectangle',
	EllipseLabels: 'rectangle',
	PolygonLabels: 'polygon',
	KeyPointLabels: 'point',
	VectorLabels: 'line',
	BrushLabels: 'image_segmentation',
	BitmaskLabels: 'image_segmentation',
};
/** Shapes without labels, which those of `<Labels>` are drawn with; the most general one last. */
const SHAPES: ReadonlyArray<readonly [string, ChosenGeometry]> = [
	['KeyPoint', 'point'],
	['Vector', 'line'],
	['Ellipse', 'rectangle'],
	['Rectangle', 'rectangle'],
	['Polygon', 'polygon'],
	['Brush', 'image_segmentation'],
	['Bitmask', 'image_segmentation'],
];
/** Tags that have `toName` and no answer of their own. */
const TOOLS: ReadonlySet<string> = new Set([...SHAPES.map(([tag]) => tag), 'Magicwand', 'Shortcut', 'Filter']);

/**
 * The labeling configuration of Label Studio (XML), or a project of its API with `label_config`.
 * Source: labelstud.io/tags; HumanSignal/label-studio, `annotation_templates/computer-vision/*\/config.yml`.
 */
export const labelStudioClasses: ClassSource = {
	key: 'labelStudio',
	name: 'Label Studio Configuration',
	description: 'Labeling configuration as XML',
	partOf(value) {
		const text = isRecord(value) ? value.label_config : value;
		return typeof text === 'string' && rootNameIn(text) === 'View' ? text : undefined;
	},
	read(part, report, geometry) {
		const root = xmlRoot(typeof part === 'string' ? part : '');
		if (typeof root === 'string') return root;
		const controls = controlsIn(root);
		const drawn = controls.all.filter(({ element }) => element.name === 'Labels' || LABELS[element.name] !== undefined);
		const classes = drawn.flatMap((control) => classesOf(control, controls, report, geometry));
		const questions = controls.all.filter(({ element }) => isQuestion(element));
		reportOthers(controls, report);
		const nested = new Set(questions.filter(({ isPerRegion }) => isPerRegion));
		return [
			...classes.map(({ source, control }) => ({
				...source,
				children: [...nested]
					.filter((question) => isAbout(question, control, source))
					.flatMap((question) => questionOf(question, report)),
			})),
			...questions.filter((question) => !nested.has(question)).flatMap((question) => questionOf(question, report)),
		];
	},
};

interface DrawnClass {
	readonly source: SourceClass;
	readonly control: Control;
}

function classesOf(
	control: Control,
	controls: Controls,
	report: ClassReport,
	chosen: ChosenGeometry | undefined,
): readonly DrawnClass[] {
	const { element } = control;
	if (!controls.isOfImage(control)) {
		report.add('other-media', control.name);
		return [];
	}
	if (element.attributes.value?.startsWith('$') === true) report.add('in-task', control.name);
	return elementsOf(element, 'Label').map((label) => {
		const { value = '', alias, background, hotkey } = label.attributes;
		const type = LABELS[element.name] ?? shapeOf(control, controls, value, report, chosen);
		if (element.name === 'EllipseLabels') report.add('ellipse', value);
		const source = {
			name: alias ?? value,
			title: value || alias,
			type,
			color: background,
			shortcut: hotkey,
			children: [],
		};
		return { source, control };
	});
}

/** What the labels of `<Labels>` are drawn with. */
function shapeOf(
	control: Control,
	{ all }: Controls,
	label: string,
	report: ClassReport,
	chosen: ChosenGeometry | undefined,
): ChosenGeometry {
	const tags = new Set(all.filter(({ toName }) => toName === control.toName).map(({ element }) => element.name));
	const shapes = SHAPES.filter(([tag]) => tags.has(tag));
	if (shapes.length > 1) report.add('several-geometries', label);
	const last = shapes.at(-1);
	if (last === undefined && chosen === undefined) report.add('assumed-geometry', label);
	return last?.[1] ?? chosen ?? 'rectangle';
}

/** Whether a question about regions is about those of a class. */
function isAbout({ ofControl, ofLabels }: Control, control: Control, { name, title = name }: SourceClass): boolean {
	if (ofControl !== undefined && ofControl !== control.name) return false;
	return ofLabels === undefined || ofLabels.includes(title) || ofLabels.includes(name);
}

function reportOthers({ all }: Controls, report: ClassReport): void {
	for (const { element, name } of all)
		if (
			LABELS[element.name] === undefined &&
			element.name !== 'Labels' &&
			!TOOLS.has(element.name) &&
			!isQuestion(element)
		)
			report.add(
				isOfOtherMedia(element) ? 'other-media' : 'not-supported',
				name === element.name ? name : `${name} (${element.name})`,
			);
}

const isOfOtherMedia = ({ name }: XmlElement) => /^(HyperText|Paragraph|TimeSeries|Video|Audio|Timeline)/.test(name);
