/** From which point on something is suspicious. What the values mean for people is said in docs/quality.md. */
export interface Thresholds {
	/** Intersection over union from which two shapes are the same. */
	readonly sameShape: number;
	/** Robust standard deviations from the median up to which no size or aspect ratio is unusual. */
	readonly deviations: number;
	/** How many labels of a class are beyond the limits of its sizes by chance, even if nothing is wrong. */
	readonly byChance: number;
	/** Largest share of exceptions from a rule, such as "each car has a plate", for which the exceptions are suspicious. */
	readonly exceptions: number;
	/** Largest share of images without labels for which they are suspicious. */
	readonly withoutLabels: number;
	/** How many times as many labels the most frequent class has as one that is too rare. */
	readonly imbalance: number;
	/** Share of the image's side that a label may extend beyond its edge. */
	readonly beyondEdge: number;
}

export const SENSITIVITIES = {
	low: {
		sameShape: 0.95,
		deviations: 5,
		byChance: 0.005,
		exceptions: 0.01,
		withoutLabels: 0.02,
		imbalance: 1000,
		beyondEdge: 0.02,
	},
	normal: {
		sameShape: 0.9,
		deviations: 3.5,
		byChance: 0.05,
		exceptions: 0.02,
		withoutLabels: 0.05,
		imbalance: 100,
		beyondEdge: 0.005,
	},
	high: {
		sameShape: 0.75,
		deviations: 3,
		byChance: 0.5,
		exceptions: 0.05,
		withoutLabels: 0.2,
		imbalance: 20,
		beyondEdge: 0.002,
	},
} as const satisfies Readonly<Record<string, Thresholds>>;

export type Sensitivity = keyof typeof SENSITIVITIES;

/** Fewer labels or images than this say nothing about what is usual. */
export const SMALLEST_SAMPLE = 30;
