import type { LabeledImage } from '../../model';
import type { Finding, IssueKind } from './issue';
import { shownCount } from './numbers';
import type { ProjectFacts } from './projectFacts';
import { type Sequence, sequencesOf } from './sequences';
import { SMALLEST_SAMPLE } from './thresholds';

/** Frames whose numbers differ by no more show nearly the same. */
const NEIGHBORS = 5;

/** Fewer changes of the dataset in a sequence are where one part of it ends and the next begins. */
const FEWEST_CHANGES = 3;

/** A video, and no series of single photographs. */
const FEWEST_FRAMES = 10;

/** Share of the project's images that are frames of sequences, from which on it consists of them. */
const MOSTLY = 0.8;

export const splitLeak: IssueKind = {
	key: 'splitLeak',
	name: 'Split Leaks',
	description: 'Frame sequences that a split would divide',
	search: (project) => ({
		*end() {
			const found: Finding[] = [];
			const { sequences } = yield* sequencesOf(project.images, ({ imageName }) => imageName);
			const videos = sequences.filter(isVideo);
			for (const sequence of videos) {
				yield;
				found.push(...interleaved(sequence, project));
			}
			const frames = videos.reduce((sum, video) => sum + video.frames.length, 0);
			if (videos.length > 1 && frames >= SMALLEST_SAMPLE && frames >= MOSTLY * project.images.length)
				found.push(dividedAtRandom(videos, frames, project));
			return found;
		},
	}),
};

type Video = Sequence<LabeledImage>;

/** Whether most frames follow each other closely. */
function isVideo({ frames }: Video): boolean {
	const close = frames.filter(({ number }, index) => number - (frames[index - 1]?.number ?? -Infinity) <= NEIGHBORS);
	return frames.length >= FEWEST_FRAMES && close.length >= frames.length / 2;
}

/** Frames that are in another dataset than the frame before. */
function* interleaved({ name, frames }: Video, { datasets }: ProjectFacts): Generator<Finding> {
	const datasetOf = (index: number) => datasets.get(frames[index]?.value.imageId ?? '');
	const changes = [...frames.keys()].filter((index) => {
		const [before, here] = [datasetOf(index - 1), datasetOf(index)];
		if (before === undefined || here === undefined || before.datasetId === here.datasetId) return false;
		return (frames[index]?.number ?? 0) - (frames[index - 1]?.number ?? 0) <= NEIGHBORS;
	});
	const [first] = changes;
	if (first === undefined || changes.length < FEWEST_CHANGES) return;
	const [before, here] = [first - 1, first].map(
		(index) => `"${frames[index]?.value.imageName}" ("${datasetOf(index)?.datasetName}")`,
	);
	yield {
		severity: 'medium',
		reason: `The sequence "${name}" changes between datasets ${shownCount(changes.length)} times, such as between ${before} and ${here}. Keep each sequence in one dataset, or a model is tested on what it was trained on.`,
		measure: 'datasetChanges',
		value: changes.length,
		limit: FEWEST_CHANGES,
		sampleSize: frames.length,
	};
}

function dividedAtRandom(videos: readonly Video[], frames: number, project: ProjectFacts): Finding {
	const share = frames / project.images.length;
	return {
		severity: 'low',
		reason: `The names of ${shownCount(frames)} images are those of ${shownCount(videos.length)} sequences, such as "${videos[0]?.name}". A random split puts neighboring frames into training and validation. Split by sequence instead.`,
		measure: 'shareInSequences',
		value: share,
		limit: MOSTLY,
		sampleSize: project.images.length,
	};
}
