import type { LabeledImage } from '../../model';
import { sortedNumbers } from '../../steps/sortedNumbers';
import type { Steps } from '../../steps/steps';
import type { Finding, IssueKind } from './issue';
import { shownCount, shownNumber } from './numbers';
import { medianOf } from './robust';
import { sequencesOf } from './sequences';
import { SMALLEST_SAMPLE } from './thresholds';

/** So many images without labels one after the other in a sequence show an empty scene. */
const EMPTY_SCENE = 3;

export const withoutLabels: IssueKind = {
	key: 'withoutLabels',
	name: 'Images Without Labels',
	description: 'Images without labels where nearly all have some',
	search: (project, { withoutLabels: most }) => ({
		*end() {
			const found: Finding[] = [];
			// Who skips an image says that it has nothing to label.
			const finished = project.images.filter(({ status }) => status === undefined || !status.includes('skip'));
			for (const group of yield* groupsOf(finished, ({ imageId }) => project.datasets.get(imageId)?.datasetId ?? '')) {
				yield;
				const labeled = group.filter((image) => !isEmpty(image)).map(({ objects }) => objects.length);
				const empty = singleEmpty(group);
				const sampleSize = labeled.length + empty.length;
				if (sampleSize < SMALLEST_SAMPLE || empty.length > mostByChance(most * sampleSize)) continue;
				const typical = medianOf(yield* sortedNumbers(labeled));
				for (const image of empty)
					found.push({
						severity: 'medium',
						reason: `The image has no label, but ${shownCount(labeled.length)} of ${shownCount(sampleSize)} comparable images have some (${shownNumber(typical)}, median). Label it, or skip it if there is nothing to label.`,
						image,
						measure: 'labelCount',
						value: 0,
						limit: 1,
						typical,
						sampleSize,
					});
			}
			return found;
		},
	}),
};

/** The count that chance seldom exceeds where another one is expected: two standard deviations (Poisson). */
const mostByChance = (expected: number) => expected + 2 * Math.sqrt(expected);

const isEmpty = ({ objects }: LabeledImage) => objects.length === 0;

type Group = readonly LabeledImage[];

/**
 * Images that are alike: of one dataset, and of one sequence in it, in the order of the frames. Sequences that are too short to tell
 * are one group with all images that belong to none.
 */
function* groupsOf(images: Group, datasetOf: (image: LabeledImage) => string): Steps<readonly Group[]> {
	const byDataset = new Map<string, LabeledImage[]>();
	for (const image of images) {
		yield;
		const dataset = datasetOf(image);
		const members = byDataset.get(dataset);
		if (members === undefined) byDataset.set(dataset, [image]);
		else members.push(image);
	}
	const groups: Group[] = [];
	for (const members of byDataset.values()) {
		const { sequences, others } = yield* sequencesOf(members, ({ imageName }) => imageName);
		const rest: LabeledImage[] = [];
		for (const { frames } of sequences) {
			yield;
			const group = frames.map(({ value }) => value);
			if (group.length >= SMALLEST_SAMPLE) groups.push(group);
			else rest.push(...group);
		}
		groups.push(rest.concat(others));
	}
	return groups;
}

/**
 * Those without labels, but for so many one after the other that they show an empty scene. What is before the first image and after the
 * last one may be empty, too.
 */
function singleEmpty(group: Group): LabeledImage[] {
	const single: LabeledImage[] = [];
	let run: LabeledImage[] = [];
	let length = 1;
	for (const image of group) {
		if (isEmpty(image)) {
			run.push(image);
			length++;
			continue;
		}
		if (length < EMPTY_SCENE) single.push(...run);
		run = [];
		length = 0;
	}
	return length + 1 < EMPTY_SCENE ? single.concat(run) : single;
}
