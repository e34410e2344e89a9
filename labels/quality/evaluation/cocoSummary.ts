import { type CocoClass, type CocoCurves, RECALLS } from './cocoClass';
import { AREA_RANGES, THRESHOLDS } from './cocoMatching';
import type { Steps } from '../../steps/steps';
import type { CocoSummary, EvaluationKind } from './evaluation';

/** How many predictions of an image and class count: `maxDets` of pycocotools. */
export function predictionLimits(kind: EvaluationKind): {
	readonly fewest: number;
	readonly few: number;
	readonly most: number;
} {
	return kind === 'keypoints' ? { fewest: 20, few: 20, most: 20 } : { fewest: 1, few: 10, most: 100 };
}

/** Twelve decimals, so that what is perfect is 1 and not 0.9999999999999998, as dividing makes it. */
const PRECISE = 1e12;

type SummaryKey = keyof CocoSummary;

/** The mean of numbers that are added one by one. */
class Mean {
	private sum = 0;
	private count = 0;

	add(numbers: Float64Array): void {
		for (const number of numbers) this.sum += number;
		this.count += numbers.length;
	}

	get value(): number | undefined {
		return this.count === 0 ? undefined : Math.round((this.sum / this.count) * PRECISE) / PRECISE;
	}
}

/** `summarize` of pycocotools over the classes that are added. */
export class Summarizer {
	private readonly means = new Map<SummaryKey, Mean>();

	constructor(private readonly kind: EvaluationKind) {}

	*add(evaluated: CocoClass, ...others: Summarizer[]): Steps<void> {
		const limits = predictionLimits(this.kind);
		const order = yield* evaluated.order();
		const noteAll = (curves: CocoCurves | undefined, note: (to: Summarizer, curves: CocoCurves) => void) => {
			if (curves !== undefined) for (const summarizer of [this, ...others]) note(summarizer, curves);
		};
		for (const [index, { name }] of AREA_RANGES.entries()) {
			if (name === 'small' && this.kind === 'keypoints') continue;
			noteAll(yield* evaluated.curves(order, index, limits.most), (to, curves) => to.noteRange(name, curves));
		}
		if (this.kind === 'keypoints') return;
		noteAll(yield* evaluated.curves(order, 0, limits.fewest), (to, { recalls }) => to.note('ar1', recalls));
		noteAll(yield* evaluated.curves(order, 0, limits.few), (to, { recalls }) => to.note('ar10', recalls));
	}

	private noteRange(name: (typeof AREA_RANGES)[number]['name'], { precisions, recalls }: CocoCurves): void {
		const suffix = { all: '', small: 'Small', medium: 'Medium', large: 'Large' } as const;
		this.note(`ap${suffix[name]}`, precisions);
		this.note(`ar${suffix[name]}`, recalls);
		if (name !== 'all') return;
		for (const [suffix, threshold] of [
			['50', 0.5],
			['75', 0.75],
		] as const) {
			const index = THRESHOLDS.indexOf(threshold);
			this.note(`ap${suffix}`, precisions.subarray(index * RECALLS.length, (index + 1) * RECALLS.length));
			if (this.kind === 'keypoints') this.note(`ar${suffix}`, recalls.subarray(index, index + 1));
		}
	}

	private note(key: SummaryKey, numbers: Float64Array): void {
		const mean = this.means.get(key) ?? new Mean();
		mean.add(numbers);
		this.means.set(key, mean);
	}

	get summary(): CocoSummary {
		return Object.fromEntries(
			[...this.means].flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]])),
		);
	}
}
