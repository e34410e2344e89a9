import type { LabeledImage } from '../../model';
import type { IssueKind } from './issue';
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
			// Who skips an image says that it has nothing to label.
			const finished = project.images.filter(({ status }) => status === undefined || !status.includes('skip'));
			for (const group of groupsOf(finished, ({ imageId }) => project.datasets.get(imageId)?.datasetId ?? '')) {
				const labeled = group.filter((image) => !isEmpty(image)).map(({ objects }) => objects.length);
				const empty = singleEmpty(group);
				const sampleSize = labeled.length + empty.length;
				if (sampleSize < SMALLEST_SAMPLE || empty.length > mostByChance(most * sampleSize)) continue;
				const typical = medianOf(labeled.sort((a, b) => a - b));
				for (const image of empty)
					yield {
						severity: 'medium',
						reason: `The image has no label, but ${shownCount(labeled.length)} of ${shownCount(sampleSize)} comparable images have some (${shownNumber(typical)}, median). Label it, or skip it if there is nothing to label.`,
						image,
						measure: 'labelCount',
						value: 0,
						limit: 1,
						typical,
						sampleSize,
					};
			}
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
function groupsOf(images: Group, datasetOf: (image: LabeledImage) => string): readonly Group[] {
	const byDataset = new Map<string, LabeledImage[]>();
	for (const image of images) {
		const dataset = datasetOf(image);
		const members = byDataset.get(dataset);
		if (members === undefined) byDataset.set(dataset, [image]);
		else members.push(image);
	}
	return [...byDataset.values()].flatMap((members) => {
		const { sequences, others } = sequencesOf(members, ({ imageName }) => imageName);
		const groups = sequences.map(({ frames }) => frames.map(({ value }) => value));
		const isLong = (group: Group) => group.length >= SMALLEST_SAMPLE;
		return [...groups.filter(isLong), [...groups.filter((group) => !isLong(group)).flat(), ...others]];
	});
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
	return length + 1 < EMPTY_SCENE ? [...single, ...run] : single;
}
