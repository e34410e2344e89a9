import {
	checkPrediction,
	type Classifications,
	geometryFault,
	type LabeledImage,
	type LabelObject,
	type LabelProblem,
	type LabelValue,
} from '@datagym/labels';
import { InputError } from '@datagym/shared/errors';
import type { OpenTask } from './openTask';

/**
 * Checks a label against the label configuration and the image, since the server checks nothing here.
 *
 * @param part `classifications` leaves the geometry alone, which may be older than today's rules.
 * @returns what somebody should look at: points outside of the image, required answers that are missing.
 * @throws InputError for what the server would store broken.
 */
export function checkLabel(
	task: OpenTask,
	label: LabelObject,
	parent: LabelValue | undefined,
	part: 'label' | 'classifications' = 'label',
): readonly string[] {
	const isChecked = (path: string) => part === 'label' || path.startsWith('classifications');
	return sort(
		problemsOf(task, label, parent).filter(({ path }) => isChecked(path)),
		part === 'label' ? label : undefined,
	);
}

function problemsOf(task: OpenTask, label: LabelObject, parent: LabelValue | undefined): LabelProblem[] {
	const place = `labels.${label.className}[0]`;
	if (parent === undefined) return problemsIn(task, { objects: [label] }, place);
	const around: LabelObject = {
		className: parent.key,
		geometry: { type: 'point', x: 0, y: 0 },
		classifications: {},
		children: [label],
	};
	return problemsIn(task, { objects: [around] }, `labels.${parent.key}[0].nested_geometries.${label.className}[0]`);
}

/** Checks classifications of the image as a whole. */
export function checkImageClassifications(task: OpenTask, classifications: Classifications): readonly string[] {
	return sort(problemsIn(task, { classifications }, 'global_classifications'));
}

function problemsIn({ reading }: OpenTask, labels: Partial<LabeledImage>, place: string): LabelProblem[] {
	const { imageId, imageName, storedSize } = reading.image;
	const image: LabeledImage = { imageId, imageName, storedSize, objects: [], classifications: {}, ...labels };
	return checkPrediction(image, reading.classes)
		.filter(({ path }) => path.startsWith(place))
		.map((problem) => ({ ...problem, path: problem.path.slice(place.length).replace(/^\./, '') }));
}

function sort(problems: readonly LabelProblem[], label?: LabelObject): readonly string[] {
	// What only the import cannot do: segmentations, and answers below a question with two.
	const faults = problems
		.filter(({ severity, reason }) => severity === 'error' && reason !== 'not-supported')
		.map(describe);
	const [first, ...others] = [...outlineFaults(label), ...faults];
	if (first !== undefined) {
		throw new InputError(
			`The label cannot be stored: ${first}${others.length === 0 ? '' : ` (and ${others.length} more)`}`,
			others.length === 0 ? 'Correct it and run the node again.' : `All: ${others.join(' ')}`,
		);
	}
	return problems.filter(({ severity }) => severity === 'warning').map(describe);
}

function outlineFaults(label: LabelObject | undefined): readonly string[] {
	if (label?.geometry.type !== 'segmentation') return [];
	const faults = label.geometry.regions.flat().map((ring) => geometryFault({ type: 'polygon', points: ring }));
	return faults.flatMap((fault) => (fault === undefined ? [] : [fault.message]));
}

function describe({ path, message }: LabelProblem): string {
	return path === '' ? message : `${path}: ${message}`;
}
