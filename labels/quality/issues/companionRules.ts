import type { LabeledImage } from '../../model';
import type { Steps } from '../../steps/steps';
import type { ExaminedImage } from './examined';
import { SMALLEST_SAMPLE } from './thresholds';

/** By how much more often the companion is there with its class than without it; otherwise it is just frequent. */
const LEAST_LIFT = 0.3;

export interface SeenImage {
	readonly image: LabeledImage;
	/** Numbers of the classes at the top level in it, each once. */
	readonly classes: readonly number[];
}

export function classesOf(labels: ExaminedImage['labels'], numbers: Map<string, number>): readonly number[] {
	const classes = new Set<number>();
	for (const { object, parent } of labels) {
		if (parent !== undefined) continue;
		const number = numbers.get(object.className) ?? numbers.size;
		numbers.set(object.className, number);
		classes.add(number);
	}
	return [...classes];
}

/** An association rule: images with the class have the companion, too. */
export interface Rule {
	readonly number: number;
	readonly companion: number;
	/** Of the images with the class, those that have the companion (the rule's confidence). */
	readonly share: number;
	readonly limit: number;
	/** Images with the class. */
	readonly sampleSize: number;
}

/**
 * The rules that hold but for a few exceptions, by class. A companion counts only if it is clearly rarer where the class is not,
 * since one that is in nearly all images anyway says nothing (the rule's lift).
 */
export function* rulesOf(
	seen: readonly SeenImage[],
	size: number,
	exceptions: number,
): Steps<ReadonlyMap<number, readonly Rule[]>> {
	const placeOf = placesOfFrequent(seen, size, (1 - exceptions) * SMALLEST_SAMPLE);
	const numbers = [...placeOf.keys()];
	const together = new Uint32Array(numbers.length ** 2);
	const cellOf = (first: number, second: number) =>
		(placeOf.get(first) ?? 0) * numbers.length + (placeOf.get(second) ?? 0);
	for (const { classes } of seen) {
		yield;
		const frequent = classes.filter((number) => placeOf.has(number));
		for (const first of frequent)
			for (const second of frequent) together[cellOf(first, second)] = (together[cellOf(first, second)] ?? 0) + 1;
	}
	const countOf = (first: number, second = first) => together[cellOf(first, second)] ?? 0;
	const rules = new Map<number, Rule[]>();
	for (const number of numbers) {
		yield;
		const sampleSize = countOf(number);
		if (sampleSize < SMALLEST_SAMPLE) continue;
		for (const companion of numbers) {
			const both = countOf(number, companion);
			const share = both / sampleSize;
			if (both === sampleSize || share < 1 - exceptions) continue;
			const without = seen.length - sampleSize;
			const elsewhere = without === 0 ? 1 : (countOf(companion) - both) / without;
			if (share - elsewhere < LEAST_LIFT) continue;
			const rule = { number, companion, share, limit: 1 - exceptions, sampleSize };
			rules.set(number, [...(rules.get(number) ?? []), rule]);
		}
	}
	return rules;
}

/** Rare classes have no rule and are in none: of thousands of classes, each with each would take gigabytes. */
function placesOfFrequent(seen: readonly SeenImage[], size: number, fewest: number): ReadonlyMap<number, number> {
	const counts = new Uint32Array(size);
	for (const { classes } of seen) for (const number of classes) counts[number] = (counts[number] ?? 0) + 1;
	const frequent = [...counts.keys()].filter((number) => (counts[number] ?? 0) >= fewest);
	return new Map(frequent.map((number, place) => [number, place]));
}
