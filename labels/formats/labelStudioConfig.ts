import type { DatasetClasses } from '../classes/datasetClasses';
import { isGeometryClass, type LabelClass } from '../model';
import { ownerOf, classificationName } from '../classes/classTree';
import { xmlText } from './shared/xml';

/**
 * The labeling configuration (XML) that the tasks of `writeLabelStudio` belong to: one control a kind of shape with its
 * classes, and one a question, shown for the shapes that it is about.
 * Source: labelstud.io/tags.
 */
export function labelStudioConfig(classes: DatasetClasses, labelClasses: readonly LabelClass[]): string {
	const controls = [
		labelsControl(
			'RectangleLabels',
			'rectangle',
			labelClasses.filter(({ type }) => type === 'rectangle'),
			classes,
		),
		labelsControl(
			'PolygonLabels',
			'polygon',
			labelClasses.filter(({ type }) => type === 'polygon' || type === 'segmentation'),
			classes,
		),
		labelsControl(
			'KeyPointLabels',
			'point',
			labelClasses.filter(({ type }) => type === 'point'),
			classes,
		),
		...labelClasses
			.filter((labelClass) => !isGeometryClass(labelClass))
			.map((question) => questionControl(question, labelClasses, classes)),
	];
	return [
		'<View>',
		'  <Image name="image" value="$image"/>',
		...controls.filter((control) => control !== ''),
		'</View>',
		'',
	].join('\n');
}

function labelsControl(tag: string, name: string, members: readonly LabelClass[], classes: DatasetClasses): string {
	const labels = members.flatMap(({ key, color }) => {
		const datasetClass = classes.classOf(key);
		return typeof datasetClass === 'string' ? [] : [{ name: datasetClass.name, color }];
	});
	const different = new Map(labels.map((label) => [label.name, label]));
	if (different.size === 0) return '';
	// Converters of Label Studio to COCO ask for the order of keypoints.
	const order = (index: number) => (tag === 'KeyPointLabels' ? ` model_index="${index}"` : '');
	const rows = [...different.values()].map(
		(label, index) =>
			`    <Label value="${xmlText(label.name)}"${label.color === undefined ? '' : ` background="${xmlText(label.color)}"`}${order(index)}/>`,
	);
	return [`  <${tag} name="${name}" toName="image">`, ...rows, `  </${tag}>`].join('\n');
}

function questionControl(question: LabelClass, labelClasses: readonly LabelClass[], classes: DatasetClasses): string {
	const { type, options = [] } = question;
	const ownerKey = ownerOf(question, labelClasses);
	const datasetClass = ownerKey === undefined ? undefined : classes.classOf(ownerKey);
	if (typeof datasetClass === 'string') return '';
	const name = xmlText(classificationName(question, labelClasses));
	const region =
		datasetClass === undefined
			? ''
			: ` perRegion="true" visibleWhen="region-selected" whenLabelValue="${xmlText(datasetClass.name)}"`;
	if (type === 'freetext') return `  <TextArea name="${name}" toName="image"${region}/>`;
	const rows = options.map((option) => `    <Choice value="${xmlText(option)}"/>`);
	return [
		`  <Choices name="${name}" toName="image" choice="${type === 'checklist' ? 'multiple' : 'single'}"${region}>`,
		...rows,
		'  </Choices>',
	].join('\n');
}
