import type { Steps } from '@datagym/labels';
import { HASH_BITS } from './memory/hashes';
import { HashIndex, hashOrder, STEP } from './memory/hashOrder';
import { isFinishedCode, isSkippedCode, UNSEEN } from './memory/kinds';
import type { Sighting } from './sighting';
import type { DatasetSize, ProjectSize } from './sources/projectSource';

/** How many images of a project or dataset are finished. */
export interface Tally {
	readonly images: number;
	/** In any of the finished states, skipped ones included. */
	readonly finished: number;
	readonly skipped: number;
}

/** How far a project is, as one poll sees it. */
export interface Progress extends Tally {
	readonly projectName: string;
	/** Images that are not finished. */
	readonly remaining: number;
	/** Whether more images are finished than there are, since some came or went while the lists were read. */
	readonly isUncertain: boolean;
	readonly datasets: readonly DatasetProgress[];
}

interface DatasetProgress extends Tally {
	readonly datasetId: string;
	readonly datasetName: string;
}

export function* progressOf(sighting: Sighting, size: ProjectSize): Steps<Progress> {
	const { projectName, images, datasets, isOfLists = false } = size;
	const parts = datasets === undefined ? [] : yield* datasetsOf(sighting, datasets);
	// What was deleted since the lists were read is not there any more.
	const { finished, skipped } = datasets === undefined || isOfLists ? yield* tally(sighting) : sum(parts);
	return {
		images,
		finished,
		skipped,
		projectName,
		remaining: Math.max(0, images - finished),
		isUncertain: finished > images,
		datasets: parts,
	};
}

type Counts = Pick<Tally, 'finished' | 'skipped'>;

function* tally(sighting: Sighting): Steps<Counts> {
	let [finished, skipped] = [0, 0];
	for (let index = 0; index < sighting.size; index++) {
		if (index % STEP === 0) yield;
		const state = sighting.stateAt(index);
		if (!isFinishedCode(state)) continue;
		finished++;
		if (isSkippedCode(state)) skipped++;
	}
	return { finished, skipped };
}

function sum(parts: readonly Counts[]): Counts {
	return {
		finished: parts.reduce((total, { finished }) => total + finished, 0),
		skipped: parts.reduce((total, { skipped }) => total + skipped, 0),
	};
}

/** An image has one task in a project, and belongs to one dataset. */
function* datasetsOf(sighting: Sighting, datasets: readonly DatasetSize[]): Steps<DatasetProgress[]> {
	const finishedTasks = new Uint32Array(sighting.size);
	const hashes = new Float64Array(sighting.size);
	let count = 0;
	for (let task = 0; task < sighting.size; task++) {
		if (task % STEP === 0) yield;
		if (!isFinishedCode(sighting.stateAt(task))) continue;
		finishedTasks[count] = task;
		hashes[count++] = sighting.imageAt(task);
	}
	const order = yield* hashOrder(hashes.subarray(0, count), HASH_BITS);
	const sorted = new Float64Array(count);
	for (let place = 0; place < count; place++) {
		if (place % STEP === 0) yield;
		sorted[place] = hashes[order[place] ?? 0] ?? 0;
	}
	const index = yield* HashIndex.of(sorted, HASH_BITS);
	const stateOf = (image: number) => {
		const place = index.find(image);
		return place < 0 ? UNSEEN : sighting.stateAt(finishedTasks[order[place] ?? 0] ?? 0);
	};
	const parts: DatasetProgress[] = [];
	for (const { datasetId, datasetName, images: all } of datasets) {
		let [finished, skipped] = [0, 0];
		for (let at = 0; at < all.length; at++) {
			if (at % STEP === 0) yield;
			const state = stateOf(all[at] ?? 0);
			if (!isFinishedCode(state)) continue;
			finished++;
			if (isSkippedCode(state)) skipped++;
		}
		parts.push({ datasetId, datasetName, images: all.length, finished, skipped });
	}
	return parts;
}
